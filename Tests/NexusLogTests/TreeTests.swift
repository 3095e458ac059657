import NexusBase
import Testing

@testable import NexusLog

@Suite struct TreeTests {
    static let leaves = (0..<700).map { Merkle.leaf([UInt8($0 & 255), UInt8($0 >> 8)]) }

    func hash(_ range: Range<Int>) -> Digest { Merkle.root(Self.leaves[range]) }
    func node(_ node: TreeNode) -> Digest { hash((node.index << node.level)..<((node.index + 1) << node.level)) }

    @Test func `a frontier has the root of its leaves at every size`() {
        var frontier = TreeFrontier()
        for size in 0...600 {
            #expect(frontier.root == hash(0..<size))
            #expect(frontier.peaks == TreeProof.nodes(of: 0..<size).map(node))
            frontier.append(Self.leaves[size])
        }
    }

    @Test func `every inclusion and consistency proof of small trees verifies, for subtrees too`() throws {
        for size in 1...40 {
            for start in 0..<size {
                for end in (start + 1)...size where TreeProof.isSubtree(start..<end) {
                    let range = start..<end
                    let proof = try TreeProof.consistency(of: range, in: size).map { hash($0) }
                    try TreeProof.verifyConsistency(
                        of: range, hash: hash(range), in: size, root: hash(0..<size), proof: proof)
                    for index in range where size.isMultiple(of: 13) {
                        let path = try TreeProof.inclusion(of: index, in: range).map { hash($0) }
                        try TreeProof.verifyInclusion(
                            leaf: Self.leaves[index], index: index, in: range, path: path, hash: hash(range))
                    }
                }
            }
        }
    }

    @Test func `a proof with a hash changed, missing or added is refused`() throws {
        let other = Digest(of: [1])
        for (old, size) in [(1, 2), (3, 7), (6, 8), (8, 13), (5, 5), (4, 8), (7, 40)] {
            let proof = try TreeProof.consistency(of: 0..<old, in: size).map { hash($0) }
            func check(_ proof: [Digest]) -> LogError.Code? {
                code {
                    try TreeProof.verifyConsistency(
                        oldSize: old, oldRoot: hash(0..<old), newSize: size, newRoot: hash(0..<size), proof: proof)
                }
            }
            #expect(check(proof) == nil)
            #expect(check(proof + [other]) == .badProof)
            for index in proof.indices {
                var changed = proof
                changed[index] = other
                #expect(check(changed) == .badProof)
                changed.remove(at: index)
                #expect(check(changed) == .badProof)
            }
        }
    }

    @Test func `a proof of 63 hashes is weighed and one of 64 is refused unread`() {
        func check(_ count: Int) -> String? {
            do {
                try TreeProof.verifyConsistency(
                    oldSize: 1, oldRoot: Digest(of: []), newSize: LogLimits.treeSizeMax, newRoot: Digest(of: []),
                    proof: [Digest](repeating: Digest(of: []), count: count))
                return nil
            } catch { return (error as? LogError)?.message }
        }
        #expect(check(63) == "the proof is too long")
        #expect(check(64)?.contains("not a subtree") == true)
        #expect(check(62) == "the proof does not lead to the root")
    }

    @Test func `plans outside the tree are refused`() {
        #expect(code { _ = try TreeProof.inclusion(of: 5, in: 0..<5) } == .outOfRange)
        #expect(code { _ = try TreeProof.inclusion(of: -1, in: 0..<5) } == .outOfRange)
        #expect(code { _ = try TreeProof.consistency(of: 0..<6, in: 5) } == .outOfRange)
        #expect(code { _ = try TreeProof.consistency(of: 3..<5, in: 5) } == .outOfRange)
        #expect(code { _ = try TreeFrontier(size: 3, peaks: []) } == .outOfRange)
    }
}

@Suite struct TileTests {
    @Test(arguments: [
        (0, 256, "tile/0/000"), (0, 8, "tile/0/000.p/8"), (1_234_067, 256, "tile/0/x001/x234/067"),
        (999, 255, "tile/0/999.p/255"), (1_000, 1, "tile/0/x001/000.p/1"),
    ]) func `a tile has one path`(index: Int, width: Int, path: String) throws {
        let id = try TileID(.hashes(level: 0), index: index, width: width)
        #expect(id.path == path)
        #expect(try TileID(path: path) == id)
        let bundle = try TileID(.entries, index: index, width: width)
        #expect(try TileID(path: bundle.path) == bundle)
    }

    @Test(arguments: [
        "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/0000", "tile/0/x000/001", "tile/0/001/002", "tile/64/000",
        "tile/00/000", "tile/-1/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p",
        "tile/0/000.p/", "tile/0/x001", "tile/0/x001/x234/x067", "tile/data/000", "/tile/0/000", "tile/0/000/",
        "tile/entries/00a", "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/../000", "tile/0/x1/000",
    ]) func `a path that no tile has is refused`(path: String) {
        #expect(code { _ = try TileID(path: path) } == .badPath)
    }

    @Test func `a tree of 70,000 has the tiles that the specification counts`() {
        let edge = TileID.edge(size: 70_000)
        #expect(edge.map(\.width) == [112, 17, 1])
        #expect(edge.map(\.index) == [273, 1, 0])
        #expect(TileID.edge(size: 256).map(\.path) == ["tile/1/000.p/1"])
        #expect(TileID.edge(size: 0).isEmpty)
        #expect(TileID.edge(size: LogLimits.treeSizeMax).map(\.width) == [64])
    }

    @Test func `an edge gives every tile of a growing log and continues from any size`() throws {
        let size = 66_500
        var edge = TileEdge()
        var tiles: [TileID: Tile] = [:]
        var leaves: [Digest] = []
        for number in 0..<size {
            let leaf = Merkle.leaf(Array("\(number)".utf8))
            leaves.append(leaf)
            for tile in edge.append(leaf) { tiles[tile.id] = tile }
            guard number % 9_973 == 0 || number == 65_535 || number == size - 1 else { continue }
            for tile in edge.partialTiles { tiles[tile.id] = tile }
            let again = try TileEdge(
                size: edge.size, tiles: TileID.edge(size: edge.size).map { try #require(tiles[$0]) })
            #expect(again.root == edge.root && again.partialTiles == edge.partialTiles)
            #expect(edge.root == Merkle.root(leaves))
            edge = again
        }
        #expect(tiles[try TileID(.hashes(level: 2), index: 0, width: 1)]?.hashes == [Merkle.root(leaves[..<65_536])])
        for index in [0, 255, 256, 65_535, 65_536, size - 1] {
            let ranges = try TreeProof.inclusion(of: index, in: 0..<size)
            let set = TileSet(try TileSet.needed(for: ranges, size: size).map { try #require(tiles[$0]) })
            try TreeProof.verifyInclusion(
                leaf: leaves[index], index: index, size: size, path: set.hashes(of: ranges), root: edge.root)
        }
        for old in [1, 256, 300, 65_536, 66_000] {
            let ranges = try TreeProof.consistency(of: 0..<old, in: size)
            let set = TileSet(try TileSet.needed(for: ranges, size: size).map { try #require(tiles[$0]) })
            try TreeProof.verifyConsistency(
                oldSize: old, oldRoot: Merkle.root(leaves[..<old]), newSize: size, newRoot: edge.root,
                proof: set.hashes(of: ranges))
        }
    }

    @Test func `tiles of another length or at another place are refused`() throws {
        let id = try TileID(.hashes(level: 0), index: 0, width: 2)
        #expect(code { _ = try Tile(id, bytes: [UInt8](repeating: 0, count: 63)) } == .badTile)
        #expect(code { _ = try Tile(id, bytes: [UInt8](repeating: 0, count: 96)) } == .badTile)
        let tile = try Tile(id, bytes: [UInt8](repeating: 0, count: 64))
        #expect(code { _ = try TileEdge(size: 3, tiles: [tile]) } == .badTile)
        #expect(code { _ = try TileSet([tile]).root(size: 3) } == .badTile)
        #expect(code { _ = try TileID(.entries, index: 0, width: 257) } == .outOfRange)
        #expect(code { _ = try TileID(.hashes(level: 64), index: 0) } == .outOfRange)
    }

    @Test func `bundles hold entries up to their limit and are refused when cut or overlong`() throws {
        let entries: [[UInt8]] = [[], [1], [UInt8](repeating: 2, count: LogLimits.entryBytesMax)]
        let bytes = try EntryBundle.bytes(of: entries)
        #expect(try EntryBundle.entries(in: bytes, width: 3) == entries)
        #expect(code { _ = try EntryBundle.entries(in: bytes, width: 2) } == .badBundle)
        #expect(code { _ = try EntryBundle.entries(in: bytes, width: 4) } == .badBundle)
        #expect(code { _ = try EntryBundle.entries(in: bytes.dropLast(), width: 3) } == .badBundle)
        #expect(code { _ = try EntryBundle.entries(in: bytes + [0], width: 3) } == .badBundle)
        #expect(code { _ = try EntryBundle.bytes(of: [entries[2] + [0]]) } == .tooLarge)
        #expect(code { _ = try EntryBundle.bytes(of: [[UInt8]](repeating: [], count: 257)) } == .badBundle)
    }
}

extension EntryBundle {
    fileprivate static func entries(in bytes: ArraySlice<UInt8>, width: Int) throws -> [[UInt8]] {
        try entries(in: Array(bytes), width: width)
    }
}
