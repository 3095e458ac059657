import NexusBase

/// Names a tile of hashes or a bundle of entries (c2sp.org/tlog-tiles, "Merkle Tree" and "Log entries").
public struct TileID: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        /// Hashes, each over 256^level leaves.
        case hashes(level: Int)
        case entries
    }

    public let content: Content
    /// Counted in full tiles of the same content.
    public let index: Int
    /// Hashes or entries: 256 for a full tile.
    public let width: Int

    /// Throws `log.out-of-range`.
    public init(_ content: Content, index: Int, width: Int = LogLimits.tileWidth) throws {
        if case .hashes(let level) = content, !(0...LogLimits.tileLevelMax).contains(level) {
            throw LogError(.outOfRange, "a tile's level is at most \(LogLimits.tileLevelMax)")
        }
        guard index >= 0, (1...LogLimits.tileWidth).contains(width) else {
            throw LogError(.outOfRange, "a tile's width is from 1 to \(LogLimits.tileWidth)")
        }
        self.init(unchecked: content, index: index, width: width)
    }

    init(unchecked content: Content, index: Int, width: Int) {
        self.content = content
        self.index = index
        self.width = width
    }

    public var isFull: Bool { width == LogLimits.tileWidth }
    /// The same place with all of its hashes or entries.
    public var full: TileID { TileID(unchecked: content, index: index, width: LogLimits.tileWidth) }

    /// The path below the log's prefix: `tile/0/x001/x234/067.p/8`.
    public var path: String {
        var groups = [index % 1_000]
        var rest = index / 1_000
        while rest > 0 {
            groups.append(rest % 1_000)
            rest /= 1_000
        }
        let digits = groups.reversed().enumerated().map { position, group in
            let number = String(group)
            let padded = String(repeating: "0", count: 3 - number.utf8.count) + number
            return position == groups.count - 1 ? padded : "x" + padded
        }
        let kind =
            switch content {
            case .hashes(let level): "\(level)"
            case .entries: "entries"
            }
        return "tile/\(kind)/\(digits.joined(separator: "/"))" + (isFull ? "" : ".p/\(width)")
    }

    /// Reads the one path that a tile has. Throws `log.bad-path`.
    public init(path: String) throws {
        let failure = LogError(.badPath, "a tile's path reads tile/<level or entries>/<index>[.p/<width>]", at: path)
        var parts = path.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count >= 3, parts.count <= 10, parts[0].elementsEqual("tile".utf8) else { throw failure }
        let content: Content
        if parts[1].elementsEqual("entries".utf8) {
            content = .entries
        } else {
            guard let level = Lines.decimal(parts[1], upTo: LogLimits.tileLevelMax) else { throw failure }
            content = .hashes(level: level)
        }
        var width = LogLimits.tileWidth
        if parts[parts.count - 2].suffix(2).elementsEqual(".p".utf8) {
            guard let partial = Lines.decimal(parts.removeLast(), upTo: LogLimits.tileWidth - 1), partial > 0 else {
                throw failure
            }
            width = partial
            parts[parts.count - 1].removeLast(2)
        }
        var index = 0
        for (position, part) in parts.dropFirst(2).enumerated() {
            let isLast = position == parts.count - 3
            let digits = isLast ? part[...] : part.dropFirst()
            guard isLast || part.first == 0x78, digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
                index <= LogLimits.treeSizeMax / 1_000
            else { throw failure }
            index = index * 1_000 + digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        self.init(unchecked: content, index: index, width: width)
        // One path for each tile: an index with needless leading groups prints shorter.
        guard self.path.utf8.elementsEqual(path.utf8) else { throw failure }
    }
}

extension TileID {
    /// The tile of hashes that holds, or from whose hashes follows, `node` in a tree of `size` leaves.
    public static func holding(_ node: TreeNode, size: Int) -> TileID {
        let level = node.level / 8
        return at(.hashes(level: level), index: node.index >> (8 - node.level % 8), size: size)
    }

    /// The bundle that holds entry `index` in a log of `size` entries.
    public static func bundle(holding index: Int, size: Int) -> TileID {
        at(.entries, index: index / LogLimits.tileWidth, size: size)
    }

    private static func at(_ content: Content, index: Int, size: Int) -> TileID {
        let wide = (size >> (8 * content.level)) - index * LogLimits.tileWidth
        return TileID(unchecked: content, index: index, width: min(LogLimits.tileWidth, wide))
    }

    /// The partial tiles of hashes at the right edge of a tree of `size` leaves, from level 0 up.
    public static func edge(size: Int) -> [TileID] {
        var tiles: [TileID] = []
        var level = 0
        while 8 * level < Int.bitWidth - 1, size >> (8 * level) > 0 {
            let hashes = size >> (8 * level)
            if hashes % LogLimits.tileWidth > 0 {
                tiles.append(
                    TileID(
                        unchecked: .hashes(level: level), index: hashes / LogLimits.tileWidth,
                        width: hashes % LogLimits.tileWidth))
            }
            level += 1
        }
        return tiles
    }
}

extension TileID.Content {
    var level: Int {
        switch self {
        case .hashes(let level): level
        case .entries: 0
        }
    }
}
