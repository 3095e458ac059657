/// Names the room an error comes from.
public protocol ErrorDomain: Sendable {
    /// Lower case, stable: the part of the code before the dot.
    static var name: String { get }
}

/// What every room's error can say, whichever room it is from.
public protocol CodedFailure: Error, CustomStringConvertible {
    /// `room.code`, stable under SemVer.
    var qualifiedCode: String { get }
    /// What was wrong and what the rule is, for a person.
    var message: String { get }
    /// Where in the input: a field path, a line and column, a byte offset.
    var place: String? { get }
}

/// The one error shape of the house. A room names its own by `typealias ClauseError = CodedError<ClauseDomain>`
/// and lists its codes in an extension of `Code`. Codes are open (new ones may come); equality is on the code.
public struct CodedError<Domain: ErrorDomain>: CodedFailure, Hashable {
    /// A stable, machine-readable reason.
    public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public init(stringLiteral value: String) { rawValue = value }
    }

    public let code: Code
    public let message: String
    public let place: String?
    public let cause: (any Error)?

    public init(_ code: Code, _ message: String, at place: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.place = place
        self.cause = cause
    }

    public var qualifiedCode: String { "\(Domain.name).\(code.rawValue)" }

    public var description: String {
        var text = "\(qualifiedCode): \(message)"
        if let place { text += " (at \(place))" }
        if let cause { text += "; because \(cause)" }
        return text
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }

    /// The same error with a place, where the thrower did not know it.
    public func at(_ outer: String) -> Self {
        Self(code, message, at: place.map { "\(outer).\($0)" } ?? outer, cause: cause)
    }
}

/// The base room's own errors.
public enum BaseDomain: ErrorDomain { public static let name = "base" }
public typealias BaseError = CodedError<BaseDomain>

extension CodedError<BaseDomain>.Code {
    /// More bytes, nesting or elements than the named limit.
    public static let tooLarge: Self = "too-large"
    /// Not JSON, or JSON outside what signed documents may hold.
    public static let malformedJSON: Self = "malformed-json"
    /// An object names one key twice.
    public static let duplicateKey: Self = "duplicate-key"
    /// Bytes that are not UTF-8.
    public static let notUTF8: Self = "not-utf8"
    /// Valid JSON whose bytes differ from its RFC 8785 form.
    public static let notCanonical: Self = "not-canonical"
    /// A field is missing.
    public static let missingField: Self = "missing-field"
    /// A field is there that the format does not know.
    public static let unknownField: Self = "unknown-field"
    /// A field has another type or range than the format says.
    public static let wrongType: Self = "wrong-type"
    /// Not a decimal number in the format's form, or out of its range.
    public static let badDecimal: Self = "bad-decimal"
    /// Not strict hexadecimal or base64.
    public static let badEncoding: Self = "bad-encoding"
    /// Not an RFC 3339 time in the form that signed documents use.
    public static let badTime: Self = "bad-time"
    /// An identifier that breaks its grammar.
    public static let badIdentifier: Self = "bad-identifier"
    /// A Merkle path that does not lead to the root.
    public static let badInclusion: Self = "bad-inclusion"
}
