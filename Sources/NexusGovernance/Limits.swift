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
    /// Bytes of a policy document: published, it must fit into one entry of the log, twice in base64.
    public static let policyBytesMax = 32 << 10
    /// Steps of all tests beside a policy's rules: whoever folds the entry runs them.
    public static let policyTestsCostMax: UInt64 = 1_000_000
    /// Bytes of an admission rule.
    public static let admissionBytesMax = 32 << 10
    /// Issuers that an admission rule names for one kind of credential.
    public static let issuersOfRuleMax = 16
    /// A year: how seldom evidence may be asked for, in seconds.
    public static let attestSecondsMax = 31_536_000
    /// Credentials of one admission, and bytes of each.
    public static let credentialsMax = 16
    public static let credentialBytesMax = 16 << 10
    /// Bytes of a status list's credential: published, it must fit into one entry of the log.
    public static let statusBytesMax = 32 << 10
    /// Entries in one chain.
    public static let entriesMax = 1 << 20
}
