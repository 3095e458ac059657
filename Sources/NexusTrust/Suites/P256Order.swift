/// Arithmetic on the order n of P-256, for the one rule that both s and n - s verify and only the lower is taken.
enum P256Order {
    static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    /// Whether s is at most n / 2.
    static func isLow(_ s: ArraySlice<UInt8>) -> Bool { !negated(s).lexicographicallyPrecedes(s) }
    static func lowered(_ s: ArraySlice<UInt8>) -> [UInt8] { isLow(s) ? Array(s) : negated(s) }

    private static func negated(_ s: ArraySlice<UInt8>) -> [UInt8] {
        var borrow = 0
        var out = [UInt8](repeating: 0, count: 32)
        for (index, byte) in s.enumerated().reversed() {
            let difference = Int(order[index]) - Int(byte) - borrow
            out[index] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        return out
    }
}
