import Foundation
import NexusBase
import NexusJournal
import NexusRail
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct ReplayTests {
        @Test func `rolling a rail back and replaying its journal gives the same state, decisions and effects`()
            async throws
        {
            try await TestRail.with(.init(nodes: 3, drills: [2: "wrong-output"])) { rail in
                let clause = try await rail.clause()
                let events = try (2000..<2020).map { try rail.event(clause, $0) }
                _ = try await rail.client.submit(events)
                try await rail.waitForCertificates(20)
                try await eventually("all disputes are open") { try await rail.disputes().count == 20 }
                var state = try await Self.restingState(rail)
                try await rail.process("rail").kill9()
                let journal = rail.folder.journal
                let end = try await Self.lastRecord(journal)
                let whole = try await Self.replay(journal, rail)
                #expect(whole.state == state, "the replay comes to what the running rail said")
                for position in [end / 4, end / 2, end * 3 / 4, end] {
                    let copy = "\(rail.path)/rolled-back-\(position).sqlite"
                    try Journal.copy(of: journal, upTo: position, to: copy)
                    let first = try await Self.replay(copy, rail)
                    #expect(try await Self.replay(copy, rail) == first)
                    #expect((first.state == whole.state) == (position == end))
                    #expect(first.inputs <= whole.inputs && first.effects <= whole.effects)
                }
                // Started again, it goes on from there.
                try await rail.startRail()
                try await rail.waitForNodes(3)
                try await rail.wait(for: rail.submit(rail.event(clause, 2100)), "certified")
                try await eventually("the dispute is open") { try await rail.disputes().count == 21 }
                state = try await Self.restingState(rail)
                try await rail.process("rail").kill9()
                #expect(try await Self.replay(journal, rail).state == state)
            }
        }

        private struct Outcome: Equatable {
            let state: Digest
            let inputs: Int
            let effects: Int
        }

        /// The state's digest once nothing moves.
        private static func restingState(_ rail: TestRail) async throws -> Digest {
            var last: (state: Digest, records: Int)?
            for _ in 0..<100 {
                var status = try await rail.status()
                let state = try status.digest("state")
                var journal = try Fields(status.required("journal"), at: "journal")
                let records = try journal.integer("records")
                if let last, last == (state, records) { return state }
                last = (state, records)
                try await Task.sleep(for: .milliseconds(300))
            }
            throw ProcessFailure("the rail does not come to rest")
        }

        private static func lastRecord(_ journal: String) async throws -> JournalSequence {
            var last: JournalSequence = 0
            let opened = try Journal(path: journal) { last = $0.sequence }
            await opened.close()
            return last
        }

        private static func replay(_ journal: String, _ rail: TestRail) async throws -> Outcome {
            var replay = JournalReplay(trust: try rail.folder.trust())
            let opened = try Journal(path: journal) { try replay.take($0) }
            await opened.close()
            _ = try replay.finish()
            return Outcome(state: replay.stateDigest, inputs: replay.inputs, effects: replay.effects)
        }
    }
}
