public import NexusBase

/// The anchors' errors.
public enum AnchorDomain: ErrorDomain { public static let name = "anchor" }
public typealias AnchorError = CodedError<AnchorDomain>

extension CodedError<AnchorDomain>.Code {
    /// Bytes that are not what RFC 3161 and RFC 5652 describe, in DER.
    public static let badToken: Self = "bad-token"
    /// A token, or its certificate, for another use, another algorithm, or with parts that nothing signs.
    public static let notAllowed: Self = "not-allowed"
    /// A token about other bytes.
    public static let wrongImprint: Self = "wrong-imprint"
    /// A signature that does not verify.
    public static let badSignature: Self = "bad-signature"
    /// No path from the authority's certificate to a root that the verifier was given.
    public static let untrusted: Self = "untrusted"
    /// The authority answered that it does not stamp this.
    public static let refused: Self = "refused"
    /// Not a file of anchor-v1.
    public static let badFile: Self = "bad-file"
}
