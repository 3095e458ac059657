import NexusAttestation
import NexusBase
import NexusEvidence
import NexusTestInputs
import NexusTestSupport
import Testing

/// A genuine report of a machine that never saw this rail: it verifies, it is what the committee approved, and it binds
/// other keys than the node's. So the pack is refused, by that name.
@Suite(.enabled(if: Vectors.has("sev-snp"))) struct RealEvidenceTests {
    private static func plan(root: TrustRoot = .amdMilan, measurement: [UInt8]? = nil) throws -> EvidencePlan {
        let chain = try Certificate.list(pem: Vectors.bytes("sev-snp/milan.testcer")).map(\.der)
        let evidence = AttestationEvidence.sevSNP(
            report: try Vectors.bytes("sev-snp/attestation.bin"),
            certificates: [try Vectors.bytes("sev-snp/vcek.testcer")] + chain, revocationLists: [])
        let verified = try evidence.verify(in: .init(roots: [.sevSNP: [.amdMilan]], date: Party.time(5)))
        let found = try #require(verified.claims.measurement("measurement"))
        var plan = EvidencePlan(documents: [evidence.json.canonicalBytes])
        plan.kind = .sevSNP
        plan.values = try ReferenceValues(
            rules: [
                .init(
                    kind: .sevSNP, roots: [root],
                    registers: [.init(name: "measurement", values: [measurement ?? found])],
                    allowsDebugging: true), .init(kind: .simulated),
            ])
        return plan
    }

    private func failure(_ plan: EvidencePlan) throws -> (check: VerificationReport.Check, code: String)? {
        // Three nodes were admitted with the same report; whose keys it binds is asked of the first.
        var three = plan
        three.documents = [[UInt8]](repeating: plan.documents[0], count: 3)
        var scenario = PackScenario(admitting: three)
        scenario.evidence = plan.documents
        let report = try scenario.build().report()
        return report.failure.map { ($0.check, $0.code ?? "") }
    }

    @Test func `a real report of AMD's verifies and is refused because it does not bind the node's keys`() throws {
        let failure = try #require(try failure(Self.plan()))
        #expect(failure.check == .attestation && failure.code == "attestation.key-not-bound", "\(failure)")
    }

    @Test func `under another root or after a change of one byte it does not even verify`() throws {
        let other = try #require(try failure(Self.plan(root: .intelSGX)))
        #expect(other.check == .attestation && other.code == "attestation.untrusted-chain", "\(other)")
        var plan = try Self.plan()
        guard case .sevSNP(var report, let chain, _) = try AttestationEvidence(parsing: plan.documents[0]) else {
            Issue.record("no report")
            return
        }
        report[0x90] ^= 1
        plan.documents = [
            AttestationEvidence.sevSNP(report: report, certificates: chain, revocationLists: []).json.canonicalBytes
        ]
        let changed = try #require(try failure(plan))
        #expect(changed.check == .attestation && changed.code == "attestation.bad-signature", "\(changed)")
    }
}
