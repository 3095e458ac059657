import NexusBase

/// Entries of a log as they are stored and served: each after its length as two big-endian bytes
/// (c2sp.org/tlog-tiles, "Log entries").
public enum EntryBundle {
    /// Throws `log.too-large` for an entry over `LogLimits.entryBytesMax`, `log.bad-bundle` for over 256 entries.
    public static func bytes(of entries: some Collection<[UInt8]>) throws -> [UInt8] {
        guard entries.count <= LogLimits.tileWidth else {
            throw LogError(.badBundle, "a bundle has at most \(LogLimits.tileWidth) entries")
        }
        var out: [UInt8] = []
        out.reserveCapacity(entries.reduce(0) { $0 + 2 + $1.count })
        for entry in entries {
            guard let length = UInt16(exactly: entry.count) else {
                throw LogError(.tooLarge, "an entry has at most \(LogLimits.entryBytesMax) bytes")
            }
            out.append(bigEndian: length)
            out.append(contentsOf: entry)
        }
        return out
    }

    /// Reads exactly `width` entries. Throws `log.bad-bundle`.
    public static func entries(in bytes: [UInt8], width: Int) throws -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var offset = 0
        for number in 0..<width {
            let failure = LogError(.badBundle, "the bundle ends within an entry", at: "entry \(number)")
            guard bytes.count - offset >= 2 else { throw failure }
            let end = offset + 2 + (Int(bytes[offset]) << 8 | Int(bytes[offset + 1]))
            guard end <= bytes.count else { throw failure }
            entries.append(Array(bytes[(offset + 2)..<end]))
            offset = end
        }
        guard offset == bytes.count else {
            throw LogError(.badBundle, "\(bytes.count - offset) bytes after the last entry")
        }
        return entries
    }
}
