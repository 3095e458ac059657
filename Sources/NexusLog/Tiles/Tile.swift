public import NexusBase

/// A run of hashes at one level of the tree (c2sp.org/tlog-tiles, "Merkle Tree").
public struct Tile: Sendable, Hashable {
    public let id: TileID
    /// As many as the tile is wide.
    public let hashes: [Digest]

    /// Throws `log.bad-tile`.
    public init(_ id: TileID, hashes: [Digest]) throws {
        guard case .hashes = id.content, hashes.count == id.width else {
            throw LogError(.badTile, "\(hashes.count) hashes for a width of \(id.width)", at: id.path)
        }
        self.id = id
        self.hashes = hashes
    }

    /// Reads a tile's bytes: 32 for each hash. Throws `log.bad-tile`.
    public init(_ id: TileID, bytes: [UInt8]) throws {
        guard bytes.count == 32 * id.width else {
            throw LogError(.badTile, "\(bytes.count) bytes for a width of \(id.width)", at: id.path)
        }
        try self.init(
            id, hashes: stride(from: 0, to: bytes.count, by: 32).map { try Digest(bytes: bytes[$0..<($0 + 32)]) })
    }

    public var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(32 * hashes.count)
        for hash in hashes { out.append(contentsOf: hash.bytes) }
        return out
    }
}

/// Tiles that were read, from which proofs and roots are computed. They are believed: check what comes out of them
/// against a signed checkpoint.
public struct TileSet: Sendable {
    private var tiles: [TileID: Tile] = [:]

    public init() {}

    public init(_ tiles: some Sequence<Tile>) { for tile in tiles { insert(tile) } }

    /// Adds a tile; of two for one place the wider is kept, so a full tile serves where a partial one is gone.
    public mutating func insert(_ tile: Tile) {
        if let known = tiles[tile.id.full], known.id.width >= tile.id.width { return }
        tiles[tile.id.full] = tile
    }

    /// The tiles that the hashes of `ranges` follow from in a tree of `size` leaves, each once, in order of first use.
    public static func needed(for ranges: [Range<Int>], size: Int) -> [TileID] {
        var seen: Set<TileID> = []
        return ranges.flatMap { TreeProof.nodes(of: $0) }.map { TileID.holding($0, size: size) }
            .filter { seen.insert($0).inserted }
    }

    /// The hash of a perfect subtree. Throws `log.bad-tile` if its tile is not here.
    public func hash(of node: TreeNode) throws -> Digest {
        let height = node.level % 8
        let place = TileID.holding(node, size: LogLimits.treeSizeMax).full
        let first = (node.index << height) - place.index * LogLimits.tileWidth
        let end = first + (1 << height)
        guard let tile = tiles[place], end <= tile.hashes.count else {
            throw LogError(.badTile, "the tile is not there, or not wide enough", at: place.path)
        }
        return Merkle.root(tile.hashes[first..<end])
    }

    /// The hashes of `ranges`, as a proof holds them. Throws `log.bad-tile`.
    public func hashes(of ranges: [Range<Int>]) throws -> [Digest] {
        try ranges.map { try TreeProof.hash(of: $0, hash) }
    }

    /// The root of the tree's first `size` leaves. Throws `log.bad-tile`.
    public func root(size: Int) throws -> Digest { try TreeProof.hash(of: 0..<size, hash) }
}
