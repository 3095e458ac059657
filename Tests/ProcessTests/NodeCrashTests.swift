import Foundation
import NexusBase
import NexusEvidence
import NexusOrchestration
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct NodeCrashTests {
        @Test func `jobs of a node that is killed in mid-run are done by others and all packs verify`() async throws {
            try await TestRail.with(.init(nodes: 4)) { rail in
                let clause = try await rail.clause()
                // Stopped first, so that it surely holds tokens when it dies.
                let victim = try rail.process("node-1")
                let events = try (2000..<2120).map { try rail.event(clause, $0) }
                let first = try await rail.client.submit(Array(events.prefix(60))).map { try $0.get().id }
                victim.signal(SIGSTOP)
                let rest = try await rail.client.submit(Array(events.suffix(60))).map { try $0.get().id }
                await victim.kill9()
                try await rail.waitForCertificates(120)
                for job in (first + rest).enumerated().filter({ $0.offset % 10 == 0 }).map(\.element) {
                    let certificate = try await rail.verified(job)
                    #expect(certificate.agreeing.count >= 2)
                    #expect(certificate.differing.isEmpty)
                }
            }
        }

        @Test func `where every node of a job is needed a killed one is replaced and the evidence says so`()
            async throws
        {
            try await TestRail.with(.init(nodes: 3)) { rail in
                let clause = try await rail.clause([("nodes: 3", "nodes: 2")])
                let victim = try rail.process("node-1")
                victim.signal(SIGSTOP)
                let events = try (2000..<2020).map { try rail.event(clause, $0) }
                let jobs = try await rail.client.submit(events).map { try $0.get().id }
                await victim.kill9()
                try await rail.waitForCertificates(20)
                let dead = try rail.did(ofNode: 0)
                var replaced = 0
                for id in jobs {
                    var job = try await rail.job(id)
                    let nodes = try job.array("attempts").map { json in
                        var attempt = try Fields(json, at: "attempt")
                        return (node: try attempt.did("node"), statement: attempt.optional("statement") != nil)
                    }
                    #expect(nodes.count { $0.statement } == 2)
                    guard nodes.contains(where: { $0.node == dead }) else { continue }
                    replaced += 1
                    #expect(nodes.count == 3, "the killed node's attempt stays in the books")
                    #expect(!nodes.contains { $0.node == dead && $0.statement })
                    let certificate = try await rail.verified(id)
                    #expect(!certificate.agreeing.contains(dead))
                }
                #expect(replaced > 0, "some jobs were on the killed node")
            }
        }
    }
}
