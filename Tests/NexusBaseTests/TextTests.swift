import NexusBase
import Testing

@Suite struct TextTests {
    /// Scalars on both sides of each length of UTF-8 and of the surrogates.
    private static let scalars: [UInt32] = [
        0, 0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFF, 0x1_0000, 0x1_F600, 0x10_FFFF,
    ]

    private static let texts: [String] = {
        let singles = scalars.compactMap(Unicode.Scalar.init).map { String(Character($0)) }
        let pairs = singles.flatMap { first in singles.map { first + $0 } }
        return [""] + singles + pairs + ["a long text that no small string holds \u{E000}", "é", "e\u{301}"]
    }()

    @Test func `order is that of UTF-16 code units, equality that of UTF-8 bytes`() {
        for left in Self.texts {
            for right in Self.texts {
                let precedes = left.utf16.lexicographicallyPrecedes(right.utf16)
                #expect((Text(left) < Text(right)) == precedes, "\(left.debugDescription) \(right.debugDescription)")
                #expect((Text(left) == Text(right)) == (Array(left.utf8) == Array(right.utf8)))
            }
        }
    }
}
