import NexusBase

extension Lexer {
    /// A string or bytes literal with its prefixes, or nil when none starts here.
    mutating func stringLiteral() throws -> Token.Kind? {
        var offset = 0
        var isBytes = false
        var isRaw = false
        if let first = byte(), first | 0x20 == UInt8(ascii: "b") {
            isBytes = true
            offset = 1
        }
        if let next = byte(offset), next | 0x20 == UInt8(ascii: "r") {
            isRaw = true
            offset += 1
        }
        guard let quote = byte(offset), quote == 0x22 || quote == 0x27 else { return nil }
        let start = position
        position += offset
        let isTriple = byte(1) == quote && byte(2) == quote
        position += isTriple ? 3 : 1
        var content: [UInt8] = []
        while true {
            guard let byte = byte() else { throw error("the string is not closed", at: start) }
            if byte == quote, !isTriple || (self.byte(1) == quote && self.byte(2) == quote) {
                position += isTriple ? 3 : 1
                break
            }
            if !isTriple, byte == 0x0A || byte == 0x0D {
                throw error("the string is not closed on its line", at: start)
            }
            if byte == UInt8(ascii: "\\"), !isRaw {
                content += try escape(isBytes: isBytes)
            } else {
                content.append(byte)
                position += 1
            }
        }
        return isBytes ? .bytes(content) : .string(Text(String(decoding: content, as: UTF8.self)))
    }

    private mutating func escape(isBytes: Bool) throws -> [UInt8] {
        let start = position
        guard let kind = byte(1) else { throw error("the string ends after a backslash", at: start) }
        position += 2
        switch kind {
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "v"): return [0x0B]
        case 0x5C, 0x3F, 0x22, 0x27, 0x60: return [kind]
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            return try encoded(hexadecimal(2, start), isBytes, start)
        case UInt8(ascii: "u") where !isBytes: return try encoded(hexadecimal(4, start), false, start)
        case UInt8(ascii: "U") where !isBytes: return try encoded(hexadecimal(8, start), false, start)
        case 0x30...0x33:
            guard let second = byte(), let third = byte(1), (0x30...0x37).contains(second),
                (0x30...0x37).contains(third)
            else { throw error("an octal escape has three digits, \\000 to \\377", at: start) }
            position += 2
            let value = UInt32(kind - 0x30) << 6 | UInt32(second - 0x30) << 3 | UInt32(third - 0x30)
            return try encoded(value, isBytes, start)
        default: throw error("unknown escape; write \\\\ for a backslash", at: start)
        }
    }

    private mutating func hexadecimal(_ count: Int, _ start: Int) throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = byte(), digit.isHexDigit else {
                throw error("the escape needs \(count) hexadecimal digits", at: start)
            }
            value = value << 4 | digit.hexValue
            position += 1
        }
        return value
    }

    private func encoded(_ value: UInt32, _ isBytes: Bool, _ start: Int) throws -> [UInt8] {
        if isBytes { return [UInt8(truncatingIfNeeded: value)] }
        guard let scalar = Unicode.Scalar(value) else { throw error("not a Unicode scalar value", at: start) }
        return Array(String(Character(scalar)).utf8)
    }
}
