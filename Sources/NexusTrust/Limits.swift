/// Named maxima of the trust room.
public enum TrustLimits {
    /// Bytes of one envelope's payload.
    public static let payloadBytesMax = 16 << 20
    /// Signatures on one envelope.
    public static let signaturesMax = 64
    /// Statements under one batch signature.
    public static let batchMax = 4096
    /// Characters of a DID.
    public static let didBytesMax = 8192
    /// Characters of a did:key of Ed25519 or P-256.
    static let classicalKeyBytesMax = 199
    /// Characters of a did:key of any suite.
    static let didKeyBytesMax = 2999
}
