public import NexusBase

extension PolicyValue {
    /// A JSON value: objects become maps with string keys in RFC 8785 order, integers become `int`.
    public init(json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .int(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .list(elements.map(PolicyValue.init(json:)))
        case .object(let object):
            self = .map(PolicyMap(members: object.members.map { (key: $0.key, value: PolicyValue(json: $0.value)) }))
        }
    }

    /// The value as it stands in a trace: what JSON lacks is its text, so that nothing is rounded.
    public var json: JSON {
        switch self {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value):
            return value.magnitude <= UInt64(Limits.jsonIntegerMax) ? .integer(value) : .string(literal)
        case .uint(let value): return value <= UInt64(Limits.jsonIntegerMax) ? .integer(Int64(value)) : .string(literal)
        case .string(let value): return .string(value)
        case .bytes(let value): return .base64(value)
        case .list(let elements): return .array(elements.map(\.json))
        case .map(let map):
            var object = JSONObject()
            for (key, value) in map.entries { object[key.plainText] = value.json }
            return .object(object)
        case .optional(let value): return value?.json ?? .null
        default: return .string(plainText)
        }
    }

    /// The value in words: strings without quotes, decimals as their digits.
    public var plainText: Text {
        switch self {
        case .string(let value): value
        case .timestamp(let value): value.text
        case .duration(let value): value.text
        case .decimal(let value): value.text
        case .quantity(let value): Text("\(value.amount) \(value.unit)")
        case .address(let value): value.text
        case .block(let value): value.text
        default: literal
        }
    }

    /// The value as an expression of the language would write it.
    public var literal: Text {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): Text(String(value))
        case .uint(let value): Text("\(value)u")
        case .double(let value): Text(value.languageText)
        case .string(let value): value.quoted(escapingControls: true)
        case .bytes(let value): Text("b\"\(value.map { byte in "\\x" + Hex.encode([byte]) }.joined())\"")
        case .list(let elements): Text("[\(elements.map(\.literal.string).joined(separator: ", "))]")
        case .map(let map):
            Text("{\(map.entries.map { "\($0.key.literal): \($0.value.literal)" }.joined(separator: ", "))}")
        case .timestamp(let value): Text("timestamp(\"\(value.text)\")")
        case .duration(let value): Text("duration(\"\(value.text)\")")
        case .type(let name): name
        case .decimal(let value): Text("decimal(\"\(value)\")")
        case .quantity(let value): Text("quantity(\"\(value.amount)\", \(value.unit.quoted))")
        case .optional(let value): value.map { Text("optional.of(\($0.literal))") } ?? "optional.none()"
        case .address(let value): Text("ip(\"\(value.text)\")")
        case .block(let value): Text("cidr(\"\(value.text)\")")
        case .message(let message): Text("\(message.name){}")
        }
    }
}

extension Double {
    /// As the language prints a double: the fewest digits that read back; an exponent below 10^-4 and from 10^21.
    var languageText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        let parts = String(describing: magnitude).utf8.split(separator: UInt8(ascii: "e")).map { String(Substring($0)) }
        let mantissa = parts[0].utf8.split(separator: UInt8(ascii: ".")).map { String(Substring($0)) }
        var digits = Array((mantissa[0] + (mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : "")).utf8)
        var point = mantissa[0].utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.count > 1, digits[0] == 0x30 {
            digits.removeFirst()
            point -= 1
        }
        while digits.count > 1, digits[digits.count - 1] == 0x30 { digits.removeLast() }
        let sign = self.sign == .minus ? "-" : ""
        func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
        if digits == [0x30] { return sign + "0" }
        if point < -3 || point > 21 {
            let exponent = String((point - 1).magnitude)
            let fraction = digits.count > 1 ? "." + text(digits.dropFirst()) : ""
            let exponentSign = point - 1 < 0 ? "-" : "+"
            let padding = exponent.utf8.count < 2 ? "0" : ""
            return "\(sign)\(text(digits.prefix(1)))\(fraction)e\(exponentSign)\(padding)\(exponent)"
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + text(digits) }
        if point >= digits.count { return sign + text(digits) + String(repeating: "0", count: point - digits.count) }
        return sign + text(digits.prefix(point)) + "." + text(digits.dropFirst(point))
    }
}

extension Text {
    var quoted: Text { quoted(escapingControls: false) }

    /// In double quotes, with the escapes of `strings.quote`; and, for terminals, with every control character escaped.
    func quoted(escapingControls: Bool) -> Text {
        var out: [UInt8] = [0x22]
        for byte in utf8 {
            switch byte {
            case 0x22, 0x5C: out += [0x5C, byte]
            case 0x07: out += Array("\\a".utf8)
            case 0x08: out += Array("\\b".utf8)
            case 0x0C: out += Array("\\f".utf8)
            case 0x0A: out += Array("\\n".utf8)
            case 0x0D: out += Array("\\r".utf8)
            case 0x09: out += Array("\\t".utf8)
            case 0x0B: out += Array("\\v".utf8)
            case 0..<0x20 where escapingControls, 0x7F where escapingControls:
                out += Array("\\x\(Hex.encode([byte]))".utf8)
            default: out.append(byte)
            }
        }
        return Text(String(decoding: out + [0x22], as: UTF8.self))
    }
}
