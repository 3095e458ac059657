public import NexusBase

/// The growing right edge of a tiled log: takes leaf hashes, gives tiles.
public struct TileEdge: Sendable {
    public private(set) var frontier: TreeFrontier
    /// The hashes of the partial tile at each level, fewer than 256.
    private var levels: [[Digest]]

    public init() {
        frontier = TreeFrontier()
        levels = []
    }

    /// Continues a log of `size` leaves from the tiles of `TileID.edge(size:)`. Throws `log.bad-tile`.
    public init(size: Int, tiles: [Tile]) throws {
        guard tiles.map(\.id) == TileID.edge(size: size) else {
            throw LogError(.badTile, "not the tiles at the edge of a tree of \(size)")
        }
        let set = TileSet(tiles)
        frontier = try TreeFrontier(size: size, peaks: TreeProof.nodes(of: 0..<size).map(set.hash))
        levels = []
        for tile in tiles {
            while levels.count <= tile.id.content.level { levels.append([]) }
            levels[tile.id.content.level] = tile.hashes
        }
    }

    public var size: Int { frontier.size }
    public var root: Digest { frontier.root }

    /// Adds a leaf's hash; returns the tiles that it filled, from level 0 up.
    public mutating func append(_ leaf: Digest) -> [Tile] {
        frontier.append(leaf)
        var filled: [Tile] = []
        var hash = leaf
        var level = 0
        while true {
            if levels.count == level { levels.append([]) }
            levels[level].append(hash)
            guard levels[level].count == LogLimits.tileWidth else { return filled }
            let index = (frontier.size >> (8 * (level + 1))) - 1
            let hashes = levels[level]
            levels[level] = []
            let id = TileID(unchecked: .hashes(level: level), index: index, width: LogLimits.tileWidth)
            // SAFETY: as many hashes as the id says, the one thing the initialiser checks.
            filled.append(try! Tile(id, hashes: hashes))
            hash = Merkle.root(hashes)
            level += 1
        }
    }

    /// The partial tiles of the present size, from level 0 up.
    public var partialTiles: [Tile] {
        TileID.edge(size: size).map { id in
            // SAFETY: a level holds as many hashes as the size leaves there, which is the edge tile's width.
            try! Tile(id, hashes: levels[id.content.level])
        }
    }
}
