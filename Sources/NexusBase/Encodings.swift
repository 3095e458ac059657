/// Lower-case hexadecimal, strict on reading.
public enum Hex {
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { write(bytes, into: $0, at: 0) }
    }

    /// Writes two digits a byte from `start` on, and says where they end.
    static func write(
        _ bytes: some Collection<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>, at start: Int
    ) -> Int {
        var place = start
        for byte in bytes {
            out[place] = digit(byte >> 4)
            out[place + 1] = digit(byte & 15)
            place += 2
        }
        return place
    }

    /// The digit of a value below 16.
    static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    /// Reads lower-case digits only. Throws `base.bad-encoding`.
    public static func decode(_ text: some StringProtocol) throws -> [UInt8] {
        let source = Array(text.utf8)
        return try source.withUnsafeBufferPointer { source in
            try [UInt8](unsafeUninitializedCapacity: source.count / 2) { out, count in
                try read(source, into: UnsafeMutableRawBufferPointer(out))
                count = source.count / 2
            }
        }
    }

    /// Reads pairs of digits into as many bytes.
    static func read(_ source: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableRawBufferPointer) throws {
        guard source.count.isMultiple(of: 2) else { throw BaseError(.badEncoding, "hexadecimal digits come in pairs") }
        for index in stride(from: 0, to: source.count, by: 2) {
            guard let high = value(ofLower: source[index]), let low = value(ofLower: source[index + 1]) else {
                throw BaseError(.badEncoding, "not lower-case hexadecimal", at: "character \(index)")
            }
            out[index / 2] = high << 4 | low
        }
    }

    static func value(ofLower digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
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
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { out in
            bytes.withUnsafeBufferPointer { bytes in
                alphabet.withUnsafeBufferPointer { alphabet in write(bytes, into: out, alphabet) }
            }
        }
    }

    private static func write(
        _ bytes: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>,
        _ alphabet: UnsafeBufferPointer<UInt8>
    ) -> Int {
        var place = 0
        var index = 0
        while index + 2 < bytes.count {
            let word = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            out[place] = alphabet[Int(word >> 18)]
            out[place + 1] = alphabet[Int(word >> 12 & 63)]
            out[place + 2] = alphabet[Int(word >> 6 & 63)]
            out[place + 3] = alphabet[Int(word & 63)]
            index += 3
            place += 4
        }
        let rest = bytes.count - index
        guard rest > 0 else { return place }
        let word = UInt32(bytes[index]) << 16 | (rest > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
        out[place] = alphabet[Int(word >> 18)]
        out[place + 1] = alphabet[Int(word >> 12 & 63)]
        out[place + 2] = rest > 1 ? alphabet[Int(word >> 6 & 63)] : UInt8(ascii: "=")
        out[place + 3] = UInt8(ascii: "=")
        return place + 4
    }

    /// Throws `base.bad-encoding` on white space, missing padding or set bits past the end.
    public static func decode(_ text: String) throws -> [UInt8] {
        try Text(text).withBytes { source in
            guard source.count.isMultiple(of: 4) else {
                throw BaseError(.badEncoding, "base64 comes in groups of four characters")
            }
            return try values.withUnsafeBufferPointer { values in
                try [UInt8](unsafeUninitializedCapacity: source.count / 4 * 3) { out, count in
                    try read(source, into: out, &count, values)
                }
            }
        }
    }

    private static func read(
        _ source: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int,
        _ values: UnsafeBufferPointer<UInt8>
    ) throws {
        var index = 0
        while index < source.count {
            let isLast = index + 4 == source.count
            let padding = isLast && source[index + 3] == 0x3D ? (source[index + 2] == 0x3D ? 2 : 1) : 0
            let first = values[Int(source[index])]
            let second = values[Int(source[index + 1])]
            let third = padding > 1 ? 0 : values[Int(source[index + 2])]
            let fourth = padding > 0 ? 0 : values[Int(source[index + 3])]
            // A value has six bits; 0xFF marks what is no letter.
            guard (first | second | third | fourth) & 0xC0 == 0 else {
                let wrong = [first, second, third, fourth].firstIndex(of: 0xFF) ?? 0
                throw BaseError(.badEncoding, "not standard base64", at: "character \(index + wrong)")
            }
            let word = UInt32(first) << 18 | UInt32(second) << 12 | UInt32(third) << 6 | UInt32(fourth)
            guard padding == 0 || word & (padding == 1 ? 0xFF : 0xFFFF) == 0 else {
                throw BaseError(.badEncoding, "bits are set past the last byte", at: "character \(index)")
            }
            out[count] = UInt8(word >> 16)
            if padding < 2 { out[count + 1] = UInt8(word >> 8 & 0xFF) }
            if padding < 1 { out[count + 2] = UInt8(word & 0xFF) }
            count += 3 - padding
            index += 4
        }
    }
}
