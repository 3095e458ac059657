public import NexusBase
public import NexusLog

/// Checks every byte of a log's folder (`nexus log fsck`): that each entry hashes to its tile, each tile follows from
/// those below, and the signed checkpoint from all of them.
public struct LogCheck: Sendable {
    /// What was found.
    public struct Report: Sendable, Hashable {
        /// Entries on disk, all of which hash up to `root`.
        public let size: Int
        public let root: Digest
        /// The checkpoint, whose signatures verified and whose root is that of its size; nil if there is none.
        public let checkpoint: Checkpoint?
        /// Full bundles that were taken out; their leaves are those of the hash tiles.
        public let pruned: Int
    }

    /// Reads the whole log; blocks. Memory stays within a bundle and a tile a level.
    ///
    /// Throws `log-store.damaged` at the first file that is wrong (the place names it), `.tail-lost` if the checkpoint
    /// is larger than what is there, `.input-output`.
    public static func run(_ reader: LogReader, origin: Text, keys: [VerifierKey]) throws -> Report {
        let signed = try reader.checkpoint()
        if let signed {
            do { _ = try signed.verify(origin: origin, by: keys) } catch {
                throw LogStoreError(
                    .damaged, "the checkpoint does not verify", at: LogReader.checkpointPath, cause: error)
            }
        }
        var edge = TileEdge()
        var signedRoot = signed?.checkpoint.size == 0 ? edge.root : nil
        let pruned = try reader.prunedBundles()
        while let id = try lastID(at: edge.size, pruned, reader) {
            if id.isFull, pruned.contains(id.index) {
                for leaf in try reader.tile(TileID(.hashes(level: 0), index: id.index)).hashes {
                    for tile in edge.append(leaf) { try compare(tile, reader) }
                    if edge.size == signed?.checkpoint.size { signedRoot = edge.root }
                }
                continue
            }
            let entries = try reader.entries(id)
            for width in try partialWidths(of: id, reader) where width < id.width {
                let partial = try TileID(.entries, index: id.index, width: width)
                guard try reader.entries(partial) == Array(entries.prefix(width)) else {
                    throw LogStoreError(.damaged, "not the first entries of \(id.path)", at: partial.path)
                }
            }
            for entry in entries {
                for tile in edge.append(Merkle.leaf(entry)) { try compare(tile, reader) }
                if edge.size == signed?.checkpoint.size { signedRoot = edge.root }
            }
            if !id.isFull { break }
        }
        for tile in edge.partialTiles { try compare(tile, reader) }
        if let checkpoint = signed?.checkpoint {
            guard checkpoint.size <= edge.size else {
                throw LogStoreError(
                    .tailLost, "the checkpoint is of \(checkpoint.size) entries and only \(edge.size) are here")
            }
            guard signedRoot == checkpoint.root else {
                throw LogStoreError(.damaged, "the checkpoint's root is not the tree's", at: LogReader.checkpointPath)
            }
        }
        return Report(size: edge.size, root: edge.root, checkpoint: signed?.checkpoint, pruned: pruned.count)
    }

    /// The full bundle at `size`, or the widest partial one, or nil.
    private static func lastID(at size: Int, _ pruned: Set<Int>, _ reader: LogReader) throws -> TileID? {
        let full = try TileID(.entries, index: size / LogLimits.tileWidth)
        if pruned.contains(full.index) { return full }
        if try reader.files.contents(of: full.path) != nil { return full }
        guard let width = try partialWidths(of: full, reader).max() else { return nil }
        return try TileID(.entries, index: full.index, width: width)
    }

    private static func partialWidths(of id: TileID, _ reader: LogReader) throws -> [Int] {
        try reader.files.names(in: id.full.path + ".p").compactMap { Int($0) }
            .filter { (1..<LogLimits.tileWidth).contains($0) }
    }

    /// Wider partial tiles than the log is long are what a crash left before their bundle was there: no part of it.
    private static func compare(_ tile: Tile, _ reader: LogReader) throws {
        let widths = try partialWidths(of: tile.id, reader).filter { $0 < tile.id.width } + [tile.id.width]
        for width in widths {
            let found = try reader.tile(TileID(tile.id.content, index: tile.id.index, width: width))
            for (index, hash) in tile.hashes.prefix(width).enumerated() where found.hashes[index] != hash {
                throw LogStoreError(.damaged, "hash \(index) does not follow from what is below", at: found.id.path)
            }
        }
    }
}
