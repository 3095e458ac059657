public import NexusBase

/// `ISSUER::Name@major.minor.patch`, for instance `GRA::ExtremeElNino@1.0.0`.
public struct ClauseID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let issuer: Text
    public let name: Text
    /// Semantic version 2.0.0, numbers only.
    public let version: Version

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
        let failure = ClauseError(
            .badIdentifier, "a clause is named ISSUER::Name@1.0.0, not \"\(text.string.prefix(80))\"")
        guard text.utf8.count <= ClauseLimits.nameBytesMax else { throw failure }
        let parts = text.string.split(separator: "::", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw failure }
        let rest = parts[1].split(separator: "@", omittingEmptySubsequences: false)
        guard rest.count == 2, Self.isName(parts[0]), Self.isName(rest[0]) else { throw failure }
        let numbers = try rest[1].split(separator: ".", omittingEmptySubsequences: false).map { digits -> Int in
            guard digits.utf8.count <= 6, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(digits),
                Text(String(number)) == Text(String(digits))
            else { throw failure }
            return number
        }
        guard numbers.count == 3 else { throw failure }
        issuer = Text(String(parts[0]))
        name = Text(String(rest[0]))
        version = Version(major: numbers[0], minor: numbers[1], patch: numbers[2])
    }

    /// A letter, then letters, digits, `-` and `_`.
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

    public var description: String { "\(issuer)::\(name)@\(version)" }
    public var text: Text { Text(description) }
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
