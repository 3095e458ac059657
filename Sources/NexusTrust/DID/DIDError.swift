public import NexusBase

extension CodedError<TrustDomain>.Code {
    /// Not a DID document, or another DID's.
    public static let badDocument: Self = "bad-document"
    /// No document of the DID can be had.
    public static let unresolved: Self = "unresolved"
    /// The DID document has no such key.
    public static let unknownMethod: Self = "unknown-method"
    /// The DID document has the key for other uses only.
    public static let wrongRelationship: Self = "wrong-relationship"
    /// The key stands in the document and belongs to somebody else.
    public static let wrongController: Self = "wrong-controller"
}

extension TrustLimits {
    /// Bytes of a DID document.
    public static let didDocumentBytesMax = 256 << 10
    /// Keys of a DID document, and entries of each of its relationships.
    public static let didDocumentMethodsMax = 128
    /// How long a resolver waits for a document of did:web.
    public static let didWebTimeout: Duration = .seconds(10)
    /// How long a resolver keeps one.
    public static let didWebFreshness: Duration = .seconds(300)
}
