import NexusBase

/// A Merkle tree over a power of two of leaf hashes, and one opening for many leaves. Nodes are SHA-256(1 ‖ left ‖
/// right); leaves begin with 0, so neither passes for the other. proof-v1, section 6.
struct CommitmentTree: Sendable {
    /// Node 1 is the root, node i has the children 2i and 2i + 1.
    private let nodes: [Digest]
    private let count: Int

    init(leaves: [Digest]) {
        precondition(leaves.count.nonzeroBitCount == 1, "a codeword's length is a power of two")
        count = leaves.count
        var nodes = [Digest](repeating: leaves[0], count: 2 * count)
        for (index, leaf) in leaves.enumerated() { nodes[count + index] = leaf }
        for index in stride(from: count - 1, to: 0, by: -1) {
            nodes[index] = Merkle.node(nodes[2 * index], nodes[2 * index + 1])
        }
        self.nodes = nodes
    }

    var root: Digest { nodes[1] }

    /// The hashes that the leaves at `indices` (ascending, distinct) lack, level by level from the leaves, left to
    /// right.
    func opening(_ indices: [Int]) -> [Digest] {
        Self.walk(indices, count: count) { nodes[$0] }
    }

    /// Hashes in an opening.
    static func openingCount(_ indices: [Int], of count: Int) -> Int {
        var total = 0
        _ = walk(indices, count: count) { _ in total += 1 }
        return total
    }

    private static func walk<Element>(_ indices: [Int], count: Int, _ visit: (Int) -> Element) -> [Element] {
        var (level, found) = (indices.map { $0 + count }, [Element]())
        while level[0] > 1 {
            var above: [Int] = []
            for (position, node) in level.enumerated() {
                if node & 1 == 1, position > 0, level[position - 1] == node - 1 { continue }
                let paired = node & 1 == 0 && position + 1 < level.count && level[position + 1] == node + 1
                if !paired { found.append(visit(node ^ 1)) }
                above.append(node >> 1)
            }
            level = above
        }
        return found
    }

    /// The root that `leaves` at `indices` lead to with an opening of exactly `openingCount` hashes.
    static func root(leaves: [Digest], at indices: [Int], of count: Int, opening: [Digest]) -> Digest {
        var (level, next) = (zip(indices, leaves).map { (node: $0 + count, hash: $1) }, 0)
        while level[0].node > 1 {
            var above: [(node: Int, hash: Digest)] = []
            var position = 0
            while position < level.count {
                let (node, hash) = level[position]
                var pair = (hash, hash)
                if node & 1 == 0, position + 1 < level.count, level[position + 1].node == node + 1 {
                    pair.1 = level[position + 1].hash
                    position += 1
                } else {
                    if node & 1 == 0 { pair.1 = opening[next] } else { pair.0 = opening[next] }
                    next += 1
                }
                above.append((node >> 1, Merkle.node(pair.0, pair.1)))
                position += 1
            }
            level = above
        }
        return level[0].hash
    }
}
