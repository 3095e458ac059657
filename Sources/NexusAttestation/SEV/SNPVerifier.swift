public import NexusBase

/// Verifies a report of AMD SEV-SNP: the chain of its endorsement key to an approved root, the signature, the platform
/// and its security versions. Policy (debugging, measurement, age) is for the appraisal.
public struct SNPVerifier: Sendable {
    public let roots: [TrustRoot]
    public let date: Instant
    public let revocation: RevocationRule

    public init(roots: [TrustRoot], date: Instant, revocation: RevocationRule = .whereGiven) {
        self.roots = roots
        self.date = date
        self.revocation = revocation
    }

    /// Throws what `SNPReport` and `CertificateChain` throw, and `attestation.bad-signature`, `.wrong-platform`,
    /// `.wrong-tcb`.
    public func verify(
        _ report: SNPReport, endorsement certificate: Certificate, pool: [Certificate],
        revocationLists: [RevocationList] = []
    ) throws -> VerifiedEvidence {
        let chain = try CertificateChain(
            leaf: certificate, pool: pool, roots: roots, at: date, revocationLists: revocationLists,
            revocation: revocation)
        let endorsement = try SNPEndorsement(certificate)
        guard endorsement.kind == report.signingKey else {
            throw AttestationError(
                .wrongPlatform,
                "signed with a \(report.signingKey.rawValue.uppercased()), endorsed is a "
                    + endorsement.kind.rawValue.uppercased(), at: "report.keyFlags")
        }
        let signed = Array(report.bytes.prefix(SNPReport.signedBytes))
        guard certificate.publicKey.isValid(rawECDSA: report.signature, over: signed, .sha384) else {
            throw AttestationError(
                .badSignature, "the endorsement key did not sign these bytes", at: "report.signature")
        }
        try requirePlatform(report, endorsement)
        let versions = try requireSecurityVersions(report, endorsement)
        return VerifiedEvidence(report, endorsement, versions, chain)
    }

    private func requirePlatform(_ report: SNPReport, _ endorsement: SNPEndorsement) throws {
        if let processor = report.processor {
            guard SNPProduct(processor) == endorsement.product else {
                throw AttestationError(
                    .wrongPlatform, "the processor is no \(endorsement.product.rawValue)", at: "report.processor")
            }
        }
        if let hardwareID = endorsement.hardwareID {
            let padded = hardwareID + [UInt8](repeating: 0, count: 64 - hardwareID.count)
            guard report.chipID == padded else {
                throw AttestationError(.wrongPlatform, "the certificate is another chip's", at: "report.chipID")
            }
        }
        guard report.isAuthorKeyDigestPresent || report.authorKeyDigest.allSatisfy({ $0 == 0 }) else {
            throw AttestationError(.malformedReport, "an author key's digest without an author key", at: "report")
        }
    }

    /// The reported versions are those that the key was derived for; what is committed is not newer than what runs, and
    /// neither the reported nor the launched ones are newer than what runs.
    private func requireSecurityVersions(
        _ report: SNPReport, _ endorsement: SNPEndorsement
    ) throws -> SNPSecurityVersions {
        func versions(_ raw: SNPSecurityVersions.Raw, _ name: String) throws -> SNPSecurityVersions {
            try SNPSecurityVersions(raw, of: endorsement.product, at: "report.\(name)")
        }
        let current = try versions(report.currentTCB, "currentTCB")
        let reported = try versions(report.reportedTCB, "reportedTCB")
        guard reported == endorsement.securityVersions else {
            throw AttestationError(
                .wrongTCB, "the key was derived for other security versions than reported", at: "report.reportedTCB")
        }
        let others = [
            ("reportedTCB", reported), ("committedTCB", try versions(report.committedTCB, "committedTCB")),
            ("launchTCB", try versions(report.launchTCB, "launchTCB")),
        ]
        for (name, other) in others where !other.isAtMost(current) {
            throw AttestationError(.wrongTCB, "newer than what runs", at: "report.\(name)")
        }
        guard report.committedBuild.order <= report.currentBuild.order else {
            throw AttestationError(.wrongTCB, "newer than what runs", at: "report.committedBuild")
        }
        return reported
    }
}
