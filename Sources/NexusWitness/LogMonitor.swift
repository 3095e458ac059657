import NexusBase
public import NexusLog

/// Follows any tiled log: checks that each checkpoint continues the last, and every entry against the tree.
/// A value; the caller keeps it (its state is `latest`) and fetches files.
public struct LogMonitor: Sendable {
    /// Fetches a path below the log's prefix; nil if it is not there.
    public typealias Fetch = @Sendable (_ path: String) async throws -> [UInt8]?
    /// Is given entries in order, each checked against a signed tree.
    public typealias Visit = @Sendable (_ index: Int, _ entry: [UInt8]) async throws -> Void

    public let log: WitnessedLog
    /// The latest checkpoint that continued all before it; the state to keep.
    public private(set) var latest: SignedCheckpoint?

    /// Continues from a checkpoint that was kept; it is verified again. Throws as `SignedCheckpoint.verify`.
    public init(log: WitnessedLog, latest: SignedCheckpoint? = nil) throws {
        self.log = log
        if let latest { _ = try latest.verify(origin: log.origin, by: log.keys) }
        self.latest = latest
    }

    /// What a look at the log found.
    public enum Finding: Sendable, Hashable {
        /// The same tree as before.
        case unchanged
        /// A tree that continues the last; from and to how many entries.
        case grown(from: Int, to: Int)
        /// A smaller tree, consistent with the last: a server that lags behind.
        case behind(size: Int)
        /// The log signed two histories.
        case misbehaviour(MisbehaviourProof)
    }

    /// Fetches the log's checkpoint and compares it with the last; then gives the new entries to `visit`.
    ///
    /// Throws `witness.not-served` if files are missing or do not hash to what the log signed, which cannot be proved
    /// to
    /// others; `LogError` for a checkpoint that is none or not the log's. `latest` moves only after all new entries
    /// were visited.
    public mutating func look(fetch: Fetch, visit: Visit? = nil) async throws -> Finding {
        guard let bytes = try await fetch("checkpoint") else {
            throw WitnessError(.notServed, "the log has no checkpoint", at: "checkpoint")
        }
        let found = try SignedCheckpoint(parsing: bytes)
        return try await compare(found, fetch: fetch, visit: visit)
    }

    /// The same for a checkpoint that came another way, such as through a witness or another monitor.
    public mutating func compare(
        _ found: SignedCheckpoint, fetch: Fetch, visit: Visit? = nil
    ) async throws -> Finding {
        _ = try found.verify(origin: log.origin, by: log.keys)
        let size = found.checkpoint.size
        let known = latest?.checkpoint.size ?? 0
        if let latest, known > 0, size > 0 {
            let isOlder = size < known
            let (old, new) = isOlder ? (found, latest) : (latest, found)
            if let proof = try await contradiction(old, new, fetch) { return .misbehaviour(proof) }
            if isOlder { return .behind(size: size) }
        }
        if size < known { return .behind(size: size) }
        if let latest, size == known {
            // Perhaps with more cosignatures.
            if found.note.signatures.count > latest.note.signatures.count { self.latest = found }
            return .unchanged
        }
        if let visit { try await visitEntries(known..<size, found.checkpoint, fetch, visit) }
        latest = found
        return .grown(from: known, to: size)
    }

    /// The proof that two checkpoints contradict each other, or nil if the larger continues the smaller.
    private func contradiction(
        _ old: SignedCheckpoint, _ new: SignedCheckpoint, _ fetch: Fetch
    ) async throws -> MisbehaviourProof? {
        let (m, n) = (old.checkpoint.size, new.checkpoint.size)
        if m == n {
            guard old.checkpoint.root != new.checkpoint.root else { return nil }
            return MisbehaviourProof(old: old, new: new, root: new.checkpoint.root, proof: [])
        }
        let ranges = try TreeProof.consistency(of: 0..<m, in: n)
        let tiles = try await Self.tiles(for: ranges + [0..<m], size: n, fetch)
        let root = try tiles.root(size: m)
        let proof = try tiles.hashes(of: ranges)
        do {
            try TreeProof.verifyConsistency(
                oldSize: m, oldRoot: root, newSize: n, newRoot: new.checkpoint.root, proof: proof)
        } catch {
            throw WitnessError(.notServed, "the tiles do not hash to the checkpoint of \(n)", cause: error)
        }
        if root == old.checkpoint.root { return nil }
        return MisbehaviourProof(old: old, new: new, root: root, proof: proof)
    }

    private func visitEntries(
        _ range: Range<Int>, _ checkpoint: Checkpoint, _ fetch: Fetch, _ visit: Visit
    ) async throws {
        var index = range.lowerBound
        while index < range.upperBound {
            let id = TileID.bundle(holding: index, size: checkpoint.size)
            let found = try await Self.fetch(id, fetch)
            let entries: [[UInt8]]
            do { entries = try EntryBundle.entries(in: found.bytes, width: found.id.width) } catch {
                throw WitnessError(.notServed, "not a bundle", at: found.id.path, cause: error)
            }
            // The bundle as a subtree of the signed tree: one proof for all its entries.
            let start = id.index * LogLimits.tileWidth
            let leaves = entries.prefix(id.width).map { Merkle.leaf($0) }
            let subtree = start..<(start + leaves.count)
            let ranges = try TreeProof.consistency(of: subtree, in: checkpoint.size)
            let proof = try await Self.tiles(for: ranges, size: checkpoint.size, fetch).hashes(of: ranges)
            do {
                try TreeProof.verifyConsistency(
                    of: subtree, hash: Merkle.root(leaves), in: checkpoint.size, root: checkpoint.root, proof: proof)
            } catch {
                throw WitnessError(
                    .notServed, "the entries are not those of the signed tree", at: id.path, cause: error)
            }
            while index < subtree.upperBound {
                try await visit(index, entries[index - start])
                index += 1
            }
        }
    }

    private static func tiles(for ranges: [Range<Int>], size: Int, _ fetch: Fetch) async throws -> TileSet {
        var set = TileSet()
        for id in TileSet.needed(for: ranges, size: size) {
            let found = try await Self.fetch(id, fetch)
            do { set.insert(try Tile(found.id, bytes: found.bytes)) } catch {
                throw WitnessError(.notServed, "not a tile", at: found.id.path, cause: error)
            }
        }
        return set
    }

    /// A file of the log, or the full one where a partial one is gone (tlog-tiles, "Partial Tiles").
    private static func fetch(_ id: TileID, _ fetch: Fetch) async throws -> (id: TileID, bytes: [UInt8]) {
        if let bytes = try await fetch(id.path) { return (id, bytes) }
        if !id.isFull, let bytes = try await fetch(id.full.path) { return (id.full, bytes) }
        throw WitnessError(.notServed, "the log does not serve what it signed", at: id.path)
    }
}
