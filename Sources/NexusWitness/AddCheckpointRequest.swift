public import NexusBase
public import NexusLog

/// The body of `add-checkpoint` (c2sp.org/tlog-witness): old size, consistency proof, signed checkpoint.
public struct AddCheckpointRequest: Sendable, Hashable {
    public let oldSize: Int
    public let proof: [Digest]
    public let checkpoint: SignedCheckpoint

    public init(oldSize: Int, proof: [Digest], checkpoint: SignedCheckpoint) {
        self.oldSize = oldSize
        self.proof = proof
        self.checkpoint = checkpoint
    }

    public var bytes: [UInt8] {
        var head = "old \(oldSize)\n"
        for hash in proof { head += Base64.encode(hash.bytes) + "\n" }
        return Array((head + "\n").utf8) + checkpoint.bytes
    }

    /// Reads a body; written again it has the same bytes. Throws `witness.bad-request` or `.too-large`.
    public init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= WitnessLimits.requestBytesMax else {
            throw WitnessError(.tooLarge, "a request has at most \(WitnessLimits.requestBytesMax) bytes")
        }
        // Proof lines are not empty, so the first empty line ends the head.
        guard let gap = bytes.indices.dropLast().first(where: { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }) else {
            throw WitnessError(.badRequest, "a request has an empty line before its checkpoint")
        }
        let lines = bytes[..<gap].split(separator: 0x0A, omittingEmptySubsequences: false)
        let old = String(decoding: lines[0], as: UTF8.self)
        guard lines[0].starts(with: "old ".utf8), let oldSize = Decimal.read(lines[0].dropFirst(4)) else {
            throw WitnessError(.badRequest, "not \"old\" and a size: \"\(old.prefix(80))\"", at: "line 1")
        }
        guard lines.count - 1 <= LogLimits.proofHashesMax else {
            throw WitnessError(.badRequest, "a proof has at most \(LogLimits.proofHashesMax) hashes")
        }
        self.oldSize = oldSize
        proof = try lines.dropFirst().enumerated().map { index, line in
            guard let hash = try? Digest(bytes: Base64.decode(String(decoding: line, as: UTF8.self))) else {
                throw WitnessError(.badRequest, "not the base64 of a SHA-256 hash", at: "line \(index + 2)")
            }
            return hash
        }
        do { checkpoint = try SignedCheckpoint(parsing: Array(bytes[(gap + 2)...])) } catch let error as LogError {
            throw WitnessError(.badRequest, error.message, at: "checkpoint", cause: error)
        }
    }
}

/// ASCII decimal without leading zeros.
enum Decimal {
    static func read(_ digits: some Collection<UInt8>) -> Int? {
        guard let first = digits.first, digits.count == 1 || first != 0x30, digits.count <= 19,
            digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(String(decoding: digits, as: UTF8.self)), value <= LogLimits.treeSizeMax
        else { return nil }
        return value
    }
}
