import NexusLog

/// Named maxima of the evidence room.
public enum EvidenceLimits {
    /// Bytes of an evidence pack.
    public static let packBytesMax = 64 << 20
    /// Bytes of a trust file.
    public static let trustFileBytesMax = 1 << 20
    /// Witnesses of a trust file.
    public static let witnessesMax = 32
    /// Time-stamp roots of a trust file, and bytes of one.
    public static let timeStampRootsMax = 16
    public static let timeStampRootBytesMax = 8_192
    /// Rotations of keys in one pack, after its governance.
    public static let rotationsMax = 1_024
    /// Bytes of one result document.
    public static let resultBytesMax = 32 << 20
    /// Statements (CACs) in one pack.
    public static let statementsMax = 1024
    /// Results in one rollup: its envelope is one entry of the log.
    public static let rollupMax = 240
    /// Bytes of one entry of the log.
    public static let logEntryBytesMax = LogLimits.entryBytesMax
    /// Bytes of a token's nonce.
    public static let nonceBytes = 16
    /// Bytes of one quorum statement.
    public static let quorumBytesMax = 4 << 20
    /// Bytes of a network's file and a proof together; and of all that one rollup rests on.
    public static let proofMaterialBytesMax = 6 << 20
    /// Bytes of one job payload.
    public static let payloadBytesMax = 16 << 20
}
