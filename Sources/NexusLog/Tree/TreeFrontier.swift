public import NexusBase

/// The right edge of a growing tree: one hash for each perfect subtree, which is all that appending needs.
public struct TreeFrontier: Sendable, Hashable {
    public private(set) var size: Int
    /// From the largest subtree to the smallest: one for each bit of the size.
    public private(set) var peaks: [Digest]

    public init() {
        size = 0
        peaks = []
    }

    /// A tree of `size` leaves, given the hashes of `TreeProof.nodes(of: 0..<size)`. Throws `log.out-of-range`.
    public init(size: Int, peaks: [Digest]) throws {
        guard (0...LogLimits.treeSizeMax).contains(size), peaks.count == size.nonzeroBitCount else {
            throw LogError(.outOfRange, "a tree of \(size) has \(size.nonzeroBitCount) peaks, not \(peaks.count)")
        }
        self.size = size
        self.peaks = peaks
    }

    /// Adds a leaf's hash. At most 63 hashes are computed, fewer than two on average.
    public mutating func append(_ leaf: Digest) {
        precondition(size < LogLimits.treeSizeMax, "the tree is full")
        var hash = leaf
        for _ in 0..<(~size).trailingZeroBitCount { hash = Merkle.node(peaks.removeLast(), hash) }
        peaks.append(hash)
        size += 1
    }

    /// The root of all leaves so far (RFC 6962 section 2.1).
    public var root: Digest {
        guard var hash = peaks.last else { return Digest(of: []) }
        for left in peaks.dropLast().reversed() { hash = Merkle.node(left, hash) }
        return hash
    }
}
