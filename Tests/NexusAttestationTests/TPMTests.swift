import Crypto
import CryptoExtras
import NexusBase
import NexusTestSupport
import Testing

@testable import NexusAttestation

@Suite("TPM 2.0 quotes")
struct TPMTests {
    private func verify(_ evidence: TPMEvidence) throws -> VerifiedEvidence {
        try TPMVerifier(roots: [], date: instant("2026-01-01"), activations: []).verify(evidence)
    }

    @Test("A quote that is in order and that nobody vouches for is simulated")
    func simulated() throws {
        let evidence = try verify(TPMFixture().evidence())
        #expect(evidence.kind == .simulated)
        #expect(evidence.claims.measurement("pcr.sha256.7") == [UInt8](repeating: 2, count: 32))
        #expect(evidence.claims.version("resetCount") == 4)
        #expect(evidence.claims.flag("clockSafe") == true)
        #expect(evidence.claims.ueid == nil && evidence.claims.oemid == nil)
        #expect(evidence.notShown.contains { $0.string.contains("no endorsement certificate") })
        #expect(evidence.roots.isEmpty)
    }

    @Test("Every changed byte of quote, signature, key, registers and report data is refused")
    func sweep() throws {
        let original = try TPMFixture().evidence()
        var refused = 0
        func attempt(_ name: String, _ bytes: [UInt8], _ make: ([UInt8]) -> TPMEvidence) {
            for offset in bytes.indices {
                var changed = bytes
                changed[offset] ^= 1 << UInt8(offset % 8)
                #expect(throws: AttestationError.self, "\(name) byte \(offset)") { try verify(make(changed)) }
                refused += 1
            }
        }
        func copy(
            quote: [UInt8]? = nil, signature: [UInt8]? = nil, key: [UInt8]? = nil,
            registers: [TPMEvidence.Register]? = nil, data: [UInt8]? = nil
        ) -> TPMEvidence {
            TPMEvidence(
                quote: quote ?? original.quote, signature: signature ?? original.signature,
                attestationKey: key ?? original.attestationKey, registers: registers ?? original.registers,
                reportData: data ?? original.reportData, endorsement: [])
        }
        attempt("quote", original.quote) { copy(quote: $0) }
        attempt("signature", original.signature) { copy(signature: $0) }
        attempt("report data", original.reportData) { copy(data: $0) }
        attempt("register", original.registers[0].value) {
            copy(registers: [.init(bank: "sha256", index: 0, value: $0), original.registers[1]])
        }
        // The key's own bytes are vouched for by the activation, not by its signature: those that make it another key,
        // another scheme or another kind of key are refused here.
        let area = original.attestationKey
        for offset in area.indices where ![2, 3].contains(offset) && !(4..<8).contains(offset) {
            var changed = area
            changed[offset] ^= 1
            #expect(throws: AttestationError.self, "key byte \(offset)") { try verify(copy(key: changed)) }
            refused += 1
        }
        print("totals: TPM sweep, \(refused) changed bytes refused")
        let swept = original.quote.count + original.signature.count + ReportData.byteCount + 32 + area.count - 6
        #expect(refused == swept)
    }

    @Test("A key that software can use freely is not believed")
    func keys() throws {
        // Not restricted; may decrypt; made outside; may leave; cannot sign.
        for attributes: UInt32 in [0x0004_0072, 0x0007_0072, 0x0005_0052, 0x0005_0070, 0x0005_0062, 0x0001_0072] {
            var fixture = TPMFixture()
            fixture.attributes = attributes
            #expect(code { _ = try verify(fixture.evidence()) } == "attestation.unsuitable-key", "\(attributes)")
        }
    }

    @Test("A quote over other registers, banks or data is refused by name")
    func refusals() throws {
        let original = try TPMFixture().evidence()
        func with(_ registers: [TPMEvidence.Register]) -> String {
            code {
                _ = try verify(
                    TPMEvidence(
                        quote: original.quote, signature: original.signature, attestationKey: original.attestationKey,
                        registers: registers, reportData: original.reportData, endorsement: []))
            }
        }
        #expect(with(original.registers) == "no error")
        #expect(with(original.registers.reversed()) == "attestation.wrong-digest")
        #expect(with([original.registers[0]]) == "attestation.wrong-digest")
        let other = TPMEvidence.Register(bank: "sha384", index: 0, value: original.registers[0].value)
        #expect(with([other, original.registers[1]]) == "attestation.wrong-digest")
        #expect(code { _ = try TPMQuote(parsing: original.quote + [0]) } == "attestation.malformed-tpm")
        var notQuote = original.quote
        notQuote[5] = 0x17
        #expect(code { _ = try TPMQuote(parsing: notQuote) } == "attestation.malformed-tpm")
        #expect(code { _ = try TPMQuote(parsing: [UInt8](repeating: 0, count: 5000)) } == "attestation.too-large")
    }

    @Test("RSA's power agrees with the kept library", arguments: [2048, 3072, 4096])
    func power(_ bits: Int) throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits))
        let signature = Array(
            try key.signature(for: SHA256.hash(data: [1, 2, 3]), padding: .insecurePKCS1v1_5).rawRepresentation)
        let numbers = try key.publicKey.getKeyPrimitives()
        let opened = RSAPower.power(signature, Array(numbers.publicExponent), modulus: Array(numbers.modulus))
        // EMSA-PKCS1-v1_5: 00 01 FF… 00, then the hash's name, then the hash.
        #expect(opened.prefix(10).elementsEqual([0, 1] + [UInt8](repeating: 0xFF, count: 8)))
        #expect(Array(opened.suffix(32)) == HashName.sha256.digest([1, 2, 3]))
        #expect(opened.count == bits / 8)
    }

    @Test("A maker that was approved makes it a TPM; revoked, or a certificate for something else, does not")
    func approved() throws {
        let maker = CertificateMaker.authority("a maker of TPMs")
        var key = CertificateMaker(subject: "")
        let usage = CertificateMaker.item("2.5.29.37", DERText.sequence(DERText.identifier("2.23.133.8.1")))
        let attribute = { (type: String, value: String) in
            DERText.set(DERText.sequence(DERText.identifier(type), DERText.text(value)))
        }
        let names = DERText.sequence(
            DERText.explicit(
                4, DERText.sequence(attribute("2.23.133.2.1", "id:54455354"), attribute("2.23.133.2.2", "model 9"))))
        key.extensions = [usage, CertificateMaker.item("2.5.29.17", critical: true, names)]
        let fixture = TPMFixture()
        let name = try TPMPublic(parsing: fixture.publicArea).name
        let chain = [try key.certificate(by: maker), try maker.certificate()]
        let activation = TPMActivation(endorsementKey: chain[0].publicKey.digest, attestationKeyName: name)
        func verify(_ chain: [Certificate], _ lists: [RevocationList] = []) throws -> VerifiedEvidence {
            try TPMVerifier(
                roots: [TrustRoot(maker.certificate())], date: instant("2025-06-01"), activations: [activation]
            )
            .verify(fixture.evidence(endorsement: chain), revocationLists: lists)
        }
        let evidence = try verify(chain)
        #expect(evidence.kind == .tpm)
        #expect(evidence.claims.oemid == "id:54455354" && evidence.claims.hwmodel == "TPM 2.0 model 9")
        #expect(evidence.notShown.contains { $0.string.contains("encrypts none") })
        #expect(code { _ = try verify(chain, [maker.list(revoking: [7])]) } == "attestation.revoked")
        key.extensions.removeFirst()
        #expect(
            code { _ = try verify([key.certificate(by: maker), chain[1]]) } == "attestation.key-not-endorsed")
    }
}
