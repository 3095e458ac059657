extension JSON {
    /// The RFC 8785 (JCS) bytes of the value: what is hashed, signed and compared.
    public var canonicalBytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// The canonical text, for people and tests.
    public var canonicalString: String { String(decoding: canonicalBytes, as: UTF8.self) }

    /// SHA-256 of the canonical bytes.
    public var digest: Digest { Digest(of: canonicalBytes) }
}

/// Writes RFC 8785 bytes.
struct JSONWriter {
    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1024) }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: append("null")
        case .bool(true): append("true")
        case .bool(false): append("false")
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        case .string(let text): write(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(member.key)
                bytes.append(UInt8(ascii: ":"))
                write(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private mutating func append(_ ascii: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: ascii.utf8Start, count: ascii.utf8CodeUnitCount))
    }

    private mutating func write(_ text: Text) {
        bytes.append(UInt8(ascii: "\""))
        text.withBytes { source in
            var start = 0
            while true {
                let end = JSONText.plainEnd(source, from: start).place
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<end]))
                guard end < source.count else { break }
                escape(source[end])
                start = end + 1
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default:
            append("\\u00")
            bytes.append(Hex.digit(byte >> 4))
            bytes.append(Hex.digit(byte & 15))
        }
    }
}

/// How text stands between the quotes of a JSON string.
enum JSONText {
    /// A one in each of eight bytes.
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The first place at or after `start` whose byte does not stand for itself: a quote, a backslash or a control
    /// character; the end of `source` if there is none. And whether all before it is ASCII. Looks at eight bytes at a
    /// time.
    static func plainEnd(
        _ source: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> (place: Int, isASCII: Bool) {
        var place = start
        var seen: UInt64 = 0
        let words = UnsafeRawBufferPointer(source)
        while place + 8 <= source.count {
            let word = words.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            // The high bit of a byte stays set where the byte was below 0x20, a quote or a backslash.
            let control = (word &- (0x20 &* Self.ones)) & ~word
            let quote = word ^ (0x22 &* Self.ones)
            let backslash = word ^ (0x5C &* Self.ones)
            let special = control | ((quote &- Self.ones) & ~quote) | ((backslash &- Self.ones) & ~backslash)
            if special & (0x80 &* Self.ones) != 0 { break }
            seen |= word
            place += 8
        }
        while place < source.count, source[place] >= 0x20, source[place] != 0x22, source[place] != 0x5C {
            seen |= UInt64(source[place])
            place += 1
        }
        return (place, seen & (0x80 &* Self.ones) == 0)
    }
}
