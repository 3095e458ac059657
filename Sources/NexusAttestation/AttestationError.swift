public import NexusBase

/// Errors of the attestation room. The place names the structure and field, or the byte offset.
public enum AttestationDomain: ErrorDomain { public static let name = "attestation" }
public typealias AttestationError = CodedError<AttestationDomain>

extension CodedError<AttestationDomain>.Code {
    /// More bytes or elements than the named limit.
    public static let tooLarge: Self = "too-large"
    /// Not a DER certificate of RFC 5280 version 3 in the form that is read here.
    public static let malformedCertificate: Self = "malformed-certificate"
    /// Not a DER revocation list of RFC 5280 version 2 in the form that is read here.
    public static let malformedRevocationList: Self = "malformed-revocation-list"
    /// Not a sequence of strict PEM blocks (RFC 7468).
    public static let malformedPEM: Self = "malformed-pem"
    /// A signature algorithm, hash, curve or key size that is not accepted.
    public static let unsupportedAlgorithm: Self = "unsupported-algorithm"
    /// A critical extension that this reader does not know.
    public static let unsupportedExtension: Self = "unsupported-extension"
    /// A signature that its key did not make over these bytes.
    public static let badSignature: Self = "bad-signature"
    /// No chain of certificates leads to an approved root.
    public static let untrustedChain: Self = "untrusted-chain"
    /// A certificate or document before its validity.
    public static let notYetValid: Self = "not-yet-valid"
    /// A certificate or document after its validity.
    public static let expired: Self = "expired"
    /// A certificate that its issuer revoked.
    public static let revoked: Self = "revoked"
    /// No current revocation list of an issuer where one is required.
    public static let missingRevocationList: Self = "missing-revocation-list"
    /// Not a SEV-SNP report in the form of its version.
    public static let malformedReport: Self = "malformed-report"
    /// Not a DCAP quote in the form of its version.
    public static let malformedQuote: Self = "malformed-quote"
    /// Not signed collateral (TCB info, QE identity) in the form that is read here.
    public static let malformedCollateral: Self = "malformed-collateral"
    /// Not a TPM 2.0 structure in the form that is read here.
    public static let malformedTPM: Self = "malformed-tpm"
    /// A version of a format that is not known here.
    public static let unsupportedVersion: Self = "unsupported-version"
    /// The evidence and its certificate or collateral speak of different platforms.
    public static let wrongPlatform: Self = "wrong-platform"
    /// Security versions that contradict each other or the certificate.
    public static let wrongTCB: Self = "wrong-tcb"
    /// A key of the evidence that the next key up does not vouch for.
    public static let keyNotEndorsed: Self = "key-not-endorsed"
    /// A quoting enclave that is not the vendor's.
    public static let wrongQuotingEnclave: Self = "wrong-quoting-enclave"
    /// A TPM key that may sign what software gives it, so its quotes show nothing.
    public static let unsuitableKey: Self = "unsuitable-key"
    /// Values that do not hash to the digest that was quoted.
    public static let wrongDigest: Self = "wrong-digest"
    /// Not evidence, or not reference values, in the form of attestation-v1.
    public static let malformedEvidence: Self = "malformed-evidence"
    /// Evidence of a kind for which the reference values have no rule.
    public static let kindNotAllowed: Self = "kind-not-allowed"
    /// The report data is not the digest of the node's keys and the nonce.
    public static let keyNotBound: Self = "key-not-bound"
    /// The machine runs in a debug mode.
    public static let debugEnabled: Self = "debug-enabled"
    /// A measurement that is not among the approved values.
    public static let wrongMeasurement: Self = "wrong-measurement"
    /// Firmware or microcode older than the rule allows.
    public static let outdatedPlatform: Self = "outdated-platform"
    /// A setting of the machine that the rule refuses.
    public static let configurationRefused: Self = "configuration-refused"
}
