public import NexusBase

/// `ISSUER::Name@major.minor.patch`, for instance `GRA::ExtremeElNino@1.0.0`.
public struct ClauseID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let issuer: Text
    public let name: Text
    /// Semantic version 2.0.0, numbers only.
    public let version: Version
    public let text: Text

    public struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
        public let major: Int
        public let minor: Int
        public let patch: Int

        public static func < (left: Version, right: Version) -> Bool {
            (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
        public var description: String { "\(major).\(minor).\(patch)" }
    }

    /// Throws `clause.bad-identifier`.
    public init(parsing text: Text) throws {
        guard text.utf8.count <= ClauseLimits.nameBytesMax, let parts = Self.parts(of: text.string) else {
            throw ClauseError(
                .badIdentifier, "a clause is named ISSUER::Name@1.0.0, not \"\(text.string.prefix(80))\"")
        }
        (issuer, name, version) = parts
        self.text = text
    }

    private static func parts(of string: String) -> (Text, Text, Version)? {
        let bytes = string.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let at = bytes.firstIndex(of: UInt8(ascii: "@")),
            colon < at, bytes[bytes.index(after: colon)] == UInt8(ascii: ":")
        else { return nil }
        let issuer = string[..<colon]
        let name = string[bytes.index(colon, offsetBy: 2)..<at]
        guard isName(issuer), isName(name) else { return nil }
        var numbers: [Int] = []
        for digits in string[bytes.index(after: at)...].utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        {
            guard (1...6).contains(digits.count), digits.first != UInt8(ascii: "0") || digits.count == 1,
                digits.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            numbers.append(digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
        guard numbers.count == 3 else { return nil }
        return (
            Text(String(issuer)), Text(String(name)),
            Version(major: numbers[0], minor: numbers[1], patch: numbers[2])
        )
    }

    /// A letter, then letters, digits, `-` and `_`.
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

    public var description: String { text.string }
    public var json: JSON { .string(text) }

    public static func < (left: ClauseID, right: ClauseID) -> Bool {
        if left.issuer != right.issuer { return left.issuer < right.issuer }
        if left.name != right.name { return left.name < right.name }
        return left.version < right.version
    }
}

/// What an evaluation says.
public enum Signal: String, Sendable, Hashable, CaseIterable {
    /// The conditions for action are met.
    case trigger = "TRIGGER"
    /// Evaluated, nothing to do.
    case pass = "PASS"
    /// An obligation is breached.
    case fail = "FAIL"
    /// People must decide: inside the review band, or the computation could not answer.
    case escalate = "ESCALATE"
}

/// The steps of a clause's life. Nothing becomes active that was not simulated and reviewed.
public enum LifecycleStage: String, Sendable, Hashable, CaseIterable {
    case draft, simulated, reviewed, active, superseded, deprecated

    /// The stages that may follow this one.
    public var next: [LifecycleStage] {
        switch self {
        case .draft: [.simulated, .deprecated]
        case .simulated: [.reviewed, .deprecated]
        case .reviewed: [.active, .deprecated]
        case .active: [.superseded, .deprecated]
        case .superseded: [.deprecated]
        case .deprecated: []
        }
    }
}
