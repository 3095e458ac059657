import Foundation
import NexusBase
import NexusEvidence
import NexusJournal
import NexusOrchestration
import NexusSimulation
import NexusTestSupport
import Testing

@testable import NexusRail

/// What a rail's process does with jobs to which nothing more can happen. Method: a simulated rail's hours become a
/// journal on disk, which an engine opens.
@Suite struct SettledJobTests {
    /// A rail with three certified jobs and ten minutes of quiet, in `folder`.
    private func write(_ folder: RailFolder) async throws -> World {
        var world = try World.ready()
        for season in ["2015", "2016", "2017"] {
            try world.submit(world.event(Text(season)))
            try world.settle()
        }
        try world.run(600_000)
        // Tokens are forgotten with the next step.
        try world.submit(world.event("2015", id: "later"))
        var core = Orchestrator(genesis: world.trust.genesis)
        let journal = try Journal(path: folder.journal)
        var next = 1
        for record in world.journal {
            let read = try InputRecord(parsing: record.bytes, sequence: next)
            _ = core.step(read.input, at: read.context)
            var records = [JournalRecord(kind: RailEngine.inputKind, bytes: record.bytes)]
            if core.decisions.isEmpty {
                // The simulated rail counts two records a step: here the second is a tick, at which nothing is due.
                let tick = InputRecord(input: .tick, context: read.context).bytes
                records.append(JournalRecord(kind: RailEngine.inputKind, bytes: tick))
            } else {
                let decisions = JSON.array(core.decisions).canonicalBytes
                records.append(JournalRecord(kind: RailEngine.decisionKind, bytes: decisions))
            }
            _ = try await journal.append(records)
            next += records.count
        }
        await journal.close()
        return world
    }

    @Test func `a rail that starts has settled jobs in its file and gives them as they were`() async throws {
        let scratch = try Scratch()
        let folder = RailFolder(scratch.path)
        let world = try await write(folder)
        let engine = try RailEngine(folder: folder, trust: world.trust)
        #expect(engine.read { $0.jobs.values.isEmpty } && engine.read { $0.jobs.count } == 3)
        for job in world.core.jobs.values {
            let found = try #require(try engine.job(job.id))
            #expect(found.status == .certified && found.result == job.result && found.result?.isEmpty == false)
            #expect(found.attempts.map(\.statement?.digest) == job.attempts.map(\.statement?.digest))
            #expect(found.attempts.map(\.binding) == job.attempts.map(\.binding))
            #expect(found.rollup == job.rollup && found.leafIndex == job.leafIndex)
            #expect(found.detail(disputes: []) == job.detail(disputes: []))
        }
        #expect(try engine.job(Digest(of: [])) == nil)
        // An event for a settled occurrence is answered with its job.
        let again = try world.event("2016", id: "once more")
        let answer = try await withEffects(of: engine) {
            try await engine.ask { .submitted([(request: $0, event: again)]) }
        }
        guard case .job(let id, let isNew) = answer else { throw WorldError("no job") }
        #expect(id == world.core.jobs.values[1].id && !isNew)
        await engine.close()
    }

    /// Answers requests as the rail's service does while `body` runs.
    private func withEffects<Value: Sendable>(
        of engine: RailEngine, _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        let answering = Task {
            for await effects in engine.effects {
                for case .accepted(let request, let job, let isNew) in effects {
                    engine.answer(request, .success(.job(job, isNew: isNew)))
                }
            }
        }
        defer { answering.cancel() }
        return try await body()
    }

    @Test func `jobs that cannot be put away stay where they are`() async throws {
        let full = try JobArchive(path: "/dev/full")
        let scratch = try Scratch()
        let world = try await write(RailFolder(scratch.path))
        var core = world.core
        #expect(throws: RailError.self) { try full.putAway(&core) }
        #expect(core.jobs.values.count == 3)
        #expect(try full.bytes(of: .job(0)) == nil)
        #expect(throws: RailError.self) { _ = try JobArchive(path: "/dev/null/nothing") }
    }

    @Test func `the archive gives back each job's bytes`() throws {
        let scratch = try Scratch()
        let archive = try JobArchive(path: scratch.file("settled-jobs"))
        try archive.put([(.job(0), [1, 2, 3]), (.job(7), [])])
        try archive.put([(.job(3), Array(repeating: 9, count: 100_000)), (.delivery(3), [8]), (.dispute(0), [7])])
        #expect(try archive.bytes(of: .job(0)) == [1, 2, 3])
        #expect(try archive.bytes(of: .job(7)) == [])
        #expect(try archive.bytes(of: .job(3))?.count == 100_000)
        #expect(try archive.bytes(of: .job(4)) == nil)
        #expect(try archive.bytes(of: .delivery(3)) == [8] && archive.bytes(of: .dispute(0)) == [7])
        #expect(try archive.bytes(of: .dispute(3)) == nil && archive.bytes(of: .delivery(0)) == nil)
        // What an earlier process left counts for nothing.
        let next = try JobArchive(path: scratch.file("settled-jobs"))
        #expect(try next.bytes(of: .job(0)) == nil)
    }
}
