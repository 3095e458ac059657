public import NexusBase

extension TreeProof {
    /// Checks that `leaf` is number `index` of the tree of `size` leaves with `root`. Throws `log.bad-proof`.
    public static func verifyInclusion(
        leaf: Digest, index: Int, size: Int, path: [Digest], root: Digest
    ) throws {
        guard size >= 0 else { throw LogError(.badProof, "a tree has no fewer than 0 leaves") }
        try verifyInclusion(leaf: leaf, index: index, in: 0..<size, path: path, hash: root)
    }

    /// Checks that `leaf` is number `index` of the log and in the subtree `range` with `hash`. Throws `log.bad-proof`.
    public static func verifyInclusion(
        leaf: Digest, index: Int, in range: Range<Int>, path: [Digest], hash: Digest
    ) throws {
        guard isSubtree(range), range.contains(index), path.count <= LogLimits.proofHashesMax else {
            throw LogError(.badProof, "leaf \(index) is not in the subtree \(range)")
        }
        do {
            let found = try Merkle.root(
                from: leaf, at: index - range.lowerBound, of: range.count, path: path)
            guard found == hash else { throw LogError(.badProof, "the path does not lead to the root") }
        } catch let error as BaseError {
            throw LogError(.badProof, error.message)
        }
    }

    /// Checks that the tree of `newSize` leaves grew from that of `oldSize`. The empty tree proves nothing and is
    /// refused. Throws `log.bad-proof`.
    public static func verifyConsistency(
        oldSize: Int, oldRoot: Digest, newSize: Int, newRoot: Digest, proof: [Digest]
    ) throws {
        try verifyConsistency(
            oldSize: oldSize, oldRoot: oldRoot.bytes, newSize: newSize, newRoot: newRoot.bytes, proof: proof)
    }

    /// The same over hashes of any length, as the published vectors have them.
    static func verifyConsistency(
        oldSize: Int, oldRoot: [UInt8], newSize: Int, newRoot: [UInt8], proof: [Digest]
    ) throws {
        guard oldSize > 0, oldSize <= newSize else {
            throw LogError(.badProof, "no tree of \(newSize) can be shown to continue one of \(oldSize)")
        }
        try verifyConsistency(of: 0..<oldSize, hash: oldRoot, in: newSize, root: newRoot, proof: proof)
    }

    /// Checks that the subtree `range` with `hash` is in the tree of `size` leaves with `root`. Throws `log.bad-proof`.
    public static func verifyConsistency(
        of range: Range<Int>, hash: Digest, in size: Int, root: Digest, proof: [Digest]
    ) throws {
        try verifyConsistency(of: range, hash: hash.bytes, in: size, root: root.bytes, proof: proof)
    }

    // draft-ietf-plants-merkle-tree-certs, "Verifying a Subtree Consistency Proof", in its words: the first node of the
    // proof, the last node and the last leaf of the tree climb together; one hash is of the subtree, one of the tree.
    static func verifyConsistency(
        of range: Range<Int>, hash: [UInt8], in size: Int, root: [UInt8], proof: [Digest]
    ) throws {
        guard isSubtree(range), range.upperBound <= size, size <= LogLimits.treeSizeMax,
            proof.count <= LogLimits.proofHashesMax
        else { throw LogError(.badProof, "\(range) is not a subtree of a tree of \(size)") }
        if range.isEmpty {
            guard proof.isEmpty, hash == Digest(of: []).bytes else {
                throw LogError(.badProof, "an empty subtree has an empty proof and the hash of nothing")
            }
            return
        }
        var climb = Climb(first: range.lowerBound, last: range.upperBound - 1, end: size - 1)
        if climb.last == climb.end {
            while climb.first != climb.last { climb.up() }
        } else {
            while climb.first != climb.last, climb.last & 1 == 1 { climb.up() }
        }
        var rest = proof[...]
        if climb.first == climb.last, rest.isEmpty {
            guard climb.end == 0, hash == root else { throw LogError(.badProof, "the proof does not lead to the root") }
            return
        }
        let start = climb.first == climb.last ? try? Digest(bytes: hash) : rest.popFirst()
        guard let start else { throw LogError(.badProof, "the proof is too short") }
        var subtree = start
        var tree = start
        for sibling in rest {
            guard climb.end != 0 else { throw LogError(.badProof, "the proof is too long") }
            if climb.last & 1 == 1 || climb.last == climb.end {
                if climb.first < climb.last { subtree = Merkle.node(sibling, subtree) }
                tree = Merkle.node(sibling, tree)
                while climb.last & 1 == 0 { climb.up() }
            } else {
                tree = Merkle.node(tree, sibling)
            }
            climb.up()
        }
        guard climb.end == 0 else { throw LogError(.badProof, "the proof is too short") }
        guard subtree.bytes == hash, tree.bytes == root else {
            throw LogError(.badProof, "the proof does not lead to the root")
        }
    }

    private struct Climb {
        var first: Int
        var last: Int
        var end: Int

        mutating func up() {
            first >>= 1
            last >>= 1
            end >>= 1
        }
    }
}
