import NexusBase

/// Reads a short ASCII text from left to right.
struct ByteScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: Text) { bytes = text.bytes }

    var isAtEnd: Bool { position == bytes.count }
    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    var rest: ArraySlice<UInt8> { bytes[position...] }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func digits(exactly count: Int) -> Int64? {
        guard position + count <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + count] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        position += count
        return value
    }

    /// One to nine digits as nanoseconds; further digits are not representable and are refused.
    mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let byte = peek, (0x30...0x39).contains(byte), count < 9 {
            value = value * 10 + Int64(byte - 0x30)
            position += 1
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in count..<9 { value *= 10 }
        return value
    }

    struct Amount {
        var whole: Int128
        var fraction: Int128
        var scale: Int128
    }

    /// `12`, `1.5`, `.5`; at most 18 digits either side.
    mutating func decimal() -> Amount? {
        var amount = Amount(whole: 0, fraction: 0, scale: 1)
        var count = 0
        var seen = false
        while let byte = peek, (0x30...0x39).contains(byte), count < 18 {
            amount.whole = amount.whole * 10 + Int128(byte - 0x30)
            position += 1
            count += 1
            seen = true
        }
        if take(".") {
            count = 0
            while let byte = peek, (0x30...0x39).contains(byte), count < 18 {
                amount.fraction = amount.fraction * 10 + Int128(byte - 0x30)
                amount.scale *= 10
                position += 1
                count += 1
                seen = true
            }
        }
        return seen ? amount : nil
    }

    /// Nanoseconds of one unit.
    mutating func durationUnit() -> Int128? {
        if take("h") { return 3_600_000_000_000 }
        if take("m") { return take("s") ? 1_000_000 : 60_000_000_000 }
        if take("s") { return 1_000_000_000 }
        if take("u") { return take("s") ? 1_000 : nil }
        if take("n") { return take("s") ? 1 : nil }
        // The micro sign, in either of its two code points.
        if rest.starts(with: [0xC2, 0xB5]) || rest.starts(with: [0xCE, 0xBC]) {
            position += 2
            return take("s") ? 1_000 : nil
        }
        return nil
    }
}
