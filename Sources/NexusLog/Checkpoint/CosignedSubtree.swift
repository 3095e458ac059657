public import NexusBase

/// What an ML-DSA-44 cosignature is about: a range of a log's leaves and its hash (tlog-cosignature,
/// "ML-DSA-44 signed message"). A checkpoint is the range from 0 to its size.
public struct CosignedSubtree: Sendable, Hashable {
    public let origin: Text
    public let range: Range<Int>
    public let hash: Digest

    public init(origin: Text, range: Range<Int>, hash: Digest) {
        self.origin = origin
        self.range = range
        self.hash = hash
    }

    /// The structure `cosigned_message`. `time` is in seconds since 1970; 0 claims nothing about when, and is the only
    /// time for a range that does not begin at 0. Throws `log.out-of-range`.
    public func message(cosigner: Text, time: Int64) throws -> [UInt8] {
        guard range.lowerBound >= 0, time == 0 || (time > 0 && range.lowerBound == 0),
            Lines.isKeyName(cosigner), Lines.isOrigin(origin)
        else { throw LogError(.outOfRange, "a subtree that does not begin at 0 is cosigned without a time") }
        var out = Array("subtree/v1\n\0".utf8)
        out.append(UInt8(cosigner.utf8.count))
        out.append(contentsOf: cosigner.utf8)
        out.append(bigEndian: time)
        out.append(UInt8(origin.utf8.count))
        out.append(contentsOf: origin.utf8)
        out.append(bigEndian: UInt64(range.lowerBound))
        out.append(bigEndian: UInt64(range.upperBound))
        out.append(contentsOf: hash.bytes)
        return out
    }
}
