import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusMesh
import NexusNode
import NexusRail
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct RevocationTests {
        @Test func `a revoked node or operator loses its connection at once and gets no work, also after a restart`()
            async throws
        {
            try await TestRail.with(.init(nodes: 4)) { rail in
                let clause = try await rail.clause()
                let before = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: before, "certified")
                let (node, other) = (try rail.did(ofNode: 0), try rail.did(ofNode: 1))
                try await rail.decide(.revokeNode(did: node, reason: "stolen"))
                #expect(try await rail.process("node-1").ended(within: .seconds(3)) != nil, "the node gives up")
                try await rail.decide(.revokeOperator(did: rail.operators[1].did, reason: "left"))
                #expect(try await rail.process("node-2").ended(within: .seconds(3)) != nil, "its node gives up")
                try await rail.waitForNodes(2)
                let jobs = try await rail.client.submit((2001..<2011).map { try rail.event(clause, $0) })
                    .map { try $0.get().id }
                try await rail.waitForCertificates(11)
                for job in jobs { #expect(try await Self.nodes(of: job, rail).isDisjoint(with: [node, other])) }
                try await rail.startNode(0)
                #expect(try await rail.process("node-1").ended(within: .seconds(5)) != nil, "it is not let in again")
                try await rail.process("rail").kill9()
                try await rail.startRail()
                for index in [0, 1] {
                    try await rail.startNode(index)
                    let name = "node-\(index + 1)"
                    #expect(try await rail.process(name).ended(within: .seconds(5)) != nil, "nor after a restart")
                }
                try await rail.waitForNodes(2)
                // An operator that is approved again brings its nodes back, without a restart of the rail.
                let (name, jurisdiction) = TestRail.parties[1]
                try await rail.decide(
                    .approveOperator(
                        name: Text(name), did: rail.operators[1].did, jurisdiction: Text(jurisdiction)))
                try await rail.startNode(1)
                try await rail.waitForNodes(3)
                // What was certified before stays certified.
                #expect(try await rail.verified(before).agreeing.count >= 2)
                try await rail.verified(jobs[0])
            }
        }

        /// Method: the validator is stopped, so that one rollup is held up on its way; a second job is decided
        /// meanwhile
        /// by two nodes; one of them is revoked; then the validator and the third node go on.
        @Test func `a decided job that rests on a void statement is decided again`() async throws {
            try await TestRail.with(.init(nodes: 3, validators: 1)) { rail in
                let clause = try await rail.clause()
                try await rail.wait(for: rail.submit(rail.event(clause, 1999)), "certified")
                try rail.process("validator-1").signal(SIGSTOP)
                let held = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: held, "sealed")
                try rail.process("node-3").signal(SIGSTOP)
                let job = try await rail.submit(rail.event(clause, 2001))
                try await rail.wait(for: job, "decided")
                let revoked = try rail.did(ofNode: 0)
                async let revocation = rail.decide(.revokeNode(did: revoked, reason: "stolen"))
                try await Task.sleep(for: .milliseconds(300))
                try rail.process("validator-1").signal(SIGCONT)
                _ = try await revocation
                try await rail.wait(for: job, "running")
                try rail.process("node-3").signal(SIGCONT)
                try await rail.wait(for: job, "certified")
                try await rail.wait(for: held, "certified")
                let certificate = try await rail.verified(job)
                #expect(certificate.agreeing.count == 2)
                #expect(!certificate.agreeing.contains(revoked))
                #expect(try await rail.verified(held).agreeing.contains(revoked), "it was in the log before")
            }
        }

        @Test func `evidence of a node that enrolled again since still verifies`() async throws {
            try await TestRail.with(.init(nodes: 2)) { rail in
                let clause = try await rail.clause([("nodes: 3", "nodes: 2")])
                let job = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: job, "certified")
                try await rail.process("node-1").kill9()
                // A binding from now on: the earlier statement is outside it.
                let binding = try NodeBinding(
                    rail: rail.folder.trust().rail, node: rail.did(ofNode: 0), operator: rail.operators[0].did,
                    jurisdiction: Text(TestRail.parties[0].1),
                    sealingKey: rail.node(0).keys(now: .now).sealing.publicKey, issuedAt: .now,
                    expiresAt: .now + .seconds(3600)
                ).sealed(by: rail.operators[0])
                try await Enroller.enrol(rail.node(0), role: .node, token: rail.invite(.node), binding: binding)
                try await rail.startNode(0)
                try await rail.waitForNodes(2)
                try await rail.verified(job)
                let next = try await rail.submit(rail.event(clause, 2001))
                try await rail.wait(for: next, "certified")
                try await rail.verified(next)
            }
        }

        private static func nodes(of job: Digest, _ rail: TestRail) async throws -> Set<DID> {
            var job = try await rail.job(job)
            return Set(
                try job.array("attempts").map { json in
                    var attempt = try Fields(json, at: "attempt")
                    return try attempt.did("node")
                })
        }
    }
}
