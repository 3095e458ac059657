public import NexusBase

/// Evidence whose signatures, chains and dates hold. Only the verifiers of this room make it, so its kind is what they
/// found. Whether it is good enough is for `ReferenceValues.appraise`.
public struct VerifiedEvidence: Sendable, Hashable {
    public let kind: AttestationKind
    public let claims: AttestationClaims
    /// The roots that were relied on. Empty for `simulated`.
    public let roots: [TrustRoot]
    /// Whether current revocation lists covered every certificate.
    public let isRevocationChecked: Bool
    /// When the first certificate, list or piece of collateral ends. Nil for `simulated`.
    public let validUntil: Instant?
    /// What this evidence does not show, a sentence each.
    public let notShown: [Text]

    init(
        kind: AttestationKind, claims: AttestationClaims, roots: [TrustRoot], isRevocationChecked: Bool,
        validUntil: Instant?, notShown: [Text]
    ) {
        self.kind = kind
        self.claims = claims
        self.roots = roots
        self.isRevocationChecked = isRevocationChecked
        self.validUntil = validUntil
        let unseen: [Text] = isRevocationChecked || kind == .simulated ? [] : [Self.noRevocation]
        self.notShown = notShown + unseen
    }

    private static let noRevocation: Text =
        "whether a certificate was revoked: no current revocation list was given for each of them"

    /// No evidence: a machine that says which keys it uses, and nothing that vouches for it.
    ///
    /// Throws `attestation.malformed-evidence` unless the report data has 64 bytes.
    public static func simulated(reportData: [UInt8]) throws -> VerifiedEvidence {
        guard reportData.count == ReportData.byteCount else {
            throw AttestationError(
                .malformedEvidence, "report data has \(ReportData.byteCount) bytes", at: "evidence.reportData")
        }
        var claims = AttestationClaims()
        claims.nonce = reportData
        return VerifiedEvidence(
            kind: .simulated, claims: claims, roots: [], isRevocationChecked: false, validUntil: nil,
            notShown: ["anything about the machine: nothing vouches for it"])
    }
}
