public import NexusBase

public enum PolicyDomain: ErrorDomain { public static let name = "policy" }

/// An error of this room. Its place is `line:column`, 1-based, the column counted in Unicode scalars.
public typealias PolicyError = CodedError<PolicyDomain>

extension CodedError<PolicyDomain>.Code {
    /// The text is not an expression of the language.
    public static let syntax: Self = "syntax"
    /// A name that the environment does not declare.
    public static let undeclared: Self = "undeclared"
    /// No overload of the function or operator takes these types.
    public static let noOverload: Self = "no-overload"
    /// A condition must be `bool`, or a value must have a declared type.
    public static let wrongType: Self = "wrong-type"
    /// The expression is longer, deeper or wider than a named limit.
    public static let tooLarge: Self = "too-large"
    /// The evaluation passed its cost limit.
    public static let costExceeded: Self = "cost-exceeded"
    /// A map has no such key, or a message no such field.
    public static let noSuchKey: Self = "no-such-key"
    /// An index outside the list or string.
    public static let indexOutOfRange: Self = "index-out-of-range"
    /// Division or modulus by zero.
    public static let divisionByZero: Self = "division-by-zero"
    /// A number, timestamp or duration outside its range.
    public static let overflow: Self = "overflow"
    /// A value that cannot be read as the asked type.
    public static let conversion: Self = "conversion"
    /// An argument that the function does not take.
    public static let badArgument: Self = "bad-argument"
    /// A map literal names one key twice.
    public static let duplicateKey: Self = "duplicate-key"
    /// A regular expression that is not RE2's, or too large.
    public static let badRegex: Self = "bad-regex"
    /// A time zone that the given tzdata does not hold, or no tzdata was given.
    public static let noTimeZone: Self = "no-time-zone"
    /// A TZif file that breaks RFC 8536.
    public static let badTimeZoneData: Self = "bad-time-zone-data"
    /// The optional has no value.
    public static let noValue: Self = "no-value"
    /// Quantities in different units were added or compared.
    public static let unitMismatch: Self = "unit-mismatch"
    /// A variable that the caller did not bind.
    public static let unbound: Self = "unbound"
    /// A policy document that breaks its format.
    public static let badPolicy: Self = "bad-policy"
}

extension CodedError<PolicyDomain> {
    /// Line and column of the place, both 1-based, where the error has one.
    public var position: PolicyPosition? { place.flatMap(PolicyPosition.init(place:)) }

    /// The error as three lines for a terminal: the message, the source line, a caret under the column.
    public func rendered(in source: Text) -> String {
        guard let position, let line = SourceText(source).line(position.line) else { return description }
        let gutter = "\(position.line) | "
        let margin = String(repeating: " ", count: gutter.utf8.count + position.column - 1)
        return "\(qualifiedCode): \(message)\n\(gutter)\(line)\n\(margin)^"
    }
}

/// A place in an expression's source.
public struct PolicyPosition: Sendable, Hashable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    /// From 1, in Unicode scalars.
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    init?(place: String) {
        let parts = place.utf8.split(separator: UInt8(ascii: ":"))
        guard parts.count == 2, let line = Int(Substring(parts[0])), let column = Int(Substring(parts[1])) else {
            return nil
        }
        self.init(line: line, column: column)
    }

    public var description: String { "\(line):\(column)" }
}
