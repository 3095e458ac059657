extension JSONReader {
    /// Reads a string whose opening quote is at `position`.
    mutating func string() throws -> Text {
        position += 1
        let start = position
        let isASCII: Bool
        (position, isASCII) = JSONText.plainEnd(source, from: start)
        if position < source.count, source[position] == 0x22 {
            let plain = UnsafeBufferPointer(rebasing: source[start..<position])
            position += 1
            // Checking UTF-8 costs more than copying the text, which seldom leaves ASCII.
            return isASCII ? Self.text(ascii: plain) : try decode(plain, at: start)
        }
        var buffer = Array(source[start..<position])
        while position < source.count {
            let byte = source[position]
            if byte == 0x22 {
                position += 1
                return try buffer.withUnsafeBufferPointer { try decode($0, at: start) }
            }
            guard byte >= 0x20 else {
                throw BaseError(.malformedJSON, "control characters are escaped", at: "byte \(position)")
            }
            position += 1
            if byte == 0x5C { try escape(into: &buffer) } else { buffer.append(byte) }
        }
        throw BaseError(.malformedJSON, "a string does not end", at: "byte \(start)")
    }

    private static func text(ascii bytes: UnsafeBufferPointer<UInt8>) -> Text {
        Text(
            String(unsafeUninitializedCapacity: bytes.count) { out in
                _ = out.update(fromContentsOf: bytes)
                return bytes.count
            })
    }

    private func decode(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) throws -> Text {
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw BaseError(.notUTF8, "a string is not UTF-8", at: "byte \(offset)")
        }
        return Text(string)
    }

    private mutating func escape(into buffer: inout [UInt8]) throws {
        guard position < source.count else {
            throw BaseError(.malformedJSON, "a string does not end", at: "byte \(position)")
        }
        let byte = source[position]
        position += 1
        // Which escapes RFC 8785 writes is for the writer to say.
        isPlain = false
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"): try unicode(into: &buffer)
        default: throw BaseError(.malformedJSON, "no such escape", at: "byte \(position - 1)")
        }
    }

    private mutating func unicode(into buffer: inout [UInt8]) throws {
        let start = position - 2
        let unit = try fourDigits()
        var scalar = UInt32(unit)
        if (0xD800..<0xDC00).contains(unit) {
            guard position + 1 < source.count, source[position] == 0x5C, source[position + 1] == UInt8(ascii: "u")
            else {
                throw BaseError(.malformedJSON, "a lone surrogate", at: "byte \(start)")
            }
            position += 2
            let low = try fourDigits()
            guard (0xDC00..<0xE000).contains(low) else {
                throw BaseError(.malformedJSON, "a lone surrogate", at: "byte \(start)")
            }
            scalar = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(scalar) else {
            throw BaseError(.malformedJSON, "a lone surrogate", at: "byte \(start)")
        }
        buffer.append(contentsOf: String(Character(scalar)).utf8)
    }

    private mutating func fourDigits() throws -> UInt16 {
        guard position + 4 <= source.count else {
            throw BaseError(.malformedJSON, "\\u needs four hexadecimal digits", at: "byte \(position)")
        }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(of: source[position]) else {
                throw BaseError(.malformedJSON, "\\u needs four hexadecimal digits", at: "byte \(position)")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
