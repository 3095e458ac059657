public import NexusBase

extension CodedError<TrustDomain>.Code {
    /// A credential that its issuer revoked for good.
    public static let revoked: Self = "revoked"
    /// A credential that its issuer suspended for now.
    public static let suspended: Self = "suspended"
    /// A credential whose status cannot be told: no list at hand, another's list, or a kind that is not read here.
    public static let statusUnknown: Self = "status-unknown"
    /// A status list, or an entry of one, that breaks its format.
    public static let badStatusList: Self = "bad-status-list"
}

extension TrustLimits {
    /// Entries that a status list has at least, so that an entry says little about whose it is.
    public static let statusEntriesMin = 131_072
    /// Entries that a status list has at most: a mebibyte of bits.
    public static let statusEntriesMax = 8 << 20
}
