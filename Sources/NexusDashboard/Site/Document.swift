import NexusBase

/// A JSON answer of the rail, read for showing: what is missing or of another type is left out, never an error.
struct Document: Sendable {
    let json: JSON?

    init(_ json: JSON?) { self.json = json }

    subscript(_ key: Text) -> Document {
        guard case .object(let object)? = json else { return Document(nil) }
        return Document(object[key])
    }

    /// Text as it stands; integers and booleans as they are written.
    var text: String? {
        switch json {
        case .string(let text)?: text.string
        case .integer(let value)?: String(value)
        case .bool(let value)?: String(value)
        default: nil
        }
    }

    var string: String { text ?? "" }

    /// A large number with its digits in groups of three; anything else as it is.
    var grouped: String {
        let parts = string.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.count > 4, whole.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return string
        }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { grouped += "," }
            grouped.append(digit)
        }
        return ([grouped] + parts.dropFirst().map(String.init)).joined(separator: ".")
    }

    var int: Int? {
        if case .integer(let value)? = json { Int(value) } else { nil }
    }

    var isTrue: Bool { json == .bool(true) }

    var items: [Document] {
        if case .array(let values)? = json { values.map { Document($0) } } else { [] }
    }

    var members: [(key: String, value: Document)] {
        if case .object(let object)? = json { object.members.map { ($0.key.string, Document($0.value)) } } else { [] }
    }

    /// The document that this text holds in base64.
    var decoded: Document {
        guard let text, let bytes = try? Base64.decode(text), let json = try? JSON(parsing: bytes) else {
            return Document(nil)
        }
        return Document(json)
    }

    /// A time without its date's `T` and the zone: `2026-11-21 19:31:04`.
    var time: String { Self.readable(string) }

    static func readable(_ time: String) -> String {
        String(time.prefix(19)).replacing("T", with: " ")
    }

    /// Milliseconds since 1970 of a time.
    var milliseconds: Int64? { text.flatMap { try? Instant(parsing: Text($0)).milliseconds } }

    /// The first digits of a digest, by which people call it.
    static func short(_ digest: String) -> String {
        String((digest.hasPrefix("sha256:") ? digest.dropFirst(7) : digest[...]).prefix(8))
    }
}
