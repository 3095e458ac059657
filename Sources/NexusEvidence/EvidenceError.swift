public import NexusBase

/// Errors of the evidence room.
public enum EvidenceDomain: ErrorDomain { public static let name = "evidence" }
public typealias EvidenceError = CodedError<EvidenceDomain>

extension CodedError<EvidenceDomain>.Code {
    /// Two parts of the evidence that must say the same do not.
    public static let mismatch: Self = "mismatch"
    /// Inputs that do not lead to the commitment.
    public static let badCommitment: Self = "bad-commitment"
    /// A statement by a node that had no right to make it.
    public static let notEntitled: Self = "not-entitled"
    /// Fewer agreeing statements than the clause asks.
    public static let noQuorum: Self = "no-quorum"
    /// Evidence of a kind that the verifier's trust file does not allow.
    public static let attestationNotAllowed: Self = "attestation-not-allowed"
    /// A model's result without a proof that holds together with it.
    public static let badProof: Self = "bad-proof"
    /// Not in the log that the checkpoint signs.
    public static let notInLog: Self = "not-in-log"
    /// A checkpoint without the signatures that the trust file asks.
    public static let badCheckpoint: Self = "bad-checkpoint"
    /// An anchor that does not verify, or is of no known kind.
    public static let badAnchor: Self = "bad-anchor"
    /// A trust file whose witnesses or roots are none.
    public static let badTrustFile: Self = "bad-trust-file"
    /// The pack's own digest does not match.
    public static let packDamaged: Self = "pack-damaged"
    /// A document of another kind, for instance a replay difference offered as a certificate.
    public static let notACertificate: Self = "not-a-certificate"
    /// The trust file is for another rail.
    public static let otherRail: Self = "other-rail"
    /// A token that was spent, expired or is for another node.
    public static let badToken: Self = "bad-token"
}
