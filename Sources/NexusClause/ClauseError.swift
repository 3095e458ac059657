public import NexusBase

/// Errors of the clause room.
public enum ClauseDomain: ErrorDomain { public static let name = "clause" }
public typealias ClauseError = CodedError<ClauseDomain>

extension CodedError<ClauseDomain>.Code {
    /// The text is not YAML, or uses what clause documents leave out (anchors, tags, several documents).
    public static let malformedYAML: Self = "malformed-yaml"
    /// The document breaks the schema: a missing, unknown or mistyped field.
    public static let schema: Self = "schema"
    /// Well-formed, but the parts do not fit together.
    public static let inconsistent: Self = "inconsistent"
    /// Not `ISSUER::Name@major.minor.patch`.
    public static let badIdentifier: Self = "bad-identifier"
    /// A term's expression does not compile.
    public static let badExpression: Self = "bad-expression"
    /// The occurrence, an input or an output is outside what the clause allows.
    public static let outOfRange: Self = "out-of-range"
    /// An input or output is missing or unknown.
    public static let badBinding: Self = "bad-binding"
    /// More bytes or elements than the named limit.
    public static let tooLarge: Self = "too-large"
}
