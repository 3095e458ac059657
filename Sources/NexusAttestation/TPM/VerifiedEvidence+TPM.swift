internal import NexusBase
internal import SwiftASN1

extension VerifiedEvidence {
    init(_ quote: TPMQuote, _ evidence: TPMEvidence, _ chain: CertificateChain?, unshown: Text?) {
        var claims = AttestationClaims()
        claims.nonce = evidence.reportData
        claims.measurements = evidence.registers.map {
            .init(name: Text("pcr.\($0.bank).\($0.index)"), value: $0.value)
        }
        claims.versions = [
            .init(name: "resetCount", value: Int(quote.resetCount)),
            .init(name: "restartCount", value: Int(quote.restartCount)),
        ]
        claims.flags = [.init(name: "clockSafe", isOn: quote.isClockSafe)]
        var notShown = [TPMQuote.notShown]
        guard let chain else {
            self.init(
                kind: .simulated, claims: claims, roots: [], isRevocationChecked: false, validUntil: nil,
                notShown: notShown + [unshown].compactMap(\.self))
            return
        }
        claims.ueid = AttestationClaims.ueid(.tpm, chain.leaf.publicKey.der)
        let maker = TPMMaker(chain.leaf)
        claims.oemid = maker.manufacturer
        claims.hwmodel = maker.model.map { Text("TPM 2.0 \($0)") } ?? "TPM 2.0"
        notShown.append("that memory is hidden from the machine's owner: a TPM encrypts none")
        self.init(
            kind: .tpm, claims: claims, roots: [chain.root], isRevocationChecked: chain.isRevocationChecked,
            validUntil: chain.validUntil, notShown: notShown)
    }
}

/// Maker and model, as an endorsement certificate names them in its subject alternative name (TCG EK Credential Profile
/// for TPM 2.0, section 3.1.2). Nil where it does not.
struct TPMMaker: Sendable, Hashable {
    var manufacturer: Text?
    var model: Text?

    init(_ certificate: Certificate) {
        guard let value = certificate.value(of: OID.subjectAlternativeName),
            var names = try? DERReader(
                DERReader.root(value[...], code: .malformedCertificate, place: "san"), .sequence,
                code: .malformedCertificate, place: "san")
        else { return }
        // directoryName [4], which is explicit because Name is a choice.
        let tag = ASN1Identifier(tagWithNumber: 4, tagClass: .contextSpecific)
        while let node = try? names.node("name") {
            guard node.identifier == tag,
                var inner = try? DERReader(node, tag, code: .malformedCertificate, place: "san"),
                let name = try? DistinguishedName(inner.node("name"), code: .malformedCertificate, place: "san")
            else { continue }
            manufacturer = name.value(of: Text("\(OID.tpmManufacturer)"))
            model = name.value(of: Text("\(OID.tpmModel)"))
        }
    }
}

extension TPMQuote {
    /// What no quote shows.
    static let notShown: Text =
        "what runs now: the registers hold what was measured into them, and by whom is not said"
}
