public import NexusBase

/// A file that proves offline that an entry is in a log (c2sp.org/tlog-proof): index, path and signed checkpoint.
public struct LogProof: Sendable, Hashable {
    /// Whatever the application wants beside; nothing vouches for it.
    public let extra: [UInt8]?
    public let index: Int
    public let path: [Digest]
    public let checkpoint: SignedCheckpoint

    static let header = "c2sp.org/tlog-proof@v1"

    /// Throws `log.bad-proof-file` for an index below 0, too long a path, or too much extra data.
    public init(extra: [UInt8]? = nil, index: Int, path: [Digest], checkpoint: SignedCheckpoint) throws {
        guard index >= 0, path.count <= LogLimits.proofHashesMax,
            extra?.count ?? 0 <= LogLimits.proofExtraBytesMax
        else { throw LogError(.badProofFile, "at most \(LogLimits.proofHashesMax) hashes") }
        self.extra = extra
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
    }

    public var bytes: [UInt8] {
        var head = Self.header + "\n"
        if let extra { head += "extra \(Base64.encode(extra))\n" }
        head += "index \(index)\n"
        for hash in path { head += Base64.encode(hash.bytes) + "\n" }
        return Array((head + "\n").utf8) + checkpoint.bytes
    }

    /// Reads a file; written again it has the same bytes.
    /// Throws `log.bad-proof-file`, or what the checkpoint in it deserves.
    public init(parsing bytes: [UInt8]) throws {
        // The first empty line ends the head; the checkpoint has its own after it.
        guard bytes.count <= LogLimits.noteBytesMax + 2 * LogLimits.proofExtraBytesMax,
            let gap = bytes.indices.dropLast().first(where: { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }),
            var lines = Lines.split(bytes[...gap])?[...], lines.popFirst()?.elementsEqual(Self.header.utf8) == true
        else { throw LogError(.badProofFile, "a proof begins with \(Self.header) and ends in a checkpoint") }
        var extra: [UInt8]?
        if let line = lines.first, line.starts(with: "extra ".utf8) {
            extra = Lines.base64(line.dropFirst(6))
            guard extra != nil else { throw LogError(.badProofFile, "not base64", at: "extra") }
            lines.removeFirst()
        }
        guard let line = lines.popFirst(), line.starts(with: "index ".utf8),
            let index = Lines.decimal(line.dropFirst(6))
        else { throw LogError(.badProofFile, "the index is missing or not a number", at: "index") }
        let path = try lines.enumerated().map { number, line in
            guard let hash = Lines.digest(line) else {
                throw LogError(.badProofFile, "not the base64 of a SHA-256 hash", at: "hash \(number + 1)")
            }
            return hash
        }
        try self.init(
            extra: extra, index: index, path: path,
            checkpoint: SignedCheckpoint(parsing: Array(bytes[(gap + 2)...])))
    }

    /// Checks that `leaf` is in the log of `origin` by the checkpoint's signatures, at the index this file says.
    /// Throws as `SignedCheckpoint.verify` does, and `log.bad-proof`. Whether the signatures suffice is the caller's.
    public func verify(leaf: Digest, origin: Text, by keys: [VerifierKey]) throws -> VerifiedSignatures {
        let signatures = try checkpoint.verify(origin: origin, by: keys)
        try TreeProof.verifyInclusion(
            leaf: leaf, index: index, size: checkpoint.checkpoint.size, path: path, root: checkpoint.checkpoint.root)
        return signatures
    }
}
