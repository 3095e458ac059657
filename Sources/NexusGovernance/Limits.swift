import NexusLog

/// Named maxima of the governance room.
public enum GovernanceLimits {
    /// Bytes of one governance entry: it is an entry of the log.
    public static let entryBytesMax = LogLimits.entryBytesMax
    /// Keys of a committee.
    public static let committeeMax = 64
    /// Validators of a rail.
    public static let validatorsMax = 64
    /// Bytes of a note's verifier key: one of ML-DSA-44 has some 1,800.
    public static let verifierKeyBytesMax = 4_096
    /// Entries in one chain.
    public static let entriesMax = 1 << 20
}
