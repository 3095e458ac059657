/// RFC 6962 section 2.1 hashing and inclusion paths. It is here, not in the log's room, because input commitments,
/// batch signatures and rollups on several floors hash the same way.
public enum Merkle {
    /// SHA-256(0x00 ‖ bytes).
    public static func leaf(_ bytes: [UInt8]) -> Digest { Digest(ofParts: [0], bytes) }
    /// SHA-256(0x01 ‖ left ‖ right).
    public static func node(_ left: Digest, _ right: Digest) -> Digest { Digest(of: 1, left, right) }

    /// The root over leaf hashes; SHA-256 of nothing for an empty list.
    public static func root(_ leaves: some RandomAccessCollection<Digest>) -> Digest {
        if leaves.isEmpty { return Digest(of: []) }
        return MerkleTree(Array(leaves)).root
    }

    /// The sibling hashes from the leaf at `index` up to the root.
    public static func path(_ leaves: [Digest], at index: Int) -> [Digest] { MerkleTree(leaves).path(at: index) }

    /// The root that `path` leads to from `leaf` at `index` of `size` leaves (RFC 9162 section 2.1.3.2).
    /// Throws `base.bad-inclusion` if the path has the wrong length for that place.
    public static func root(from leaf: Digest, at index: Int, of size: Int, path: [Digest]) throws -> Digest {
        guard index >= 0, index < size, path.count <= Limits.merklePathMax else {
            throw BaseError(.badInclusion, "leaf \(index) is not in a tree of \(size)")
        }
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in path {
            guard last > 0 else { throw BaseError(.badInclusion, "the path is too long") }
            if node & 1 == 1 || node == last {
                hash = Merkle.node(sibling, hash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = Merkle.node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw BaseError(.badInclusion, "the path is too short") }
        return hash
    }
}

/// All levels of a small tree at once, for many paths over the same leaves.
public struct MerkleTree: Sendable {
    private let levels: [[Digest]]

    /// At least one leaf.
    public init(_ leaves: [Digest]) {
        precondition(!leaves.isEmpty, "a tree with paths has leaves")
        var levels = [leaves]
        while let level = levels.last, level.count > 1 {
            var above: [Digest] = []
            above.reserveCapacity((level.count + 1) / 2)
            for left in stride(from: 0, to: level.count - 1, by: 2) {
                above.append(Merkle.node(level[left], level[left + 1]))
            }
            if level.count % 2 == 1 { above.append(level[level.count - 1]) }
            levels.append(above)
        }
        self.levels = levels
    }

    public var root: Digest { levels[levels.count - 1][0] }

    /// The sibling hashes from the leaf at `index` up to the root.
    public func path(at index: Int) -> [Digest] {
        precondition(levels[0].indices.contains(index), "no such leaf")
        return levels.indices.compactMap { height in
            let sibling = (index >> height) ^ 1
            return sibling < levels[height].count ? levels[height][sibling] : nil
        }
    }
}
