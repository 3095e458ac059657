/// Lower-case hexadecimal, strict on reading.
public enum Hex {
    static let digits = Array("0123456789abcdef".utf8)

    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var out: [UInt8] = []
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Reads lower-case digits only. Throws `base.bad-encoding`.
    public static func decode(_ text: some StringProtocol) throws -> [UInt8] {
        let source = Array(text.utf8)
        guard source.count % 2 == 0 else { throw BaseError(.badEncoding, "hexadecimal digits come in pairs") }
        return try stride(from: 0, to: source.count, by: 2).map { index in
            guard let high = value(of: source[index]), let low = value(of: source[index + 1]),
                !(0x41...0x46).contains(source[index]), !(0x41...0x46).contains(source[index + 1])
            else { throw BaseError(.badEncoding, "not lower-case hexadecimal", at: "character \(index)") }
            return high << 4 | low
        }
    }

    static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        case 0x41...0x46: digit - 0x41 + 10
        default: nil
        }
    }
}

/// Standard base64 with padding (RFC 4648 section 4), strict on reading: one text for each byte string.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { table[Int(letter)] = UInt8(value) }
        return table
    }()

    public static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: length) { out in
            var o = 0
            var i = 0
            while i < bytes.count {
                let rest = bytes.count - i
                let word =
                    UInt32(bytes[i]) << 16 | (rest > 1 ? UInt32(bytes[i + 1]) << 8 : 0)
                    | (rest > 2 ? UInt32(bytes[i + 2]) : 0)
                out[o] = alphabet[Int(word >> 18)]
                out[o + 1] = alphabet[Int(word >> 12 & 63)]
                out[o + 2] = rest > 1 ? alphabet[Int(word >> 6 & 63)] : UInt8(ascii: "=")
                out[o + 3] = rest > 2 ? alphabet[Int(word & 63)] : UInt8(ascii: "=")
                i += 3
                o += 4
            }
            return o
        }
    }

    /// Throws `base.bad-encoding` on white space, missing padding or set bits past the end.
    public static func decode(_ text: some StringProtocol) throws -> [UInt8] {
        let source = Array(text.utf8)
        guard source.count % 4 == 0 else { throw BaseError(.badEncoding, "base64 comes in groups of four characters") }
        var out: [UInt8] = []
        out.reserveCapacity(source.count / 4 * 3)
        var index = 0
        while index < source.count {
            let last = index + 4 == source.count
            let padding = last ? (source[index + 3] == 0x3D ? (source[index + 2] == 0x3D ? 2 : 1) : 0) : 0
            var word: UInt32 = 0
            for offset in 0..<4 {
                let value = offset >= 4 - padding ? 0 : values[Int(source[index + offset])]
                guard value != 0xFF else {
                    throw BaseError(.badEncoding, "not standard base64", at: "character \(index + offset)")
                }
                word = word << 6 | UInt32(value)
            }
            guard padding == 0 || word & (padding == 1 ? 0xFF : 0xFFFF) == 0 else {
                throw BaseError(.badEncoding, "bits are set past the last byte", at: "character \(index)")
            }
            out.append(UInt8(word >> 16))
            if padding < 2 { out.append(UInt8(word >> 8 & 0xFF)) }
            if padding < 1 { out.append(UInt8(word & 0xFF)) }
            index += 4
        }
        return out
    }
}
