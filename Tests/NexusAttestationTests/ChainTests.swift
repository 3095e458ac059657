import NexusBase
import NexusTestSupport
import Testing

@testable import NexusAttestation

@Suite("Chains of the test's own making")
struct ChainTests {
    private let root = CertificateMaker.authority("root", pathLength: 1)
    private let middle = CertificateMaker.authority("middle", pathLength: 0)
    private let leaf = CertificateMaker(subject: "leaf", serial: 42)

    private func outcome(
        _ leaf: Certificate, _ pool: [Certificate], root: CertificateMaker? = nil, lists: [RevocationList] = [],
        on day: String = "2025-06-01", rule: RevocationRule = .whereGiven
    ) -> String {
        code {
            let anchor = TrustRoot(try (root ?? self.root).certificate())
            let chain = try CertificateChain(
                leaf: leaf, pool: pool, roots: [anchor], at: instant(day), revocationLists: lists, revocation: rule)
            #expect(chain.certificates.last?.subject.commonName == Text((root ?? self.root).subject))
        }
    }

    @Test("A chain is found whatever the order of the pool, and only up to its root")
    func order() throws {
        let certificates = [try root.certificate(), try middle.certificate(by: root)]
        let leaf = try leaf.certificate(by: middle)
        #expect(outcome(leaf, certificates) == "no error")
        #expect(outcome(leaf, certificates.reversed() + [leaf]) == "no error")
        #expect(outcome(leaf, [certificates[1]]) == "attestation.untrusted-chain")
        #expect(outcome(leaf, certificates, root: middle) == "attestation.bad-signature")
        #expect(outcome(leaf, certificates, on: "2031-01-01") == "attestation.expired")
        #expect(outcome(leaf, certificates, on: "2019-01-01") == "attestation.not-yet-valid")
    }

    @Test("An issuer must be an authority, may sign certificates, and keeps its path length")
    func authority() throws {
        let anchor = try root.certificate()
        var plain = CertificateMaker(subject: "middle")
        plain.extensions = []
        #expect(
            try outcome(leaf.certificate(by: plain), [anchor, plain.certificate(by: root)])
                == "attestation.untrusted-chain")
        let noUsage = CertificateMaker.authority("middle", usage: 0x02)
        #expect(
            try outcome(leaf.certificate(by: noUsage), [anchor, noUsage.certificate(by: root)])
                == "attestation.untrusted-chain")
        let short = CertificateMaker.authority("short", pathLength: 0)
        #expect(
            try outcome(
                leaf.certificate(by: middle), [short.certificate(), middle.certificate(by: short)], root: short)
                == "attestation.untrusted-chain")
        // Another key under the issuer's name.
        let impostor = CertificateMaker.authority("middle", pathLength: 0)
        #expect(
            try outcome(leaf.certificate(by: impostor), [anchor, middle.certificate(by: root)])
                == "attestation.bad-signature")
        // Both: the search goes on after the one that fails.
        #expect(
            try outcome(
                leaf.certificate(by: impostor), [anchor, middle.certificate(by: root), impostor.certificate(by: root)])
                == "no error")
    }

    @Test("A revoked certificate, a list that is too old, and a list by another are refused")
    func revocation() throws {
        let pool = [try root.certificate(), try middle.certificate(by: root)]
        let leaf = try leaf.certificate(by: middle)
        let none = [try root.list(revoking: []), try middle.list(revoking: [1, 2])]
        #expect(outcome(leaf, pool, lists: none, rule: .everyCertificate) == "no error")
        #expect(outcome(leaf, pool, lists: [none[0]], rule: .everyCertificate) == "attestation.missing-revocation-list")
        #expect(try outcome(leaf, pool, lists: [none[0], middle.list(revoking: [42])]) == "attestation.revoked")
        #expect(try outcome(leaf, pool, lists: [root.list(revoking: [7])]) == "attestation.revoked")
        #expect(outcome(leaf, pool, lists: none, on: "2026-06-01") == "attestation.expired")
        #expect(outcome(leaf, pool, lists: none, on: "2024-06-01") == "attestation.not-yet-valid")
        let impostor = CertificateMaker.authority("middle")
        #expect(try outcome(leaf, pool, lists: [impostor.list(revoking: [])]) == "attestation.bad-signature")
    }

    @Test("Unknown critical extensions and extensions that stand twice are refused")
    func extensions() {
        func outcome(_ extensions: [[UInt8]]) -> String {
            code {
                var maker = CertificateMaker(subject: "leaf")
                maker.extensions = extensions
                _ = try maker.certificate()
            }
        }
        let unknown = CertificateMaker.item("1.2.3.4", critical: true, [5, 0])
        let harmless = CertificateMaker.item("1.2.3.4", [5, 0])
        #expect(outcome([harmless]) == "no error")
        #expect(outcome([unknown]) == "attestation.unsupported-extension")
        #expect(outcome([harmless, harmless]) == "attestation.malformed-certificate")
        #expect(outcome([CertificateMaker.item("2.5.29.19", [4, 0])]) == "attestation.malformed-certificate")
        let many = (0...AttestationLimits.extensionsMax).map { CertificateMaker.item("1.2.3.\($0)", [5, 0]) }
        #expect(outcome(many) == "attestation.too-large")
        #expect(outcome(Array(many.dropLast())) == "no error")
    }

    @Test("A pool in which every certificate signs every other does not hold the search up")
    func crossSigned() throws {
        var pool: [Certificate] = []
        var maker = CertificateMaker.authority("middle")
        for serial in 0..<AttestationLimits.certificatesMax {
            maker.serial = serial
            pool.append(try maker.certificate())
        }
        let leaf = try leaf.certificate(by: maker)
        #expect(outcome(leaf, pool) == "attestation.untrusted-chain")
        #expect(outcome(leaf, pool + [leaf]) == "attestation.too-large")
    }
}
