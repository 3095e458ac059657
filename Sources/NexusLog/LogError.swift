public import NexusBase

/// The log's errors.
public enum LogDomain: ErrorDomain { public static let name = "log" }
public typealias LogError = CodedError<LogDomain>

extension CodedError<LogDomain>.Code {
    /// Not a signed note (c2sp.org/signed-note).
    public static let badNote: Self = "bad-note"
    /// Not a verifier key, or one whose id is not its own.
    public static let badKey: Self = "bad-key"
    /// A key of a signature type that the log does not use.
    public static let unsupportedKey: Self = "unsupported-key"
    /// A signature by a known key that does not verify.
    public static let badSignature: Self = "bad-signature"
    /// No line is signed by a known key.
    public static let noKnownSignature: Self = "no-known-signature"
    /// A note whose text is not a checkpoint (c2sp.org/tlog-checkpoint).
    public static let badCheckpoint: Self = "bad-checkpoint"
    /// A checkpoint of another log.
    public static let wrongOrigin: Self = "wrong-origin"
    /// A proof that does not lead from what it starts with to what it should end with.
    public static let badProof: Self = "bad-proof"
    /// Not a proof file (c2sp.org/tlog-proof).
    public static let badProofFile: Self = "bad-proof-file"
    /// A range, index or size outside the tree.
    public static let outOfRange: Self = "out-of-range"
    /// Not the path of a tile or bundle (c2sp.org/tlog-tiles).
    public static let badPath: Self = "bad-path"
    /// A tile of another length than its width, or with other hashes than the tree has.
    public static let badTile: Self = "bad-tile"
    /// A bundle whose entries do not fill it exactly.
    public static let badBundle: Self = "bad-bundle"
    /// An anchor of no kind, no bytes or too many.
    public static let badAnchor: Self = "bad-anchor"
    /// More bytes or lines than the named limit.
    public static let tooLarge: Self = "too-large"
}
