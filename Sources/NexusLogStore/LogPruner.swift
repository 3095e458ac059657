import NexusBase
import NexusLog

/// Takes old entries out of a log's folder (format log-v1, "Pruning"). Every hash stays, so every proof does too.
public enum LogPruner {
    static let path = "pruned"

    /// Deletes the full bundles of entries below `before` that hold none of `keep`; returns how many. Blocks; no writer
    /// may have the folder. What is taken out is written down, durable, before the first bundle goes.
    ///
    /// Throws `log-store.locked`, `.damaged`, `.input-output`, or `.out-of-range` for entries under no checkpoint.
    public static func prune(directory: String, before: Int, keeping keep: Set<Int>) throws -> Int {
        try prune(files: DiskFileSystem(directory: directory, create: false), before: before, keeping: keep)
    }

    static func prune(files: any LogFileSystem, before: Int, keeping keep: Set<Int>) throws -> Int {
        let lock = try files.lock("lock")
        defer { _ = lock }
        let reader = LogReader(files: files)
        guard let size = try reader.checkpoint()?.checkpoint.size, before >= 0, before <= size else {
            throw LogStoreError(.outOfRange, "only entries under the checkpoint are taken out")
        }
        let kept = Set(keep.map { $0 / LogLimits.tileWidth })
        let known = try reader.prunedBundles()
        let gone = try (0..<before / LogLimits.tileWidth).filter { bundle in
            let isThere = try files.contents(of: TileID(.entries, index: bundle).path) != nil
            guard !kept.contains(bundle), isThere else { return false }
            // One that is listed already was left by a crash.
            if !known.contains(bundle) { try check(bundle, reader) }
            return true
        }
        guard !gone.isEmpty else { return 0 }
        let lines = known.union(gone).sorted().map { "\($0)\n" }.joined()
        try files.write(Array(("nexus-log-pruned-v1\n" + lines).utf8), to: path + ".tmp")
        try files.rename(path + ".tmp", to: path)
        try files.synchronizeDirectory("")
        for bundle in gone { try files.remove(TileID(.entries, index: bundle).path) }
        return gone.count
    }

    /// Nothing is taken out that did not hash to the tile that stays.
    private static func check(_ bundle: Int, _ reader: LogReader) throws {
        let id = try TileID(.entries, index: bundle)
        let tile = try reader.tile(TileID(.hashes(level: 0), index: bundle))
        guard try reader.entries(id).map({ Merkle.leaf($0) }) == tile.hashes else {
            throw LogStoreError(.damaged, "the bundle does not hash to its tile", at: id.path)
        }
    }
}

extension LogReader {
    /// Numbers of the full bundles that were taken out. Throws `log-store.damaged`.
    public func prunedBundles() throws -> Set<Int> {
        guard let bytes = try files.contents(of: LogPruner.path) else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let numbers = lines.dropFirst().dropLast().map { Int($0) ?? -1 }
        guard lines.first == "nexus-log-pruned-v1", lines.last == "", numbers.allSatisfy({ $0 >= 0 }) else {
            throw LogStoreError(.damaged, "not a list of bundles", at: LogPruner.path)
        }
        return Set(numbers)
    }
}
