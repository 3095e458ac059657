/// A JSON value as documents may hold it: no floating point; decimals travel as strings.
indirect enum JSON {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(Text)
    case array([JSON])
    case object([(key: Text, value: JSON)])

    static func decimal(_ value: ExactDecimal) -> JSON { .string(value.text) }

    subscript(key: Text) -> JSON? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.key == key { return member.value }
        return nil
    }
}

/// Writes RFC 8785 bytes: members sorted by UTF-16 code units, no spaces, the shortest escapes.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: JSON) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): write(value)
        case .string(let value): write(value)
        case .array(let elements):
            bytes.append(0x5B)
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(0x2C) }
                write(element)
            }
            bytes.append(0x5D)
        case .object(let members):
            bytes.append(0x7B)
            for (index, position) in Self.order(of: members).enumerated() {
                if index > 0 { bytes.append(0x2C) }
                write(members[position].key)
                bytes.append(0x3A)
                write(members[position].value)
            }
            bytes.append(0x7D)
        }
    }

    /// Insertion sort: objects of models are small.
    private static func order(of members: [(key: Text, value: JSON)]) -> [Int] {
        var order: [Int] = []
        for index in members.indices {
            var at = order.count
            while at > 0, members[index].key.precedes(members[order[at - 1]].key) { at -= 1 }
            order.insert(index, at: at)
        }
        return order
    }

    private mutating func append(_ ascii: StaticString) {
        ascii.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func write(_ value: Int64) {
        var digits: [UInt8] = []
        var rest = value.magnitude
        repeat {
            digits.append(UInt8(rest % 10) + 0x30)
            rest /= 10
        } while rest > 0
        if value < 0 { digits.append(0x2D) }
        bytes.append(contentsOf: digits.reversed())
    }

    private mutating func write(_ text: Text) {
        bytes.append(0x22)
        for byte in text.bytes {
            switch byte {
            case 0x22, 0x5C: bytes += [0x5C, byte]
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0C: append("\\f")
            case 0x0D: append("\\r")
            case 0..<0x20:
                append("\\u00")
                for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? digit + 0x30 : digit + 0x57) }
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}
