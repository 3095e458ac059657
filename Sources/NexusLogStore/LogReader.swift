public import NexusBase
public import NexusLog

/// Reads a log's folder, as any web server could. Needs no lock; every call blocks on the disk. What it returns is
/// checked as far as the files allow; whether it is the log that was signed, only a checkpoint says.
public struct LogReader: Sendable {
    let files: any LogFileSystem

    public init(directory: String) throws { files = try DiskFileSystem(directory: directory, create: false) }

    package init(files: any LogFileSystem) { self.files = files }

    static let checkpointPath = "checkpoint"

    /// The latest checkpoint, unverified, or nil. Throws `log-store.damaged`.
    public func checkpoint() throws -> SignedCheckpoint? {
        try files.contents(of: Self.checkpointPath).map { bytes in
            try Self.naming(Self.checkpointPath) { try SignedCheckpoint(parsing: bytes) }
        }
    }

    /// The bytes of the checkpoint or of one tile or bundle, as they are on disk, or nil: what a server of static files
    /// answers. Throws `log.bad-path` for any other path, `log-store.input-output`.
    public func file(_ path: String) throws -> [UInt8]? {
        if !path.utf8.elementsEqual(Self.checkpointPath.utf8) { _ = try TileID(path: path) }
        return try files.contents(of: path)
    }

    /// The bytes of a tile or bundle, or nil. Where it is gone the full one or a wider one is taken: the first hashes
    /// or entries are the same. A writer may delete one while we look, after a wider one is there: hence the attempts.
    func bytes(of id: TileID) throws -> (bytes: [UInt8], id: TileID)? {
        for _ in 0..<3 {
            for candidate in id.isFull ? [id] : [id, id.full] {
                if let bytes = try files.contents(of: candidate.path) { return (bytes, candidate) }
            }
            let widths = try files.names(in: id.full.path + ".p").compactMap { Int($0) }
            guard let width = widths.filter({ (id.width..<LogLimits.tileWidth).contains($0) }).max() else { continue }
            let wider = try TileID(id.content, index: id.index, width: width)
            if let bytes = try files.contents(of: wider.path) { return (bytes, wider) }
        }
        return nil
    }

    /// A tile, or a wider one in its place. Throws `log-store.damaged` if neither is there.
    public func tile(_ id: TileID) throws -> Tile {
        guard let found = try bytes(of: id) else { throw LogStoreError(.damaged, "the tile is missing", at: id.path) }
        return try Self.naming(found.id.path) { try Tile(found.id, bytes: found.bytes) }
    }

    /// The entries of a bundle, as many as the id is wide, from a wider one where it is gone.
    /// Throws `log-store.damaged` or `.pruned`.
    public func entries(_ id: TileID) throws -> [[UInt8]] {
        guard let found = try bytes(of: id) else {
            if try prunedBundles().contains(id.index) {
                throw LogStoreError(.pruned, "the entries were taken out of the log's folder", at: id.path)
            }
            throw LogStoreError(.damaged, "the bundle is missing", at: id.path)
        }
        return try Self.naming(found.id.path) {
            Array(try EntryBundle.entries(in: found.bytes, width: found.id.width).prefix(id.width))
        }
    }

    /// Entry `index` of the log's first `size`. Throws `log-store.out-of-range` or `.damaged`.
    public func entry(at index: Int, size: Int) throws -> [UInt8] {
        guard index >= 0, index < size else { throw LogStoreError(.outOfRange, "no entry \(index) among \(size)") }
        let entries = try entries(TileID.bundle(holding: index, size: size))
        return entries[index % LogLimits.tileWidth]
    }

    /// The path of entry `index` in the tree of `size` (RFC 6962 section 2.1.1).
    public func inclusionProof(of index: Int, size: Int) throws -> [Digest] {
        try hashes(of: Self.inRange { try TreeProof.inclusion(of: index, in: 0..<max(0, size)) }, size: size)
    }

    /// The proof that the tree of `size` continues that of `oldSize` (RFC 6962 section 2.1.2).
    public func consistencyProof(from oldSize: Int, to size: Int) throws -> [Digest] {
        try hashes(of: Self.inRange { try TreeProof.consistency(of: 0..<max(0, oldSize), in: size) }, size: size)
    }

    /// The root of the tree of `size`, from its right edge.
    public func root(size: Int) throws -> Digest { try tiles(for: [0..<size], size: size).root(size: size) }

    private func hashes(of ranges: [Range<Int>], size: Int) throws -> [Digest] {
        try tiles(for: ranges, size: size).hashes(of: ranges)
    }

    private func tiles(for ranges: [Range<Int>], size: Int) throws -> TileSet {
        TileSet(try TileSet.needed(for: ranges, size: size).map(tile))
    }

    static func inRange<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as LogError { throw LogStoreError(.outOfRange, error.message) }
    }

    /// Says which file a log error is about.
    static func naming<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as LogError {
            throw LogStoreError(.damaged, error.message, at: path, cause: error)
        }
    }
}
