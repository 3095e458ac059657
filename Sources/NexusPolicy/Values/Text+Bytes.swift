import NexusBase

extension Text {
    /// The UTF-8 bytes in place; `Text`'s own comparisons go byte by byte through an iterator.
    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try string.utf8.span.withUnsafeBufferPointer(body)
    }

    /// As `==`, for the hot path.
    @inline(__always)
    func isSame(as other: Text) -> Bool {
        string.utf8.count == other.string.utf8.count
            && withBytes { left in other.withBytes { right in left.isPrefix(of: right) } }
    }

    @inline(__always)
    func hasPrefix(_ prefix: Text) -> Bool {
        withBytes { text in prefix.withBytes { $0.count <= text.count && $0.isPrefix(of: text) } }
    }

    @inline(__always)
    func hasSuffix(_ suffix: Text) -> Bool {
        withBytes { text in
            suffix.withBytes { part in
                part.count <= text.count
                    && part.isPrefix(of: UnsafeBufferPointer(rebasing: text[(text.count - part.count)...]))
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The other has at least as many bytes.
    @inline(__always)
    fileprivate func isPrefix(of other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let left = UnsafeRawPointer(baseAddress), let right = UnsafeRawPointer(other.baseAddress) else {
            return isEmpty
        }
        var index = 0
        while index + 8 <= count {
            // SAFETY: eight bytes from `index` on are within both.
            let words = (
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self),
                right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            if words.0 != words.1 { return false }
            index += 8
        }
        while index < count {
            if self[index] != other[index] { return false }
            index += 1
        }
        return true
    }
}
