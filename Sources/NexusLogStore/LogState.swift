package import NexusBase
package import NexusLog

/// A log on disk and its right edge in memory: the writer's state. Synchronous; its owner sees to one call at a time.
package struct LogState: Sendable {
    let files: any LogFileSystem
    let reader: LogReader
    let origin: Text
    private(set) var keys: [VerifierKey]
    private var lock: (any Sendable)?

    /// The edge of what is durable.
    package private(set) var edge = TileEdge()
    package private(set) var checkpoint: SignedCheckpoint?
    private var lastBundle: [[UInt8]] = []
    private var indices: [Digest: Int] = [:]
    /// The first size whose partial tiles may be deleted: no checkpoint was made at it.
    private var unsignedSize: Int?
    /// Folders whose own name is durable.
    private var durableDirectories: Set<String> = [""]
    private(set) var refusal: LogStoreError?

    func index(of leaf: Digest) -> Int? { indices[leaf] }

    /// Why nothing more is taken.
    mutating func stop(_ reason: LogStoreError) { refusal = refusal ?? reason }

    /// Takes checkpoints by one more key of the log.
    mutating func admit(_ key: VerifierKey) { if !keys.contains(key) { keys.append(key) } }

    /// Takes nothing more and lets go of the lock.
    mutating func close() {
        stop(LogStoreError(.closed, "the log is closed"))
        lock = nil
    }
}

// MARK: - Opening

extension LogState {
    /// Opens the log, or begins one, and checks its edge. Throws `log-store.locked`, `.damaged`, `.tail-lost`,
    /// `.input-output`.
    package init(files: any LogFileSystem, origin: Text, keys: [VerifierKey]) throws {
        self.files = files
        self.origin = origin
        self.keys = keys
        reader = LogReader(files: files)
        lock = try files.lock("lock")
        checkpoint = try reader.checkpoint()
        if let checkpoint {
            do { _ = try checkpoint.verify(origin: origin, by: keys) } catch {
                throw LogStoreError(
                    .damaged, "the checkpoint is not this log's", at: LogReader.checkpointPath, cause: error)
            }
        }
        let size = try measure(from: checkpoint?.checkpoint.size ?? 0)
        edge = try TileEdge(size: size, tiles: TileID.edge(size: size).map(reader.tile))
        try checkEdge()
        try adopt()
        try loadIndex()
    }

    /// The number of entries on disk: full bundles without a gap from the checkpoint's on, then the widest partial one.
    private func measure(from signedSize: Int) throws -> Int {
        let width = LogLimits.tileWidth
        var bundle = signedSize / width
        func id(_ width: Int) throws -> TileID { try TileID(.entries, index: bundle, width: width) }
        while try files.contents(of: id(width).path) != nil {
            _ = try checkBundle(id(width))
            bundle += 1
        }
        let folder = try id(1).path.dropLast(2)
        let widths = try files.names(in: String(folder)).compactMap { Int($0) }.filter { (1..<width).contains($0) }
        let widest = widths.max() ?? 0
        if widest > 0 { _ = try checkBundle(id(widest)) }
        let size = bundle * width + widest
        guard size >= signedSize else {
            throw LogStoreError(.tailLost, "the checkpoint is of \(signedSize) entries and only \(size) are here")
        }
        return size
    }

    /// That a bundle hashes to its tile. The tile was durable first, so a difference is damage.
    private func checkBundle(_ id: TileID) throws -> [[UInt8]] {
        let entries = try reader.entries(id)
        let tile = try reader.tile(TileID(.hashes(level: 0), index: id.index, width: id.width))
        guard entries.map({ Merkle.leaf($0) }) == Array(tile.hashes.prefix(id.width)) else {
            throw LogStoreError(.damaged, "the bundle does not hash to its tile", at: id.path)
        }
        return entries
    }

    /// That each tile at the edge follows from the full one below it, and the checkpoint from the tree.
    private mutating func checkEdge() throws {
        let size = edge.size
        var level = 1
        while 8 * level < Int.bitWidth - 1, size >> (8 * level) > 0 {
            let last = (size >> (8 * level)) - 1
            let below = try reader.tile(TileID(.hashes(level: level - 1), index: last))
            let id = TileID.holding(TreeNode(level: 8 * level, index: last), size: size)
            guard try reader.tile(id).hashes[last % LogLimits.tileWidth] == Merkle.root(below.hashes) else {
                throw LogStoreError(.damaged, "the tile does not follow from \(below.id.path)", at: id.path)
            }
            level += 1
        }
        if size % LogLimits.tileWidth > 0 {
            lastBundle = try checkBundle(TileID.bundle(holding: size - 1, size: size))
        }
        guard let signed = checkpoint?.checkpoint else { return }
        guard try root(size: signed.size) == signed.root else {
            throw LogStoreError(.damaged, "the checkpoint's root is not the tree's", at: LogReader.checkpointPath)
        }
    }

    /// Makes durable what a crash may have left in the cache only, before anything is built on it.
    private mutating func adopt() throws {
        let size = edge.size
        guard size > 0 else { return }
        var ids = TileID.edge(size: size)
        for level in 0..<8 where size >> (8 * level) > 0 {
            ids.append(TileID.holding(TreeNode(level: 8 * level, index: (size >> (8 * level)) - 1), size: size))
        }
        ids.append(TileID.bundle(holding: size - 1, size: size))
        for directory in Set(ids.map { Self.directory(of: $0.path) }).sorted() {
            try makeDirectories(directory)
            try files.synchronizeDirectory(directory)
        }
        try files.synchronizeDirectory("")
    }

    private mutating func loadIndex() throws {
        let size = edge.size
        var index = max(0, size - LogStoreLimits.indexedEntriesMax) / LogLimits.tileWidth * LogLimits.tileWidth
        while index < size {
            let tile = try reader.tile(TileID.holding(TreeNode(level: 0, index: index), size: size))
            for leaf in tile.hashes.prefix(size - index) {
                if indices[leaf] == nil { indices[leaf] = index }
                index += 1
            }
        }
    }

    /// The root of the first `size` leaves of what is durable.
    func root(size: Int) throws -> Digest {
        guard (0...edge.size).contains(size) else {
            throw LogStoreError(.outOfRange, "the log has \(edge.size) entries, not \(size)")
        }
        if size == edge.size { return edge.root }
        let needed = TileSet.needed(for: [0..<size], size: edge.size)
        return try TileSet(needed.map(reader.tile)).root(size: size)
    }
}

// MARK: - Writing

extension LogState {
    /// Appends the entries that the log does not have yet. Durable on return: the index of each.
    package mutating func append(_ entries: [[UInt8]]) throws -> [Int] {
        if let refusal { throw refusal }
        var places: [Int] = []
        var fresh: [(entry: [UInt8], leaf: Digest)] = []
        var pending: [Digest: Int] = [:]
        for entry in entries {
            let leaf = Merkle.leaf(entry)
            if let known = indices[leaf] ?? pending[leaf] {
                places.append(known)
                continue
            }
            let index = edge.size + fresh.count
            pending[leaf] = index
            places.append(index)
            fresh.append((entry, leaf))
        }
        do {
            var start = 0
            while start < fresh.count {
                let room = LogLimits.tileWidth - edge.size % LogLimits.tileWidth
                let end = min(fresh.count, start + room)
                try appendWithinBundle(fresh[start..<end])
                start = end
            }
        } catch {
            stop(LogStoreError(.stopped, "the writer stopped after a failed write", cause: error))
            throw error
        }
        return places
    }

    /// Entries that end in the bundle where the log ends now: tiles durable, then the bundle.
    private mutating func appendWithinBundle(_ fresh: ArraySlice<(entry: [UInt8], leaf: Digest)>) throws {
        var next = edge
        var tiles: [Tile] = []
        for (_, leaf) in fresh { tiles += next.append(leaf) }
        // Below the highest tile that was filled nothing is partial; of the partial tiles, the lowest alone is new.
        if let changed = next.partialTiles.first { tiles.append(changed) }
        try writeDurably(tiles.map { ($0.id.path, $0.bytes) })
        let bundle = lastBundle + fresh.map(\.entry)
        let bundleID = TileID.bundle(holding: next.size - 1, size: next.size)
        try writeDurably([(bundleID.path, try EntryBundle.bytes(of: bundle))])

        let before = edge.size
        edge = next
        lastBundle = bundleID.isFull ? [] : bundle
        for (offset, leaf) in fresh.map(\.leaf).enumerated() { indices[leaf] = before + offset }
        removeSuperseded(before, filled: tiles.filter(\.id.isFull).map(\.id) + (bundleID.isFull ? [bundleID] : []))
        unsignedSize = next.size
    }

    /// Writes, renames and syncs the files, each name durable on return.
    private mutating func writeDurably(_ contents: [(path: String, bytes: [UInt8])]) throws {
        for (path, bytes) in contents {
            try makeDirectories(Self.directory(of: path))
            try files.write(bytes, to: path + ".tmp")
        }
        for (path, _) in contents { try files.rename(path + ".tmp", to: path) }
        for directory in Set(contents.map { Self.directory(of: $0.path) }).sorted() {
            try files.synchronizeDirectory(directory)
        }
    }

    private static func directory(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// Makes a folder and those above it, each name durable on return.
    private mutating func makeDirectories(_ path: String) throws {
        guard !durableDirectories.contains(path) else { return }
        let parent = Self.directory(of: path)
        try makeDirectories(parent)
        try files.makeDirectory(path)
        try files.synchronizeDirectory(parent)
        durableDirectories.insert(path)
    }

    /// Deletes partial files that nobody can need any more. A failure leaves them: they do no harm.
    private mutating func removeSuperseded(_ size: Int, filled: [TileID]) {
        for id in filled {
            let folder = id.path + ".p"
            for name in (try? files.names(in: folder)) ?? [] { try? files.remove(folder + "/" + name) }
            try? files.remove(folder)
            durableDirectories.remove(folder)
        }
        guard size > 0, size == unsignedSize, size % LogLimits.tileWidth > 0, filled.isEmpty else { return }
        for content in [TileID.Content.hashes(level: 0), .entries] {
            let id = try? TileID(content, index: size / LogLimits.tileWidth, width: size % LogLimits.tileWidth)
            if let id { try? files.remove(id.path) }
        }
    }

    /// What may be signed now: the durable tree. Its partial tiles are kept from here on.
    package mutating func checkpointToSign() throws -> Checkpoint {
        unsignedSize = nil
        return try Checkpoint(origin: origin, size: edge.size, root: edge.root)
    }

    /// Publishes a signed checkpoint of the durable tree or of an earlier size past the one that is there; or the same
    /// one with more signatures. Durable on return.
    package mutating func commit(_ signed: SignedCheckpoint) throws {
        if let refusal { throw refusal }
        do { _ = try signed.verify(origin: origin, by: keys) } catch {
            throw LogStoreError(.wrongCheckpoint, "the checkpoint is not signed by this log", cause: error)
        }
        let size = signed.checkpoint.size
        if let present = checkpoint?.checkpoint, size < present.size {
            throw LogStoreError(.wrongCheckpoint, "a checkpoint of \(size) cannot follow one of \(present.size)")
        }
        guard size <= edge.size, try root(size: size) == signed.checkpoint.root else {
            throw LogStoreError(.wrongCheckpoint, "the checkpoint of \(size) is not of this tree of \(edge.size)")
        }
        do { try writeDurably([(LogReader.checkpointPath, signed.bytes)]) } catch {
            stop(LogStoreError(.stopped, "the writer stopped after a failed write", cause: error))
            throw error
        }
        checkpoint = signed
    }
}
