import Foundation
import NexusBase
import NexusEvidence
import NexusLog
import NexusLogStore
import NexusNode
import NexusOrchestration
import NexusRail
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct RailCrashTests {
        /// Method: a client submits in small batches and notes what was acknowledged; what was not, it sends again, the
        /// same event. Meanwhile the rail is killed ten times at random moments and started again; nodes and validators
        /// are left alone. In the end the client sends everything once more, and the log is read from disk.
        @Test func `a rail that is killed again and again loses no acknowledged job and certifies none twice`()
            async throws
        {
            try await TestRail.with(.init(nodes: 3, validators: 2)) { rail in
                let clause = try await rail.clause()
                let events = try (0..<320).map { try rail.event(clause, 2000 + $0) }
                let acknowledged = try await withThrowingTaskGroup(of: [Text: Digest].self) { group in
                    group.addTask { try await Self.submitAll(events, rail) }
                    var kills = 0
                    while kills < 10 {
                        try await Task.sleep(for: .milliseconds(Int.random(in: 20...900)))
                        try await rail.process("rail").kill9()
                        kills += 1
                        try await rail.startRail()
                    }
                    return try await group.next() ?? [:]
                }
                #expect(acknowledged.count == events.count)
                try await rail.waitForNodes(3)
                try await rail.waitForCertificates(events.count, within: .seconds(60))
                // Once more, all of them: every one is answered with its first job.
                for batch in Self.batches(events, of: 64) {
                    for (event, answer) in zip(batch, try await rail.client.submit(batch)) {
                        let accepted = try answer.get()
                        #expect(!accepted.isNew)
                        #expect(accepted.id == acknowledged[event.occurrence])
                    }
                }
                for id in acknowledged.values.sorted().prefix(5) { try await rail.verified(id) }
                try await rail.process("rail").kill9()
                let certified = try Self.certifiedOccurrences(rail.folder.log)
                #expect(certified.count == events.count)
                #expect(Set(certified).count == certified.count, "no occurrence stands twice in the log")
            }
        }

        @Test func `a rail that was down longer than a clause's deadline finishes its jobs instead of freezing them`()
            async throws
        {
            try await TestRail.with(.init(nodes: 3)) { rail in
                let clause = try await rail.clause([("deadlineMilliseconds: 10000", "deadlineMilliseconds: 3000")])
                for index in 0..<3 { try rail.process("node-\(index + 1)").signal(SIGSTOP) }
                let jobs = try await rail.client.submit((2000..<2010).map { try rail.event(clause, $0) })
                    .map { try $0.get().id }
                try await rail.process("rail").kill9()
                try await Task.sleep(for: .milliseconds(3300))
                for index in 0..<3 { try rail.process("node-\(index + 1)").signal(SIGCONT) }
                try await rail.startRail()
                try await rail.waitForCertificates(jobs.count)
                for job in jobs.prefix(2) { try await rail.verified(job) }
            }
        }

        @Test func `a validator that was killed and comes back cosigns again`() async throws {
            try await TestRail.with(.init(nodes: 2, validators: 2)) { rail in
                let clause = try await rail.clause([("nodes: 3", "nodes: 2")])
                let first = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: first, "certified")
                try await rail.process("validator-1").kill9()
                let second = try await rail.submit(rail.event(clause, 2001))
                try await rail.wait(for: second, "sealed")
                try await Task.sleep(for: .milliseconds(300))
                var job = try await rail.job(second)
                #expect(try job.text("status").string == "sealed", "no certificate without its cosignatures")
                try await rail.startValidator(0)
                try await rail.wait(for: second, "certified")
                #expect(try await rail.verified(second).cosignatures == 2)
            }
        }

        /// Method: one of two validators loses what it kept, while the rail goes on with the other; then the other is
        /// killed, so that certificates need the first: it has to take the whole log again, checking every quorum.
        @Test func `a validator that lost its journal takes the log again and cosigns`() async throws {
            try await TestRail.with(.init(nodes: 3, validators: 2, validatorThreshold: 1)) { rail in
                let clause = try await rail.clause()
                try await rail.process("validator-1").kill9()
                let (folder, journal) = (rail.validator(0).path, "journal.sqlite")
                for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix(journal) {
                    try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
                }
                for occurrence in 2000..<2012 {
                    try await rail.wait(for: rail.submit(rail.event(clause, occurrence)), "certified")
                }
                try await rail.startValidator(0)
                let late = try await rail.submit(rail.event(clause, 2012))
                try await rail.wait(for: late, "certified")
                try await rail.process("validator-2").kill9()
                let last = try await rail.submit(rail.event(clause, 2013))
                try await rail.wait(for: last, "certified")
                #expect(try await rail.verified(last).cosignatures == 1)
            }
        }

        private static func batches(_ events: [Event], of count: Int) -> [[Event]] {
            stride(from: 0, to: events.count, by: count).map { Array(events[$0..<min($0 + count, events.count)]) }
        }

        /// The client: a batch that was not acknowledged is sent again as it was.
        private static func submitAll(_ events: [Event], _ rail: TestRail) async throws -> [Text: Digest] {
            var acknowledged: [Text: Digest] = [:]
            for batch in batches(events, of: 5) {
                while true {
                    guard let answers = try? await rail.client.submit(batch) else {
                        try await Task.sleep(for: .milliseconds(20))
                        continue
                    }
                    for (event, answer) in zip(batch, answers) { acknowledged[event.occurrence] = try answer.get().id }
                    break
                }
                try await Task.sleep(for: .milliseconds(40))
            }
            return acknowledged
        }

        /// The occurrences of every rollup in a log's folder, in order.
        static func certifiedOccurrences(_ folder: String) throws -> [Digest] {
            let reader = try LogReader(directory: folder)
            let size = try #require(try reader.checkpoint()).checkpoint.size
            return try (0..<size).flatMap { index -> [Digest] in
                let entry = try reader.entry(at: index, size: size)
                guard let envelope = try? Envelope(parsing: entry) else { return [] }
                return try Rollup(in: envelope).leaves.filter { !$0.isCorrection }.map(\.occurrenceID)
            }
        }
    }
}
