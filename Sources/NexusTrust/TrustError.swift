public import NexusBase

/// Errors of the trust room.
public enum TrustDomain: ErrorDomain { public static let name = "trust" }
public typealias TrustError = CodedError<TrustDomain>

extension CodedError<TrustDomain>.Code {
    /// A key of a suite that this build does not know.
    public static let unknownSuite: Self = "unknown-suite"
    /// A key of a suite that the rail does not take.
    public static let suiteRefused: Self = "suite-refused"
    /// Bytes that are no key of their suite.
    public static let badKey: Self = "bad-key"
    /// A signature that its key did not make over these bytes.
    public static let badSignature: Self = "bad-signature"
    /// No signature by the key that had to sign.
    public static let missingSignature: Self = "missing-signature"
    /// A payload of another type than the reader asked for.
    public static let wrongPayloadType: Self = "wrong-payload-type"
    /// A statement with another predicate than the reader asked for.
    public static let wrongPredicate: Self = "wrong-predicate"
    /// Not a decentralised identifier that can be resolved here.
    public static let badDID: Self = "bad-did"
    /// More bytes or signatures than the format allows.
    public static let tooLarge: Self = "too-large"
    /// A sealed message that does not open.
    public static let sealBroken: Self = "seal-broken"
}
