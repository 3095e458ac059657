import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusOrchestration
import NexusSimulation
import NexusTestSupport
import NexusTrust
import Testing

@testable import NexusIndex

/// A world with an honest job, a disputed one and a frozen one gives the journal; indexes are folded from it in several
/// ways and must hold the same.
@Suite struct RailIndexTests {
    private static func world() throws -> (World, honest: Digest, disputed: Digest, frozen: Digest) {
        var world = try World.ready()
        let honest = try world.submit(world.event("2013", november: "25", december: "26"))
        try world.settle()
        world.nodes[2].behaviour = .lying(by: 2)
        let disputed = try world.submit(world.event("2014"))
        try world.settle()
        world.nodes[1].behaviour = .lying(by: 1)
        let frozen = try world.submit(world.event("2015"))
        try world.settle()
        return (world, honest, disputed, frozen)
    }

    private static func steps(_ world: World) throws -> [IndexStep] {
        var core = Orchestrator(genesis: world.trust.genesis)
        return try world.journal.map { record in
            let read = try InputRecord(parsing: record.bytes, sequence: record.sequence)
            _ = core.step(read.input, at: read.context)
            return IndexStep(read.input, read.context, core)
        }
    }

    private static func folder() -> String {
        FileManager.default.temporaryDirectory.path + "/nexus-index-\(UUID().uuidString.prefix(8)).sqlite"
    }

    private func withIndex<Value>(_ path: String, _ body: (RailIndex) async throws -> Value) async throws -> Value {
        let index = try RailIndex(path: path)
        defer { index.close() }
        return try await body(index)
    }

    @Test func `folded at once, step by step, and over restarts, the index holds the same bytes`() async throws {
        let steps = try Self.steps(Self.world().0)
        let last = try #require(steps.last).sequence
        let paths = (0..<3).map { _ in Self.folder() }
        defer { for path in paths { RailIndex.remove(path) } }
        let whole = try await withIndex(paths[0]) { index in
            for step in steps { try index.replay(step) }
            try index.finishReplay(last: last)
            return try await index.contentDigest()
        }
        let single = try await withIndex(paths[1]) { index in
            let folding = Task { await index.run() }
            for step in steps {
                index.follow(step)
                while index.sequence < step.sequence { try await Task.sleep(for: .milliseconds(1)) }
            }
            folding.cancel()
            return try await index.contentDigest()
        }
        for part in [steps.count / 3, steps.count / 2, steps.count] {
            try await withIndex(paths[2]) { index in
                for step in steps[..<part] { try index.replay(step) }
                try index.finishReplay(last: last)
            }
        }
        let restarted = try await withIndex(paths[2]) { try await $0.contentDigest() }
        #expect(whole == single)
        #expect(whole == restarted)
    }

    @Test func `what was folded from another journal is noticed`() throws {
        let steps = try Self.steps(Self.world().0)
        let path = Self.folder()
        defer { RailIndex.remove(path) }
        let last = try #require(steps.last).sequence
        let index = try RailIndex(path: path)
        for step in steps { try index.replay(step) }
        try index.finishReplay(last: last)
        var other = try World(WorldPlan { $0.seed = 77 })
        while other.journal.count < steps.count { try other.take(.tick) }
        let strange = try #require(try Self.steps(other).first { $0.sequence == last })
        #expect(throws: IndexError(.diverged, "")) { try index.replay(strange) }
        #expect(throws: IndexError(.diverged, "")) { try index.finishReplay(last: last - 2) }
        index.close()
    }

    private func indexed<Value>(_ world: World, _ body: (RailIndex) async throws -> Value) async throws -> Value {
        let path = Self.folder()
        defer { RailIndex.remove(path) }
        let steps = try Self.steps(world)
        return try await withIndex(path) { index in
            for step in steps { try index.replay(step) }
            try index.finishReplay(last: steps.last?.sequence ?? 0)
            return try await body(index)
        }
    }

    private func found(_ index: RailIndex, _ edit: (inout JobQuery) throws -> Void) async throws -> [Digest] {
        var query = JobQuery()
        try edit(&query)
        var fields = try Fields(await index.jobs(query), at: "page")
        return try fields.list("items") { json, place in
            var job = try Fields(json, at: place)
            return try job.digest("job")
        }
    }

    @Test func `totals are what counting the rows gives`() async throws {
        let world = try Self.world().0
        try await indexed(world) { index in
            let totals = try await index.totals()
            for status in Job.Status.allCases {
                #expect(try await found(index) { $0.status = status.rawValue }.count == totals.count(status))
            }
            for signal in Signal.allCases {
                let count = totals.signals.first { $0.name == signal.rawValue }?.count ?? 0
                #expect(try await found(index) { $0.signal = signal.rawValue }.count == count)
            }
            var disputes = try Fields(await index.disputes(Page()), at: "page")
            #expect(try disputes.array("items").count == totals.disputes)
            let certified = totals.count(.certified)
            #expect(certified == 2 && totals.count(.frozen) == 1 && totals.disputes > 0)
            #expect(totals.certificationTimes.reduce(0, +) == certified)
            #expect(totals.certifiedHours.map(\.count).reduce(0, +) == certified)
            #expect(totals.certificationSeconds > 0)
        }
    }

    @Test func `a list has what came of each job's terms if it is asked to`() async throws {
        let (world, honest, _, frozen) = try Self.world()
        try await indexed(world) { index in
            var query = JobQuery()
            #expect(!(try await index.jobs(query).canonicalString.contains("\"terms\"")))
            query.withTerms = true
            var fields = try Fields(await index.jobs(query), at: "page")
            let terms = try fields.list("items") { json, place in
                var job = try Fields(json, at: place)
                return (try job.digest("job"), job.optional("terms"))
            }
            #expect(terms.first { $0.0 == frozen }?.1 == nil)
            guard case .array(let found)?? = terms.first(where: { $0.0 == honest })?.1 else {
                Issue.record("the certified job has no terms")
                return
            }
            #expect(!found.isEmpty && found.allSatisfy { $0.canonicalString.contains("\"margin\"") })
        }
    }

    @Test func `jobs are found by each filter, and by what no job has not at all`() async throws {
        let (world, honest, disputed, frozen) = try Self.world()
        try await indexed(world) { index in
            #expect(try await found(index) { _ in } == [frozen, disputed, honest])
            #expect(try await found(index) { $0.order = .oldest } == [honest, disputed, frozen])
            #expect(try await found(index) { $0.status = "certified" } == [disputed, honest])
            #expect(try await found(index) { $0.isDisputed = false } == [honest])
            #expect(try await found(index) { $0.occurrence = "2014" } == [disputed])
            #expect(try await found(index) { $0.clause = "GRA::ExtremeElNino" }.count == 3)
            #expect(try await found(index) { $0.clause = "GRA::ExtremeElNino@1.0.0" }.count == 3)
            #expect(try await found(index) { $0.clause = world.clauses[0].digest.description }.count == 3)
            #expect(try await found(index) { $0.clause = "GRA::Other" }.isEmpty)
            #expect(try await found(index) { $0.domain = world.clauses[0].domain.string }.count == 3)
            #expect(try await found(index) { $0.jurisdiction = world.clauses[0].jurisdiction.string }.count == 3)
            #expect(try await found(index) { $0.region = "nowhere" }.isEmpty)
            #expect(try await found(index) { $0.node = world.nodes[0].did.text.string }.count == 3)
            #expect(try await found(index) { $0.node = "did:key:znobody" }.isEmpty)
            // With pages, and with a second that took part too.
            let whole = try await found(index) {
                ($0.node, $0.order) = (world.nodes[0].did.text.string, .oldest)
            }
            var paged: [String] = []
            var after: Int?
            repeat {
                var query = JobQuery()
                (query.node, query.order, query.page.limit) = (world.nodes[0].did.text.string, .oldest, 1)
                query.page.after = after
                guard case .object(let page) = try await index.jobs(query), case .array(let items)? = page["items"]
                else {
                    break
                }
                for case .object(let job) in items {
                    if case .string(let id)? = job["job"] { paged.append(id.string) }
                }
                after = nil
                if case .string(let cursor)? = page["next"] {
                    var next = Page()
                    try next.read(cursor: cursor.string)
                    after = next.after
                }
            } while after != nil
            #expect(paged.count == 3 && paged == whole.map(\.description))
            #expect(
                try await found(index) {
                    ($0.node, $0.region) = (world.nodes[0].did.text.string, "nowhere")
                }.isEmpty)
            let signal = try #require(try world.job(honest).signal).rawValue
            #expect(try await found(index) { $0.signal = signal }.contains(honest))
            let time = try world.job(disputed).acknowledgedAt
            #expect(try await found(index) { $0.since = time } == [frozen, disputed])
            #expect(try await found(index) { $0.until = time } == [honest])
        }
    }

    @Test func `pages follow one another without gap or repetition, and a made-up cursor is refused`() async throws {
        let (world, honest, disputed, frozen) = try Self.world()
        try await indexed(world) { index in
            var query = JobQuery()
            query.page.limit = 1
            var seen: [Digest] = []
            var next: Text?
            repeat {
                if let next { try query.page.read(cursor: next.string) }
                var page = try Fields(await index.jobs(query), at: "page")
                next = try page.optionalText("next")
                seen += try page.list("items") { json, place in
                    var job = try Fields(json, at: place)
                    return try job.digest("job")
                }
            } while next != nil
            #expect(seen == [frozen, disputed, honest])
        }
        var page = Page()
        for cursor in ["", "x", "AQ", "AgAAAAAAAAAB", "Af__________"] {
            #expect(throws: IndexError(.badCursor, "")) { try page.read(cursor: cursor) }
        }
    }

    @Test func `a trace names the checks, the nodes, the rollup and the checkpoint of a result`() async throws {
        let (world, honest, disputed, _) = try Self.world()
        try await indexed(world) { index in
            let trace = try await index.trace(honest)
            let steps = trace.decisions.compactMap { decision -> Text? in
                guard case .object(let object) = decision, case .string(let step)? = object["step"] else { return nil }
                return step
            }
            #expect(Set(steps).isSuperset(of: ["event", "inputs", "scheduling", "certification", "release"]))
            #expect(trace.attempts.count == 3)
            #expect(trace.sequences == (try world.job(honest)).sequences)
            #expect(trace.rollup != nil && trace.checkpoint != nil && trace.disputes.isEmpty)
            #expect(try await index.trace(disputed).disputes.count == 1)
            await #expect(throws: IndexError(.notFound, "")) { try await index.trace(Digest(of: [1])) }
        }
    }

    @Test func `changes are numbered without gaps, and each job's last change is how it stands`() async throws {
        let (world, honest, disputed, frozen) = try Self.world()
        try await indexed(world) { index in
            var all: [Change] = []
            while let more = try await index.changes(after: all.last?.number ?? 0), !more.isEmpty { all += more }
            #expect(all.map(\.number) == Array(1...all.count))
            #expect(index.feed.last == all.count)
            for (job, status) in [(honest, "certified"), (disputed, "certified"), (frozen, "frozen")] {
                let last = try #require(all.last { $0.kind == .job && $0.json.contains(job.description) })
                #expect(last.json.contains("\"status\":\"\(status)\""))
            }
            #expect(all.contains { $0.kind == .dispute } && all.contains { $0.kind == .checkpoint })
            #expect(try await index.changes(after: all.count) == [])
        }
    }

    @Test func `a caller is kept with the key and the digest of the request`() async throws {
        var world = try World.ready()
        let caller = Caller(token: "0123456789ab", name: "desk", key: "k1", request: Digest(of: [1]))
        var core = try world.replayed()
        let sequence = world.journal.count * 2 + 1
        let context = StepContext(
            now: world.now, entropy: [UInt8](repeating: 7, count: 32), sequence: sequence, caller: caller)
        let bytes = InputRecord(input: .tick, context: context).bytes
        let read = try InputRecord(parsing: bytes, sequence: sequence)
        #expect(read.context.caller == caller)
        #expect(try JSON(parsing: bytes).canonicalBytes == bytes)
        _ = core.step(read.input, at: read.context)
        try world.settle()
        let path = Self.folder()
        defer { RailIndex.remove(path) }
        try await withIndex(path) { index in
            try index.replay(IndexStep(read.input, read.context, core))
            try index.finishReplay(last: sequence)
            #expect(try await index.request(of: "0123456789ab", key: "k1") == Digest(of: [1]).description)
            #expect(try await index.request(of: "0123456789ab", key: "k2") == nil)
        }
    }
}
