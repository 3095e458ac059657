import NexusBase
import NexusTestInputs
import Testing

@testable import NexusAttestation

@Suite("Certificates, chains and revocation lists of AMD and Intel", .enabled(if: VectorFiles.arePresent))
struct CertificateTests {
    static func milan(_ file: String = "milan.testcer") throws -> [Certificate] {
        try Certificate.list(pem: Vectors.bytes("sev-snp/" + file))
    }

    static func vcek() throws -> Certificate { try Certificate(der: Vectors.bytes("sev-snp/vcek.testcer")) }

    @Test("AMD's certificates are read: names, dates, keys, RSASSA-PSS")
    func amd() throws {
        let vcek = try Self.vcek()
        #expect(vcek.subject.commonName == "SEV-VCEK")
        #expect(vcek.issuer.commonName == "SEV-Milan")
        #expect(vcek.notBefore.description == "2022-09-24T00:55:28.000Z")
        #expect(vcek.notAfter.description == "2029-09-24T00:55:28.000Z")
        #expect(vcek.publicKey.description == "P-384")
        #expect(vcek.signatureAlgorithm == .rsaPSS(hash: "sha384"))
        #expect(vcek.extensionValue("1.3.6.1.4.1.3704.1.4")?.count == 64)
        let roots = try Self.milan()
        #expect(roots.map(\.publicKey.description) == ["RSA 4096", "RSA 4096"])
        #expect(roots[1].publicKey.digest.hex == "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9")
    }

    @Test("The chip's certificate leads to AMD's root, and to no other")
    func amdChain() throws {
        let vcek = try Self.vcek()
        let pool = try Self.milan()
        let date = try instant("2024-01-01")
        let chain = try CertificateChain(leaf: vcek, pool: pool, roots: [TrustRoot(pool[1])], at: date)
        #expect(chain.certificates.count == 3)
        #expect(!chain.isRevocationChecked)
        #expect(chain.validUntil == vcek.notAfter)
        func attempt(_ pool: [Certificate], _ roots: [TrustRoot], _ day: String) -> String {
            code { _ = try CertificateChain(leaf: vcek, pool: pool, roots: roots, at: instant(day)) }
        }
        #expect(attempt(pool, [], "2024-01-01") == "attestation.untrusted-chain")
        #expect(attempt([pool[1]], [TrustRoot(pool[1])], "2024-01-01") == "attestation.untrusted-chain")
        #expect(attempt(pool, [TrustRoot(pool[1])], "2022-01-01") == "attestation.not-yet-valid")
        #expect(attempt(pool, [TrustRoot(pool[1])], "2031-01-01") == "attestation.expired")
        // The signing key of another branch is no issuer of this certificate.
        let other = try Self.milan("milanvlek.testcer")
        #expect(attempt(other, [TrustRoot(other[1])], "2024-01-01") == "attestation.untrusted-chain")
        let required = code {
            _ = try CertificateChain(
                leaf: vcek, pool: pool, roots: [TrustRoot(pool[1])], at: date, revocation: .everyCertificate)
        }
        #expect(required == "attestation.missing-revocation-list")
    }

    @Test("Every changed byte of a chip's certificate and of its chain is refused")
    func sweep() throws {
        let date = try instant("2024-01-01")
        let root = TrustRoot(try Self.milan()[1])
        let originals = [try Self.vcek().der] + (try Self.milan().map(\.der))
        var refused = 0
        for (index, original) in originals.enumerated() {
            for offset in original.indices {
                var changed = originals
                changed[index][offset] ^= 1 << UInt8(offset % 8)
                #expect(throws: AttestationError.self, "byte \(offset) of certificate \(index)") {
                    let leaf = try Certificate(der: changed[0])
                    let pool = try changed.dropFirst().map { try Certificate(der: $0) }
                    _ = try CertificateChain(leaf: leaf, pool: pool, roots: [root], at: date)
                }
                refused += 1
            }
        }
        #expect(refused == originals.reduce(0) { $0 + $1.count })
        print("totals: certificate sweep, \(refused) changed bytes refused")
    }

    @Test("Intel's revocation lists are read, checked against their issuer, and find a revoked certificate")
    func revocation() throws {
        let root = try RevocationList(der: Vectors.bytes("tdx/rootcrl.der"))
        #expect(root.count == 0)
        #expect(root.thisUpdate.description == "2023-04-03T10:22:51.000Z")
        let list = try RevocationList(der: Vectors.bytes("tdx/pckcrl"))
        #expect(list.count > 10)
        #expect(list.issuer.commonName == "Intel SGX PCK Platform CA")
        let der = try Vectors.bytes("tdx/pckcrl")
        for offset in stride(from: 0, to: der.count, by: 7) {
            var changed = der
            changed[offset] ^= 0x10
            let outcome = code {
                let list = try RevocationList(der: changed)
                try list.requireAuthentic(from: Self.platformAuthority(), at: instant("2023-06-20"))
            }
            #expect(outcome != "no error", "byte \(offset)")
        }
        try list.requireAuthentic(from: Self.platformAuthority(), at: instant("2023-06-20"))
        let late = code { try list.requireAuthentic(from: Self.platformAuthority(), at: instant("2023-08-20")) }
        #expect(late == "attestation.expired")
        let foreign = code { try list.requireAuthentic(from: Self.vcek(), at: instant("2023-06-20")) }
        #expect(foreign == "attestation.bad-signature")
    }

    static func platformAuthority() throws -> Certificate {
        let quote = try Vectors.bytes("tdx/tdx_prod_quote_SPR_E4.dat")
        let start = Array("-----BEGIN CERTIFICATE-----".utf8)
        let first = quote.indices.first { quote[$0...].starts(with: start) } ?? 0
        return try Certificate.list(pem: Array(quote[first..<(quote.count - 39)]))[1]
    }
}
