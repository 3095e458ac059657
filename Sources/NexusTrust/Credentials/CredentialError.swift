public import NexusBase

extension CodedError<TrustDomain>.Code {
    /// JSON that is no credential, presentation or status list of the data model.
    public static let badCredential: Self = "bad-credential"
    /// A context that this verifier does not know by value.
    public static let unknownContext: Self = "unknown-context"
    /// A proof or token whose form is broken.
    public static let badProof: Self = "bad-proof"
    /// A proof or token of a kind that is not read here.
    public static let unsupportedProof: Self = "unsupported-proof"
    /// Signed by somebody else than the issuer it names.
    public static let wrongIssuer: Self = "wrong-issuer"
    /// The time of validity, or of a proof, is still to come.
    public static let notYetValid: Self = "not-yet-valid"
    /// The time of validity, or of a proof, is over.
    public static let expired: Self = "expired"
}

extension TrustLimits {
    /// Bytes of one credential or presentation, also inside a token.
    public static let credentialBytesMax = 1 << 20
    /// Contexts, types, subjects, proofs and other repeated parts of a credential.
    public static let credentialPartsMax = 64
    /// Credentials in one presentation.
    public static let presentationCredentialsMax = 64
    /// How far clocks may differ, unless the verifier says otherwise.
    public static let clockSkew: Duration = .seconds(60)
}
