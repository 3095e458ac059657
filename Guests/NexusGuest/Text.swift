/// A text as its UTF-8 bytes, equal only to the same bytes. Swift's `String` would call unlike texts equal, and its
/// tables are larger than most models.
struct Text: Equatable, ExpressibleByStringLiteral {
    var bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(stringLiteral value: StaticString) {
        bytes = value.withUTF8Buffer { Array($0) }
    }

    static func + (left: Text, right: Text) -> Text { Text(bytes: left.bytes + right.bytes) }

    /// Whether the text stands before `other` by UTF-16 code units, as RFC 8785 sorts names.
    ///
    /// UTF-8 bytes sort alike but for one thing: characters of four bytes are surrogates in UTF-16, which stand before
    /// U+E000 to U+FFFF, whose first bytes are EE and EF.
    func precedes(_ other: Text) -> Bool {
        func rank(_ byte: UInt8) -> Int { byte == 0xEE || byte == 0xEF ? Int(byte) + 16 : Int(byte) }
        for index in 0..<min(bytes.count, other.bytes.count) where bytes[index] != other.bytes[index] {
            return rank(bytes[index]) < rank(other.bytes[index])
        }
        return bytes.count < other.bytes.count
    }
}
