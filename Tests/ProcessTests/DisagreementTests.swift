import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusRail
import NexusTrust
import Synchronization
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct DisagreementTests {
        @Test func `a node that returns a wrong output is outvoted and its statement kept`() async throws {
            try await TestRail.with(.init(nodes: 3, drills: [2: "wrong-output"])) { rail in
                let clause = try await rail.clause()
                let liar = try rail.did(ofNode: 2)
                let job = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: job, "certified")
                let certificate = try await rail.verified(job)
                #expect(certificate.result?.output("index")?.description == "26.45")
                #expect(!certificate.agreeing.contains(liar))
                #expect(certificate.agreeing.count == 2)
                let statements = try await Self.dispute(about: job, by: liar, "differed", rail)
                #expect(statements.count == 2)
                #expect(statements[0].resultDigest != statements[1].resultDigest)
                #expect(statements.contains { $0.node == liar } && statements.contains { $0.node != liar })
            }
        }

        @Test func `a node that signs two results for one token is found out`() async throws {
            try await TestRail.with(.init(nodes: 3, drills: [0: "double-sign"])) { rail in
                let clause = try await rail.clause()
                let job = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: job, "certified")
                try await rail.verified(job)
                let cheat = try rail.did(ofNode: 0)
                let statements = try await Self.dispute(about: job, by: cheat, "equivocation", rail)
                #expect(statements.count == 2)
                #expect(statements.allSatisfy { $0.node == cheat })
                #expect(Set(statements.map(\.token)).count == 1)
                #expect(statements[0].resultDigest != statements[1].resultDigest)
            }
        }

        @Test func `a wrong statement that comes after the certificate opens a dispute, also after a restart`()
            async throws
        {
            try await TestRail.with(.init(nodes: 3, drills: [1: "late-wrong"])) { rail in
                let clause = try await rail.clause()
                let job = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: job, "certified")
                let before = try await rail.client.evidence(job.text)
                #expect(try await rail.disputes().isEmpty)
                let late = try rail.did(ofNode: 1)
                _ = try await Self.dispute(about: job, by: late, "differed", rail)
                // What was certified stays what it was.
                #expect(try await rail.verified(job).differing.isEmpty)
                _ = before
                try await rail.process("rail").kill9()
                try await rail.startRail()
                _ = try await Self.dispute(about: job, by: late, "differed", rail)
                try await rail.verified(job)
            }
        }

        @Test func `where no quorum is possible the job freezes and an override or a deprecation resolves it`()
            async throws
        {
            try await TestRail.with(.init(nodes: 3, drills: [1: "wrong-output", 2: "silent"])) { rail in
                let clause = try await rail.clause([("deadlineMilliseconds: 10000", "deadlineMilliseconds: 1500")])
                let alerts = Alerts(rail.client)
                let first = try await rail.submit(rail.event(clause, 2000))
                let second = try await rail.submit(rail.event(clause, 2001))
                try await rail.wait(for: first, "frozen")
                try await rail.wait(for: second, "frozen")
                try await eventually("the committee is alerted") { alerts.kinds.count { $0 == "frozen" } == 2 }
                #expect(try await rail.disputes().count == 2, "the two that differ are kept as evidence")
                var job = try await rail.job(first)
                let override = Proposal.Decision.overrideOccurrence(
                    occurrenceID: try job.digest("occurrenceId"), jobID: first, signal: .trigger,
                    reason: "people looked")
                await #expect(throws: ControlFailure.self, "two of six do not decide") {
                    try await rail.decide(override, by: Array(rail.committee.prefix(2)))
                }
                try await rail.decide(override, by: [rail.committee[0], rail.committee[3], rail.committee[5]])
                try await rail.wait(for: first, "certified")
                let certificate = try await rail.verified(first)
                #expect(certificate.isOverride)
                #expect(certificate.agreeing.isEmpty)
                #expect(certificate.signal == .trigger)
                await #expect(throws: ControlFailure.self, "a decided job is not decided again") {
                    try await rail.decide(override)
                }
                try await rail.decide(
                    .advanceClause(digest: clause.digest, stage: .deprecated, report: nil, note: "no agreement"))
                try await rail.wait(for: second, "withdrawn")
                alerts.stop()
            }
        }

        /// The dispute against `node`, once it is there: its kind and field, and both statements with their signatures
        /// verified.
        private static func dispute(
            about job: Digest, by node: DID, _ kind: String, _ rail: TestRail
        ) async throws -> [CAC] {
            var index: Int?
            try await eventually("a dispute against \(node.short)") {
                index = try await rail.disputes().firstIndex { dispute in
                    var dispute = dispute
                    return try dispute.did("node") == node && dispute.digest("job") == job
                }
                return index != nil
            }
            var answer = try Fields(
                await rail.client.call(["index": .int(try #require(index)), "operation": "dispute"]), at: "answer")
            var dispute = try Fields(answer.required("dispute"), at: "dispute")
            #expect(try dispute.text("kind").string == kind)
            #expect(try dispute.text("field").string == "result.outputs.index")
            return try answer.list("statements") { json, place in
                let envelope = try Envelope(json: json, at: place)
                let statement = try CAC(in: envelope)
                try envelope.verify(by: statement.node.verificationKey())
                return statement
            }
        }
    }
}

/// Follows a rail's alerts.
final class Alerts: Sendable {
    private let state: Followed
    private let task: Task<Void, any Error>

    private final class Followed: Sendable { let kinds = Mutex<[String]>([]) }

    init(_ client: ControlClient) {
        let state = Followed()
        self.state = state
        task = Task {
            try await client.withConnection { connection in
                try await connection.watch { news in
                    guard case .object(let object) = news, case .object(let alert)? = object["alert"],
                        case .string(let kind)? = alert["kind"]
                    else { return true }
                    state.kinds.withLock { $0.append(kind.string) }
                    return true
                }
            }
        }
    }

    var kinds: [String] { state.kinds.withLock { $0 } }
    func stop() { task.cancel() }
}
