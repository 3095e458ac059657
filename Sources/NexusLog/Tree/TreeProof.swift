public import NexusBase

/// A perfect subtree: the 2^level leaves from index · 2^level on.
public struct TreeNode: Sendable, Hashable {
    public let level: Int
    public let index: Int

    public init(level: Int, index: Int) {
        self.level = level
        self.index = index
    }
}

/// Which hashes a proof is made of (RFC 6962 sections 2.1.1 and 2.1.2; draft-ietf-plants-merkle-tree-certs section 4
/// for subtrees). A proof is first planned as ranges of leaves, then filled with hashes from wherever they are.
public enum TreeProof {
    /// Whether leaves `range` are a subtree: the start is a multiple of the smallest power of two that is not below
    /// their number.
    public static func isSubtree(_ range: Range<Int>) -> Bool {
        guard range.lowerBound >= 0, range.upperBound <= LogLimits.treeSizeMax else { return false }
        if range.count <= 1 { return true }
        let height = Int.bitWidth - (range.count - 1).leadingZeroBitCount
        return range.lowerBound & ((1 << height) - 1) == 0
    }

    /// The ranges whose hashes prove that leaf `index` is in the subtree `range`, from the leaf upward.
    /// Throws `log.out-of-range`.
    public static func inclusion(of index: Int, in range: Range<Int>) throws -> [Range<Int>] {
        guard isSubtree(range), range.contains(index) else {
            throw LogError(.outOfRange, "leaf \(index) is not in the subtree \(range)")
        }
        var proof: [Range<Int>] = []
        var here = range
        while here.count > 1 {
            let middle = split(here)
            if index < middle {
                proof.append(middle..<here.upperBound)
                here = here.lowerBound..<middle
            } else {
                proof.append(here.lowerBound..<middle)
                here = middle..<here.upperBound
            }
        }
        return proof.reversed()
    }

    /// The ranges whose hashes prove that the subtree `range` (`0..<m` for a tree of m leaves) is in the tree of
    /// `size` leaves. Throws `log.out-of-range`.
    public static func consistency(of range: Range<Int>, in size: Int) throws -> [Range<Int>] {
        guard isSubtree(range), range.upperBound <= size, size <= LogLimits.treeSizeMax else {
            throw LogError(.outOfRange, "\(range) is not a subtree of a tree of \(size)")
        }
        if range.isEmpty { return [] }
        var proof: [Range<Int>] = []
        var rest = range
        var here = 0..<size
        while rest != here {
            let middle = split(here)
            if rest.upperBound <= middle {
                proof.append(middle..<here.upperBound)
                here = here.lowerBound..<middle
            } else {
                proof.append(here.lowerBound..<middle)
                here = middle..<here.upperBound
                if rest.lowerBound < middle { rest = middle..<rest.upperBound }
            }
        }
        if rest != range { proof.append(here) }
        return proof.reversed()
    }

    /// Where RFC 6962 splits a range: after the largest power of two leaves below its number.
    private static func split(_ range: Range<Int>) -> Int {
        range.lowerBound + (1 << (Int.bitWidth - 1 - (range.count - 1).leadingZeroBitCount))
    }

    /// The perfect subtrees that make up the subtree `range`, from left to right.
    public static func nodes(of range: Range<Int>) -> [TreeNode] {
        var nodes: [TreeNode] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let level = Int.bitWidth - 1 - (range.upperBound - start).leadingZeroBitCount
            nodes.append(TreeNode(level: level, index: start >> level))
            start += 1 << level
        }
        return nodes
    }

    /// The hash of the subtree `range` from the hashes of its perfect subtrees; SHA-256 of nothing if it is empty.
    public static func hash(of range: Range<Int>, _ node: (TreeNode) throws -> Digest) rethrows -> Digest {
        let hashes = try nodes(of: range).map(node)
        guard var hash = hashes.last else { return Digest(of: []) }
        for left in hashes.dropLast().reversed() { hash = Merkle.node(left, hash) }
        return hash
    }
}
