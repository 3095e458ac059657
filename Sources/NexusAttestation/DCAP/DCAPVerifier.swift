public import NexusBase

/// Verifies quotes of Intel SGX and TDX against collateral: chains and revocation, the quoting enclave, the attestation
/// key, the quote's signature, and where the platform stands in Intel's list. An outdated platform is not refused here:
/// its status says so, and the appraisal decides.
public struct DCAPVerifier: Sendable {
    public let roots: [TrustRoot]
    public let date: Instant

    public init(roots: [TrustRoot], date: Instant) {
        self.roots = roots
        self.date = date
    }

    /// Throws what reading and `CertificateChain` throw, and `attestation.bad-signature`, `.key-not-endorsed`,
    /// `.wrong-quoting-enclave`, `.wrong-platform`, `.not-yet-valid`, `.expired`.
    public func verify(_ quote: DCAPQuote, _ collateral: DCAPCollateral) throws -> VerifiedEvidence {
        let isTDX = if case .tdx = quote.body { true } else { false }
        guard let leaf = quote.certificates.first else {
            throw AttestationError(.malformedQuote, "there is no PCK certificate", at: "quote.authentication")
        }
        let platform = try PCKPlatform(leaf)
        let chain = try chain(leaf, quote.certificates, collateral)
        try Self.requireSignatures(quote, leaf)

        let (signer, documents) = try signedLists(collateral, isTDX: isTDX)
        guard documents.tcb.fmspc == platform.fmspc, documents.tcb.pceID == platform.pceID else {
            throw AttestationError(.wrongPlatform, "the TCB info is for other platforms", at: "tcbInfo.fmspc")
        }
        let enclave = try documents.qe.level(of: quote.authentication.qeReport)
        let standing = try TCBStanding(quote, platform, documents.tcb, enclave)
        let until = [chain.validUntil, signer.validUntil, documents.tcb.nextUpdate, documents.qe.nextUpdate].min()
        return VerifiedEvidence(quote, platform, standing, chain, validUntil: until ?? chain.validUntil)
    }

    private func chain(
        _ leaf: Certificate, _ pool: [Certificate], _ collateral: DCAPCollateral
    ) throws -> CertificateChain {
        try CertificateChain(
            leaf: leaf, pool: pool, roots: roots, at: date, revocationLists: collateral.revocationLists,
            revocation: .everyCertificate)
    }

    /// Quoting enclave by PCK, attestation key by quoting enclave, quote by attestation key.
    static func requireSignatures(_ quote: DCAPQuote, _ pck: Certificate) throws {
        let authentication = quote.authentication
        let place = "quote.authentication"
        guard
            pck.publicKey.isValid(rawECDSA: authentication.qeSignature, over: authentication.qeReport.bytes, .sha256)
        else { throw AttestationError(.badSignature, "the PCK did not sign the report", at: "\(place).qeSignature") }
        let digest = HashName.sha256.digest(authentication.attestationKey + authentication.qeData)
        guard authentication.qeReport.reportData == digest + [UInt8](repeating: 0, count: 32) else {
            throw AttestationError(
                .keyNotEndorsed, "the quoting enclave vouches for another attestation key",
                at: "\(place).attestationKey")
        }
        let key = PublicKey(.p256([0x04] + authentication.attestationKey), der: [])
        guard key.isPoint else {
            throw AttestationError(.malformedQuote, "not a point of P-256", at: "\(place).attestationKey")
        }
        guard key.isValid(rawECDSA: authentication.signature, over: quote.signedBytes, .sha256) else {
            throw AttestationError(
                .badSignature, "the attestation key did not sign the quote", at: "\(place).signature")
        }
    }

    /// Intel's two lists, both signed by a TCB signing certificate that leads to the root and is not revoked, both
    /// current, both for this technology.
    private func signedLists(
        _ collateral: DCAPCollateral, isTDX: Bool
    ) throws -> (signer: CertificateChain, documents: (tcb: TCBInfo, qe: QEIdentity)) {
        guard let leaf = collateral.signers.first, leaf.subject.commonName == "Intel SGX TCB Signing" else {
            throw AttestationError(
                .untrustedChain, "collateral is signed by Intel's TCB signing certificate", at: "collateral.signers")
        }
        let signer = try chain(leaf, collateral.signers, collateral)
        let lists = [("tcbInfo", collateral.tcbInfo), ("qeIdentity", collateral.qeIdentity)]
        for (name, document) in lists where !document.isSigned(by: leaf.publicKey) {
            throw AttestationError(.badSignature, "not signed by Intel's TCB signing key", at: name)
        }
        let tcb = try TCBInfo(collateral.tcbInfo)
        let qe = try QEIdentity(collateral.qeIdentity)
        guard tcb.isTDX == isTDX, qe.isTDX == isTDX else {
            throw AttestationError(.wrongPlatform, "SGX quotes have SGX collateral, TDX ones TDX", at: "collateral")
        }
        for (name, from, until) in [("tcbInfo", tcb.issued, tcb.nextUpdate), ("qeIdentity", qe.issued, qe.nextUpdate)] {
            if date < from { throw AttestationError(.notYetValid, "issued at \(from), after \(date)", at: name) }
            if date > until { throw AttestationError(.expired, "replaced by \(until), before \(date)", at: name) }
        }
        return (signer, (tcb, qe))
    }
}
