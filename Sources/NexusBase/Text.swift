/// A string that is equal to another only if both have the same code units.
///
/// Swift's `String` calls `"é"` and `"e\u{301}"` equal; in signed bytes they are different texts. `Text` compares,
/// hashes and sorts by code units: equality and hash by UTF-8, order by UTF-16 as RFC 8785 section 3.2.3 asks.
public struct Text: Sendable, Hashable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let string: String

    public init(_ string: String) { self.string = string }
    public init(stringLiteral value: String) { string = value }

    public var description: String { string }
    public var isEmpty: Bool { string.utf8.isEmpty }
    public var utf8: String.UTF8View { string.utf8 }
    /// The UTF-8 bytes.
    public var bytes: [UInt8] { Array(string.utf8) }

    public static func == (left: Text, right: Text) -> Bool {
        left.string.utf8.count == right.string.utf8.count && left.string.utf8.elementsEqual(right.string.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var copy = string
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }

    public static func < (left: Text, right: Text) -> Bool {
        left.string.utf16.lexicographicallyPrecedes(right.string.utf16)
    }
}
