public import NexusBase

/// Errors of sealing-v1. None of them says anything about a key or a plaintext.
public enum SealingDomain: ErrorDomain { public static let name = "sealing" }
public typealias SealingError = CodedError<SealingDomain>

extension CodedError<SealingDomain>.Code {
    /// Not a usable X25519 key: wrong length, or a point of low order.
    public static let badKey: Self = "bad-key"
    /// A payload past its limit, or a ciphertext shorter than its tag.
    public static let badLength: Self = "bad-length"
    /// Does not open: another key, context, position, token, or changed bytes.
    public static let notAuthentic: Self = "not-authentic"
    /// The context has sealed as often as it may.
    public static let exhausted: Self = "exhausted"
}
