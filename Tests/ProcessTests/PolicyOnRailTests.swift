import Foundation
import NexusBase
import NexusClause
import NexusGovernance
import NexusRail
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct PolicyOnRailTests {
        /// Publishes an example policy and takes it to `active`.
        private func activate(_ name: String, on rail: TestRail) async throws {
            let document = try JSON(
                parsing: Array(
                    Data(
                        contentsOf: URL(filePath: "\(Surroundings.packageRoot)/Examples/policies/\(name).json"))))
            try await rail.decide(.approveIssuer(name: "org.example.treasury", did: rail.issuer.did))
            try await rail.decide(.publishPolicy(document: document.canonicalBytes), by: [rail.issuer])
            for stage in [LifecycleStage.simulated, .reviewed, .active] {
                try await rail.decide(.advancePolicy(digest: document.digest, stage: stage, note: ""))
            }
        }

        private func approve(_ job: Digest, by member: Int, on rail: TestRail) async throws {
            var detail = try await rail.job(job)
            try await rail.decide(
                .approveJob(jobID: job, result: detail.digest("resultDigest"), note: ""), by: [rail.committee[member]])
        }

        @Test func `a large payment waits for two approvals across a restart, and the regulator is told`() async throws
        {
            try await TestRail.with(.init(nodes: 2)) { rail in
                let receiver = try await Receiver("\(rail.path)/receiver", port: Surroundings.freePort())
                do {
                    try rail.folder.write(Array(#"{"regulator":"\#(receiver.url)"}"#.utf8), "endpoints.json")
                    try await activate("two-approvals", on: rail)
                    let clause = try await rail.clause([("nodes: 3", "nodes: 2")])
                    let job = try await rail.submit(rail.event(clause, 1997, november: "26.2", december: "26.73"))
                    try await rail.wait(for: job, "certified")
                    try await eventually("the regulator is told") { try !receiver.requests().isEmpty }
                    let told = try JSON(parsing: Array(try #require(receiver.requests().first).body.utf8))
                    var message = try Fields(told, at: "message")
                    #expect(try message.text("policy") == "org.example.treasury::TwoApprovals@1.0.0")
                    #expect(try message.text("explanation").string.contains("> threshold (1000000)"))
                    #expect(try message.digest("jobId") == job)
                    var before = try await rail.job(job)
                    #expect(try before.text("because").string.contains("its actions are withheld"))

                    try await approve(job, by: 0, on: rail)
                    try await rail.process("rail").kill9()
                    try await rail.startRail()
                    #expect(try await payments(rail).isEmpty)
                    try await approve(job, by: 1, on: rail)
                    try await eventually("the payment is delivered") { try await !payments(rail).isEmpty }
                    #expect(Set(try receiver.requests().map(\.id)).count == 1)
                    var after = try await rail.job(job)
                    #expect(try after.optionalText("because") == nil)
                } catch {
                    await receiver.process.kill9()
                    throw error
                }
                await receiver.process.kill9()
            }
        }

        private func payments(_ rail: TestRail) async throws -> [String] {
            try await ActionTests.deliveries(rail).filter {
                $0.action != "tell-the-regulator" && $0.status == "delivered"
            }
            .map(\.action)
        }
    }
}
