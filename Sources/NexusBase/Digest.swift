import Crypto

/// A SHA-256 digest. In documents it reads `sha256:` and 64 lower-case hexadecimal digits.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    // Four words in memory order. Not a SIMD vector: its 32-byte alignment upsets async frames in Swift 6.3.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Hashes `bytes`.
    public init(of bytes: some Collection<UInt8>) {
        var hasher = SHA256()
        if bytes.withContiguousStorageIfAvailable({ hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }) == nil {
            hasher.update(data: Array(bytes))
        }
        self.init(hasher.finalize())
    }

    /// Hashes the concatenation of `parts`.
    public init(ofParts parts: [UInt8]...) {
        var hasher = SHA256()
        for part in parts { part.withUnsafeBytes { hasher.update(bufferPointer: $0) } }
        self.init(hasher.finalize())
    }

    /// Hashes a byte and two digests: a node of a Merkle tree.
    init(of tag: UInt8, _ left: Digest, _ right: Digest) {
        var hasher = SHA256()
        withUnsafeBytes(of: tag) { hasher.update(bufferPointer: $0) }
        withUnsafeBytes(of: left.words) { hasher.update(bufferPointer: $0) }
        withUnsafeBytes(of: right.words) { hasher.update(bufferPointer: $0) }
        self.init(hasher.finalize())
    }

    fileprivate init(_ digest: SHA256Digest) {
        words = digest.withUnsafeBytes { Self.words($0) }
    }

    /// 32 bytes, or `base.bad-encoding`.
    public init(bytes: some Collection<UInt8>) throws {
        guard bytes.count == 32 else { throw BaseError(.badEncoding, "a SHA-256 digest has 32 bytes") }
        words = Array(bytes).withUnsafeBytes { Self.words($0) }
    }

    private static func words(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64, UInt64, UInt64) {
        func word(_ index: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
        return (word(0), word(1), word(2), word(3))
    }

    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    /// Reads `sha256:<64 digits>`.
    public init(parsing text: Text) throws {
        guard text.utf8.starts(with: Self.prefix.utf8), text.utf8.count == 71 else {
            throw BaseError(.badEncoding, "a digest reads sha256: and 64 hexadecimal digits")
        }
        var read: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        try text.withBytes { bytes in
            let digits = UnsafeBufferPointer(rebasing: bytes[7...])
            try withUnsafeMutableBytes(of: &read) { try Hex.read(digits, into: $0) }
        }
        words = read
    }

    private static let prefix = "sha256:"

    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }
    public var hex: String { withUnsafeBytes(of: words) { Hex.encode($0) } }
    /// The first 12 digits, for people.
    public var short: String { String(hex.prefix(12)) }
    public var text: Text { Text(description) }
    public var description: String {
        String(unsafeUninitializedCapacity: 71) { out in
            var place = 0
            for byte in Self.prefix.utf8 {
                out[place] = byte
                place += 1
            }
            return withUnsafeBytes(of: words) { Hex.write($0, into: out, at: place) }
        }
    }
    public var json: JSON { .string(text) }

    public static func < (left: Digest, right: Digest) -> Bool {
        func ordered(_ words: (UInt64, UInt64, UInt64, UInt64)) -> (UInt64, UInt64, UInt64, UInt64) {
            (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        }
        return ordered(left.words) < ordered(right.words)
    }
}

/// Length-prefixed concatenation, so that no two lists of fields have the same bytes:
/// each field is its length as eight big-endian bytes, then the bytes.
public enum Framed {
    public static func bytes(_ fields: [[UInt8]]) -> [UInt8] {
        var out: [UInt8] = []
        for field in fields { field.withUnsafeBytes { frame($0) { out.append(contentsOf: $0) } } }
        return out
    }

    /// Gives out the length of a field, then the field.
    private static func frame(_ field: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeBytes(of: UInt64(field.count).bigEndian, take)
        take(field)
    }

    /// SHA-256 over the framed label and fields. The label separates the uses.
    public static func digest(_ label: StaticString, _ fields: [UInt8]...) -> Digest {
        var hasher = SHA256()
        label.withUTF8Buffer { frame(UnsafeRawBufferPointer($0)) { hasher.update(bufferPointer: $0) } }
        for field in fields { field.withUnsafeBytes { frame($0) { hasher.update(bufferPointer: $0) } } }
        return Digest(hasher.finalize())
    }
}
