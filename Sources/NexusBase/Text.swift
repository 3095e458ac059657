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

    /// The UTF-8 bytes in place, for reading only while `body` runs.
    public func withBytes<Value>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Value) rethrows -> Value {
        var copy = string
        return try copy.withUTF8(body)
    }

    public static func == (left: Text, right: Text) -> Bool {
        guard left.string.utf8.count == right.string.utf8.count else { return false }
        return withBytes(left, right) { left, right in
            for index in left.indices where left[index] != right[index] { return false }
            return true
        }
    }

    public func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }

    public static func < (left: Text, right: Text) -> Bool {
        withBytes(left, right) { left, right in
            for index in 0..<min(left.count, right.count) where left[index] != right[index] {
                let (ours, theirs) = (left[index], right[index])
                // UTF-8 and UTF-16 order differ in one case only: a surrogate pair (lead byte F0 to F4) comes before
                // U+E000 to U+FFFF (lead byte EE or EF).
                let isReversed = (ours >= 0xF0) != (theirs >= 0xF0) && min(ours, theirs) >= 0xEE
                return isReversed ? ours > theirs : ours < theirs
            }
            return left.count < right.count
        }
    }

    private static func withBytes<Value>(
        _ left: Text, _ right: Text, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Value
    ) -> Value {
        var (left, right) = (left.string, right.string)
        return left.withUTF8 { left in right.withUTF8 { right in body(left, right) } }
    }
}
