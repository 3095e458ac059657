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

    /// Reads 64 lower-case digits; nil if they are anything else.
    private init?(digits: UnsafeBufferPointer<UInt8>) {
        guard digits.count == 64 else { return nil }
        var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let isRead = withUnsafeMutableBytes(of: &bytes) { bytes in
            for index in 0..<32 {
                let (high, low) = (digits[index * 2], digits[index * 2 + 1])
                guard let upper = Hex.value(ofLower: high), let lower = Hex.value(ofLower: low) else { return false }
                bytes[index] = upper << 4 | lower
            }
            return true
        }
        guard isRead else { return nil }
        words = bytes
    }

    private static func words(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64, UInt64, UInt64) {
        func word(_ index: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
        return (word(0), word(1), word(2), word(3))
    }

    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    /// Reads `sha256:<64 digits>`.
    public init(parsing text: Text) throws {
        let read = text.withBytes { bytes in
            bytes.starts(with: Self.prefix.utf8) ? Digest(digits: UnsafeBufferPointer(rebasing: bytes[7...])) : nil
        }
        if let read {
            self = read
            return
        }
        guard text.utf8.starts(with: Self.prefix.utf8), text.utf8.count == 71 else {
            throw BaseError(.badEncoding, "a digest reads sha256: and 64 hexadecimal digits")
        }
        // Says which digit is wrong.
        try self.init(bytes: Hex.decode(text.string.dropFirst(7)))
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
            withUnsafeBytes(of: words) { bytes in
                for byte in bytes {
                    out[place] = Hex.digit(byte >> 4)
                    out[place + 1] = Hex.digit(byte & 15)
                    place += 2
                }
            }
            return place
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

/// Hashes what `Framed.bytes` writes.
private struct FramedHasher {
    private var hasher = SHA256()

    mutating func add(_ field: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: UInt64(field.count).bigEndian) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: field)
    }

    func finish() -> Digest { Digest(hasher.finalize()) }
}

/// Length-prefixed concatenation, so that no two lists of fields have the same bytes:
/// each field is its length as eight big-endian bytes, then the bytes.
public enum Framed {
    public static func bytes(_ fields: [[UInt8]]) -> [UInt8] {
        var out: [UInt8] = []
        for field in fields {
            withUnsafeBytes(of: UInt64(field.count).bigEndian) { out.append(contentsOf: $0) }
            out.append(contentsOf: field)
        }
        return out
    }

    /// SHA-256 over the framed label and fields. The label separates the uses.
    public static func digest(_ label: StaticString, _ fields: [UInt8]...) -> Digest {
        var hasher = FramedHasher()
        label.withUTF8Buffer { hasher.add(UnsafeRawBufferPointer($0)) }
        for field in fields { field.withUnsafeBytes { hasher.add($0) } }
        return hasher.finish()
    }
}
