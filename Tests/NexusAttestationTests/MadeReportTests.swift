import Crypto
import Foundation
import NexusBase
import NexusTestSupport
import Testing

@testable import NexusAttestation

/// Reports that no vector covers: VLEK, Turin, versions 3 and 5. Made and signed by the test.
@Suite("SEV-SNP reports of the test's own making")
struct MadeReportTests {
    struct Made {
        let root = CertificateMaker.authority("ARK-Test")
        var leaf: CertificateMaker
        var bytes = [UInt8](repeating: 0, count: SNPReport.byteCount)

        init(version: UInt8, name: String, product: String, versions: [UInt: UInt8], tail: [UInt8]) {
            leaf = CertificateMaker(subject: name)
            let base = "1.3.6.1.4.1.3704.1"
            leaf.extensions = [
                CertificateMaker.item("\(base).2", DERText.text(product, tag: 0x16)), tail,
            ]
            for number in 1...9 as ClosedRange<UInt> {
                let value = DERText.integer(Int(versions[number] ?? 0))
                leaf.extensions.append(CertificateMaker.item("\(base).3.\(number)", value))
            }
            bytes[0] = version
            bytes[0x0A] = 2  // bit 17 of the policy
            bytes[0x34] = 1
        }

        mutating func set(_ offset: Int, _ value: [UInt8]) {
            bytes.replaceSubrange(offset..<offset + value.count, with: value)
        }

        mutating func setVersions(_ value: [UInt8]) {
            for offset in [0x38, 0x180, 0x1E0, 0x1F0] { set(offset, value) }
        }

        func verify() throws -> VerifiedEvidence {
            var signed = bytes
            let raw = Array(try leaf.key.signature(for: Data(bytes.prefix(0x2A0))).rawRepresentation)
            signed.replaceSubrange(0x2A0..<0x2D0, with: raw.prefix(48).reversed())
            signed.replaceSubrange(0x2E8..<0x318, with: raw.suffix(48).reversed())
            let anchor = try root.certificate()
            return try SNPVerifier(roots: [TrustRoot(anchor)], date: instant("2025-06-01")).verify(
                SNPReport(parsing: signed), endorsement: leaf.certificate(by: root), pool: [anchor])
        }
    }

    static func turin() -> Made {
        let hardware = CertificateMaker.item("1.3.6.1.4.1.3704.1.4", [1, 2, 3, 4, 5, 6, 7, 8])
        var made = Made(
            version: 5, name: "SEV-VCEK", product: "Turin-B0", versions: [9: 1, 1: 2, 2: 3, 3: 4, 8: 5], tail: hardware)
        made.setVersions([1, 2, 3, 4, 0, 0, 0, 5])
        made.set(0x188, [0x1A, 0x02, 1])
        made.set(0x1A0, [1, 2, 3, 4, 5, 6, 7, 8])
        made.set(0x1F8, [3])
        return made
    }

    static func provider() -> Made {
        let tail = CertificateMaker.item("1.3.6.1.4.1.3704.1.5", DERText.text("a provider", tag: 0x16))
        var made = Made(version: 2, name: "SEV-VLEK", product: "Milan", versions: [1: 2, 3: 5, 8: 9], tail: tail)
        made.setVersions([2, 0, 0, 0, 0, 0, 5, 9])
        made.set(0x48, [1 << 2])
        return made
    }

    @Test("Version 5 of a Turin: other layout of versions, a hardware id of eight bytes")
    func five() throws {
        let evidence = try Self.turin().verify()
        #expect(evidence.kind == .sevSNP)
        #expect(evidence.claims.version("fmc") == 1 && evidence.claims.version("microcode") == 5)
        #expect(evidence.claims.dbgstat == .disabledSinceBoot)
        #expect(evidence.claims.ueid?.count == 33)
    }

    @Test("A key of a cloud provider's names no chip, and the result says so")
    func vlek() throws {
        let evidence = try Self.provider().verify()
        #expect(evidence.claims.ueid == nil)
        #expect(evidence.notShown.contains { $0.string.contains("which chip it is") })
        var three = Self.provider()
        three.bytes[0] = 3
        three.set(0x188, [0x19, 0x01, 1])
        #expect(try three.verify().kind == .sevSNP)
    }

    @Test("What contradicts itself is refused, though it is signed")
    func contradictions() {
        func outcome(_ made: Made, _ change: (inout Made) -> Void) -> String {
            code {
                var changed = made
                change(&changed)
                _ = try changed.verify()
            }
        }
        let turin = Self.turin()
        #expect(outcome(turin) { $0.set(0x1A0, [9]) } == "attestation.wrong-platform")
        #expect(outcome(turin) { $0.set(0x1AF, [9]) } == "attestation.wrong-platform")
        #expect(outcome(turin) { $0.set(0x188, [0x19, 0x01]) } == "attestation.wrong-platform")
        #expect(outcome(turin) { $0.set(0x188, [0x77]) } == "attestation.wrong-platform")
        #expect(outcome(turin) { $0.set(0x180, [1, 2, 3, 5]) } == "attestation.wrong-tcb")
        #expect(outcome(turin) { $0.set(0x38, [0]) } == "attestation.wrong-tcb")
        #expect(outcome(turin) { $0.set(0x1E0, [2]) } == "attestation.wrong-tcb")
        #expect(outcome(turin) { $0.set(0x1F0, [1, 2, 3, 4, 0, 0, 0, 6]) } == "attestation.wrong-tcb")
        #expect(outcome(turin) { $0.set(0x1EC, [1]) } == "attestation.wrong-tcb")
        #expect(outcome(turin) { $0.set(0x48, [1 << 2]) } == "attestation.wrong-platform")
        #expect(outcome(turin) { $0.set(0x110, [1]) } == "attestation.malformed-report")
        #expect(outcome(turin) { $0.set(0x08, [0, 0, 0]) } == "attestation.malformed-report")
        #expect(outcome(turin) { $0.set(0x208, [1]) } == "attestation.malformed-report")
        #expect(outcome(turin) { $0.leaf.subject = "SEV-OTHER" } == "attestation.malformed-certificate")
        #expect(outcome(Self.provider()) { $0.set(0x188, [1]) } == "attestation.malformed-report")
        #expect(outcome(Self.provider()) { $0.leaf.extensions.remove(at: 1) } == "attestation.malformed-certificate")
    }
}
