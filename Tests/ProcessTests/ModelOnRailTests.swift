import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusMesh
import NexusOrchestration
import NexusProof
import NexusRail
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    /// A clause that names a network: one node proves, the validator and whoever reads the pack verify.
    @Suite struct ModelOnRailTests {
        private static let folder = "\(Surroundings.packageRoot)/Examples/gauge-reader"

        private func publish(on rail: TestRail) async throws -> (clause: Clause, network: ProofNetwork) {
            let clause = try Clause(yaml: Files.read("\(Self.folder)/clause.yaml", bytesMax: 1 << 20))
            let file = try Files.read("\(Self.folder)/network.nxn", bytesMax: 1 << 20)
            try await rail.decide(.approveIssuer(name: "UTIL", did: rail.issuer.did))
            try await rail.decide(.approveFeed(name: "gauge", did: rail.feed.did))
            _ = try await ClausePublisher.publish(clause, module: file, by: rail.issuer, on: rail.folder)
            for stage in [LifecycleStage.simulated, .reviewed, .active] {
                let report = stage == .simulated ? Digest(of: Array("a report".utf8)) : nil
                try await rail.decide(
                    .advanceClause(digest: clause.digest, stage: stage, report: report, note: ""))
            }
            return (clause, try ProofNetwork(file: file))
        }

        private func opening(seed: UInt8) throws -> InputOpening {
            let sample = try SampleFile("\(Self.folder)/picture.json").samples[0]
            return try InputOpening(values: sample.input.map { Int8($0) }, seed: [UInt8](repeating: seed, count: 32))
        }

        private func event(
            _ clause: Clause, _ network: ProofNetwork, day: Text, _ opening: InputOpening, on rail: TestRail
        ) throws -> Event {
            let root = try InferenceProver(network: network).commit(to: opening).root
            let reading = try Reading(
                feed: "gauge", name: "picture", occurrence: day, value: root.text.bytes, edition: "final",
                issuedAt: .now
            ).sealed(by: rail.feed)
            return Event(
                clause: clause.id.text, occurrence: day,
                trigger: TriggerEvent(kind: "reading", source: "camera", eventID: day),
                inputs: [
                    .init(
                        name: "picture", value: root.text.bytes, edition: "final", retrievedAt: .now, reading: reading,
                        opening: opening.bytes)
                ])
        }

        @Test func `a model's result is proved, cosigned and verified, and its input is in no pack`() async throws {
            try await TestRail.with(.init(nodes: 2, validators: 1)) { rail in
                let (clause, network) = try await publish(on: rail)
                let opening = try opening(seed: 3)
                let job = try await rail.submit(event(clause, network, day: "2026-11-20", opening, on: rail))
                try await rail.wait(for: job, "certified", within: .seconds(60))
                let certificate = try await rail.verified(job)
                #expect(certificate.isProved && certificate.signal == .trigger && certificate.cosignatures == 1)

                let pack = try await rail.client.evidence(job.text)
                let document = try JSON(parsing: pack)
                let secret = Base64.encode(opening.values.map { UInt8(bitPattern: $0) })
                #expect(!String(decoding: pack, as: UTF8.self).contains(secret))
                let verifier = try PackVerifier(trust: rail.folder.trust())
                var tampered = try EvidencePack(parsing: pack)
                var proof = try #require(tampered.proof).proof
                proof[proof.count / 3] ^= 1
                tampered = tampered.with(proof: ResultProof(model: try #require(tampered.proof).model, proof: proof))
                let refusal = try #require(verifier.verify(tampered.bytes).failure)
                #expect(refusal.check == .proof && refusal.code == "evidence.bad-proof")
                #expect(document.canonicalBytes == pack)

                // A root is good for one job: a second proof would open more of the picture.
                await #expect(throws: (any Error).self) {
                    _ = try await rail.submit(self.event(clause, network, day: "2026-11-21", opening, on: rail))
                }
                // After a restart the proof is found again in the journal.
                try await rail.process("rail").kill9()
                try await rail.startRail()
                #expect(try await rail.client.evidence(job.text).count == pack.count)
            }
        }

        @Test func `a proof with one byte changed is refused by name, and another node stands in`() async throws {
            try await TestRail.with(.init(nodes: 2, drills: [0: "wrong-proof", 1: "wrong-proof"])) { rail in
                let (clause, network) = try await publish(on: rail)
                let job = try await rail.submit(
                    event(clause, network, day: "2026-11-20", opening(seed: 4), on: rail))
                try await rail.wait(for: job, "frozen", within: .seconds(60))
                let detail = try await rail.client.job(job.text).canonicalString
                #expect(detail.contains("proof.rejected"))
                #expect(detail.components(separatedBy: "proof.rejected").count == 3, "both attempts")
            }
        }
    }
}
