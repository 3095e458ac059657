import NexusBase
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusNode
import NexusRail
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    /// Everyone signs with the hybrid, the validator cosigns with ML-DSA-44, and nodes offer X25519MLKEM768 alone.
    @Suite struct PostQuantumRailTests {
        @Test func `a rail of hybrid keys certifies, and its packs verify`() async throws {
            try await TestRail.with(.init(nodes: 3, validators: 1, suite: .hybrid)) { rail in
                let trust = try rail.folder.trust()
                #expect(trust.genesis.policy.requiresPostQuantum)
                #expect(try rail.did(ofNode: 0).verificationKey().suite == .hybrid)
                let clause = try await rail.clause()
                let job = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: job, "certified")
                #expect(try await rail.verified(job).agreeing.count >= 2)
                // Nothing signed without such a key counts.
                let classical = try SigningKey(suite: .ed25519, secret: [UInt8](repeating: 7, count: 32))
                await #expect(throws: ControlFailure.self) {
                    try await rail.decide(.approveFeed(name: "classical", did: classical.did))
                }
            }
        }
    }
}
