import Foundation
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusLog
import NexusLogStore
import NexusMesh
import NexusRail
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct WitnessedRailTests {
        /// Method: each of two rails runs a witness of the other's log. A decision of either committee is one entry, so
        /// one checkpoint. One witness is killed while its rail has something to sign, and started again; in the end
        /// one rail's folder is replaced by a copy of before.
        @Test func `two rails cosign each other, wait for a witness that is away, and a restored folder is found out`()
            async throws
        {
            let plan = TestRail.Plan(nodes: 1, absent: [0])
            try await TestRail.with(plan) { alpha in
                try await TestRail.with(plan) { beta in
                    let byBeta = try await Self.witness(of: alpha, at: beta, "beta.example")
                    let byAlpha = try await Self.witness(of: beta, at: alpha, "alpha.example")
                    for rail in [alpha, beta] { try await rail.process("rail").kill9() }
                    // A socket cannot be copied, and a killed rail leaves its own behind.
                    try? FileManager.default.removeItem(atPath: alpha.folder.controlSocket)
                    let copy = alpha.path + "/copy"
                    try FileManager.default.copyItem(atPath: alpha.folder.path, toPath: copy)
                    for rail in [alpha, beta] { try await rail.startRail() }
                    let issuers = try (1...3).map { try SigningKey.make("\(alpha.path)/keys/issuer-\($0).key") }

                    for (rail, witness) in [(alpha, byBeta), (beta, byAlpha)] {
                        let before = try Self.published(rail).checkpoint.size
                        try await rail.decide(.approveIssuer(name: "first", did: issuers[0].did))
                        try await eventually("the other rail cosigned the decision") {
                            let signed = try Self.published(rail)
                            guard signed.checkpoint.size > before else { return false }
                            let verified = try signed.verify(origin: signed.checkpoint.origin, by: [witness.key])
                            return verified.keys == [witness.key]
                        }
                    }

                    try await beta.process("witness").kill9()
                    let size = try Self.published(alpha).checkpoint.size
                    let decision = Task { try await alpha.decide(.approveIssuer(name: "second", did: issuers[1].did)) }
                    try await Task.sleep(for: .seconds(3))
                    #expect(
                        try Self.published(alpha).checkpoint.size == size, "nothing is published without its witness")
                    try await byBeta.start()
                    _ = try await decision.value
                    try await eventually("the waiting checkpoint is published") {
                        try Self.published(alpha).checkpoint.size > size
                    }

                    try await alpha.process("rail").kill9()
                    try FileManager.default.removeItem(atPath: alpha.folder.path)
                    try FileManager.default.moveItem(atPath: copy, toPath: alpha.folder.path)
                    let old = try Self.published(alpha)
                    try await alpha.startRail()
                    _ = try? await alpha.decide(.approveIssuer(name: "third", did: issuers[2].did))
                    #expect(try await alpha.process("rail").ended(within: .seconds(20)) != nil, "the rail stopped")
                    #expect(try Self.published(alpha) == old, "it signed nothing")
                    let log = try String(contentsOfFile: "\(alpha.path)/logs/rail.log", encoding: .utf8)
                    #expect(log.contains("rolled-back") || log.contains("has cosigned a tree of"))
                }
            }
        }

        private struct RunningWitness: Sendable {
            let key: VerifierKey
            let start: @Sendable () async throws -> Void
        }

        /// Starts a witness of `rail`'s log at `other`, and makes it the one that `rail` asks from its next start on.
        private static func witness(of rail: TestRail, at other: TestRail, _ name: String) async throws
            -> RunningWitness
        {
            let folder = "\(other.path)/witness"
            let secret = try KeyFile.readOrGenerate("\(folder)/keys/witness.key", as: .ed25519, now: .now)
            let key = try Ed25519NoteSigner(
                name: Text(name), seed: secret.privateKey.bytes, type: .cosignatureEd25519
            ).key
            let port = try Surroundings.freePort()
            let logKey = try rail.folder.trust().genesis.logKey.string
            let policy: JSON = [
                "format": "nexus.witness-policy/v1", "threshold": 1,
                "witnesses": [["key": .string(key.text), "url": .text("http://127.0.0.1:\(port)")]],
            ]
            try rail.folder.write(policy.canonicalBytes, "witnesses.json")
            let witness = RunningWitness(key: key) {
                try await other.start(
                    "witness", ["witness", "run", folder, "--name", name, "--log", logKey, "--port", "\(port)"])
            }
            try await witness.start()
            return witness
        }

        private static func published(_ rail: TestRail) throws -> SignedCheckpoint {
            try #require(try LogReader(directory: rail.folder.log).checkpoint())
        }
    }
}
