import NexusBase
import NexusTestInputs
import Testing

@testable import NexusAttestation

@Suite("AMD SEV-SNP: a real report of a Milan", .enabled(if: VectorFiles.arePresent))
struct SNPTests {
    struct Case {
        var report: [UInt8]
        var endorsement: Certificate
        var pool: [Certificate]
        var root: TrustRoot

        init() throws {
            report = try Vectors.bytes("sev-snp/attestation.bin")
            endorsement = try CertificateTests.vcek()
            pool = try CertificateTests.milan()
            root = TrustRoot(pool[1])
        }

        func verify(on day: String = "2024-01-01") throws -> VerifiedEvidence {
            try SNPVerifier(roots: [root], date: instant(day))
                .verify(SNPReport(parsing: report), endorsement: endorsement, pool: pool)
        }
    }

    @Test("The report is genuine, and says what it is")
    func genuine() throws {
        let evidence = try Case().verify()
        #expect(evidence.kind == .sevSNP)
        let claims = evidence.claims
        #expect(claims.oemid == "AMD")
        #expect(claims.hwmodel == "SEV-SNP Milan-B0")
        #expect(claims.ueid?.count == 33)
        // This guest was launched with a policy that lets the host debug it.
        #expect(claims.dbgstat == .enabled)
        #expect(claims.nonce.prefix(5).elementsEqual([1, 2, 3, 4, 5]))
        #expect(claims.measurement("measurement").map { Hex.encode($0.prefix(4)) } == "b07af962")
        #expect(claims.version("bootloader") == 2)
        #expect(claims.version("snp") == 5)
        #expect(claims.version("microcode") == 0x44)
        #expect(claims.flag("migration") == false)
        #expect(evidence.validUntil?.description == "2029-09-24T00:55:28.000Z")
        #expect(evidence.notShown.contains { $0.string.contains("revoked") })
    }

    @Test("Every changed byte of the report is refused, each by each of its bits' neighbours")
    func sweep() throws {
        let original = try Case()
        var refused = 0
        for offset in original.report.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = original
                changed.report[offset] ^= mask
                #expect(throws: AttestationError.self, "byte \(offset) with \(mask)") { try changed.verify() }
                refused += 1
            }
        }
        #expect(refused == SNPReport.byteCount * 3)
        print("totals: SEV-SNP sweep, \(refused) changes refused")
    }

    @Test("A report of another length, version, algorithm or signer is refused by name")
    func refusals() throws {
        let report = try Case().report
        func outcome(_ change: (inout [UInt8]) -> Void) -> String {
            code {
                var changed = report
                change(&changed)
                _ = try SNPReport(parsing: changed)
            }
        }
        #expect(outcome { $0.removeLast() } == "attestation.malformed-report")
        #expect(outcome { $0.append(0) } == "attestation.malformed-report")
        #expect(outcome { $0[0] = 1 } == "attestation.unsupported-version")
        #expect(outcome { $0[0] = 4 } == "attestation.unsupported-version")
        #expect(outcome { $0[0x34] = 2 } == "attestation.unsupported-algorithm")
        #expect(outcome { $0[0x48] = 7 << 2 } == "attestation.bad-signature")
        #expect(outcome { $0[0x48] = 3 << 2 } == "attestation.malformed-report")
        #expect(outcome { $0[0x4A] = 1 } == "attestation.malformed-report")
        // A version 3 report names its processor; here nothing but zeros.
        #expect(outcome { $0[0] = 3 } == "no error")
    }

    @Test("The key must be the chip's, current, and of AMD")
    func chain() throws {
        let original = try Case()
        #expect(code { _ = try original.verify(on: "2030-01-01") } == "attestation.expired")
        var foreign = original
        foreign.root = TrustRoot(name: "nobody", key: Digest(of: [0]))
        #expect(code { _ = try foreign.verify() } == "attestation.untrusted-chain")
        var wrong = original
        wrong.endorsement = original.pool[0]
        #expect(code { _ = try wrong.verify() } == "attestation.malformed-certificate")
        // Signed by a VLEK, says the report; endorsed is a VCEK.
        var other = original
        other.report[0x48] = 1 << 2
        #expect(code { _ = try other.verify() } == "attestation.wrong-platform")
    }

    @Test("Security versions: what is reported is what the key was derived for")
    func versions() throws {
        let raw = SNPSecurityVersions.Raw(bytes: [2, 0, 0, 0, 0, 0, 5, 0x44])
        let milan = try SNPSecurityVersions(raw, of: .milan, at: "test")
        #expect(try SNPEndorsement(Case().endorsement).securityVersions == milan)
        let older = try SNPSecurityVersions(.init(bytes: [2, 0, 0, 0, 0, 0, 4, 0x44]), of: .milan, at: "test")
        #expect(older.isAtMost(milan) && !milan.isAtMost(older))
        #expect(older != milan)
        #expect(
            code { _ = try SNPSecurityVersions(.init(bytes: [0, 0, 1, 0, 0, 0, 0, 0]), of: .genoa, at: "test") }
                == "attestation.malformed-report")
        let turin = try SNPSecurityVersions(.init(bytes: [1, 2, 3, 4, 0, 0, 0, 5]), of: .turin, at: "test")
        #expect(turin.version("fmc") == 1 && turin.version("snp") == 4 && turin.version("microcode") == 5)
    }
}
