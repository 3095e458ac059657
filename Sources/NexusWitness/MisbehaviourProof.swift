public import NexusBase
public import NexusLog

/// Two checkpoints of one log that cannot both be true, with what shows it (format log-misbehaviour-v1).
public struct MisbehaviourProof: Sendable, Hashable {
    public let old: SignedCheckpoint
    public let new: SignedCheckpoint
    /// The root of the first `old.size` entries in the tree of `new`.
    public let root: Digest
    /// The consistency proof from `root` to the new checkpoint's root.
    public let proof: [Digest]

    static let header = "nexus-log-misbehaviour-v1"

    public init(old: SignedCheckpoint, new: SignedCheckpoint, root: Digest, proof: [Digest]) {
        self.old = old
        self.new = new
        self.root = root
        self.proof = proof
    }

    public var bytes: [UInt8] {
        let (oldBytes, newBytes) = (old.bytes, new.bytes)
        var head = "\(Self.header)\nroot \(Base64.encode(root.bytes))\nold \(oldBytes.count)\nnew \(newBytes.count)\n"
        for hash in proof { head += Base64.encode(hash.bytes) + "\n" }
        return Array((head + "\n").utf8) + oldBytes + newBytes
    }

    /// Reads a file; written again it has the same bytes. Throws `witness.bad-proof-file` or `.too-large`.
    public init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= WitnessLimits.misbehaviourBytesMax else {
            throw WitnessError(.tooLarge, "a proof has at most \(WitnessLimits.misbehaviourBytesMax) bytes")
        }
        let failure = WitnessError(.badProofFile, "not a file of \(Self.header)")
        guard let gap = bytes.indices.dropLast().first(where: { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }) else {
            throw failure
        }
        let lines = bytes[..<gap].split(separator: 0x0A, omittingEmptySubsequences: false)
        func value(_ index: Int, _ name: String) throws -> ArraySlice<UInt8> {
            guard lines[index].starts(with: (name + " ").utf8) else { throw failure.at("line \(index + 1)") }
            return lines[index].dropFirst(name.utf8.count + 1)
        }
        func digest(_ line: ArraySlice<UInt8>, _ place: String) throws -> Digest {
            guard let hash = try? Digest(bytes: Base64.decode(String(decoding: line, as: UTF8.self))) else {
                throw failure.at(place)
            }
            return hash
        }
        guard lines.count >= 4, lines.count - 4 <= LogLimits.proofHashesMax,
            lines[0].elementsEqual(Self.header.utf8),
            let oldCount = try Decimal.read(value(2, "old")), let newCount = try Decimal.read(value(3, "new")),
            oldCount <= LogLimits.noteBytesMax, newCount <= LogLimits.noteBytesMax,
            gap + 2 + oldCount + newCount == bytes.count
        else { throw failure }
        root = try digest(value(1, "root"), "line 2")
        proof = try lines.dropFirst(4).enumerated().map { try digest($1, "line \($0 + 5)") }
        do {
            old = try SignedCheckpoint(parsing: Array(bytes[(gap + 2)..<(gap + 2 + oldCount)]))
            new = try SignedCheckpoint(parsing: Array(bytes[(gap + 2 + oldCount)...]))
        } catch let error as LogError {
            throw WitnessError(.badProofFile, error.message, cause: error)
        }
    }

    /// Checks that one of `keys` signed both checkpoints of `origin` and that they contradict each other; returns the
    /// keys that signed both. Throws `witness.not-misbehaviour`.
    public func verify(origin: Text, keys: [VerifierKey]) throws -> [VerifierKey] {
        let culprits: [VerifierKey]
        do {
            let first = try old.verify(origin: origin, by: keys).keys
            let second = try new.verify(origin: origin, by: keys).keys
            culprits = first.filter(second.contains)
            try TreeProof.verifyConsistency(
                oldSize: old.checkpoint.size, oldRoot: root, newSize: new.checkpoint.size, newRoot: new.checkpoint.root,
                proof: proof)
        } catch {
            throw WitnessError(.notMisbehaviour, "the file shows nothing", cause: error)
        }
        guard root != old.checkpoint.root else {
            throw WitnessError(.notMisbehaviour, "the two checkpoints agree")
        }
        guard !culprits.isEmpty else {
            throw WitnessError(.notMisbehaviour, "no key signed both checkpoints")
        }
        return culprits
    }
}
