public import NexusBase

/// A log's tree head (c2sp.org/tlog-checkpoint): origin, size, root, and extension lines that nobody audits.
public struct Checkpoint: Sendable, Hashable {
    public let origin: Text
    /// Leaves, up to `LogLimits.treeSizeMax`.
    public let size: Int
    public let root: Digest
    public let extensions: [Text]

    /// Throws `log.bad-checkpoint`.
    public init(origin: Text, size: Int, root: Digest, extensions: [Text] = []) throws {
        guard Lines.isOrigin(origin) else { throw LogError(.badCheckpoint, "an origin is one line of text") }
        guard (0...LogLimits.treeSizeMax).contains(size) else {
            throw LogError(.badCheckpoint, "a tree has at most \(LogLimits.treeSizeMax) leaves")
        }
        guard size > 0 || root == Digest(of: []) else {
            throw LogError(.badCheckpoint, "the root of an empty tree is the hash of nothing")
        }
        guard extensions.count <= LogLimits.extensionLinesMax,
            extensions.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x20 } })
        else {
            throw LogError(
                .badCheckpoint, "at most \(LogLimits.extensionLinesMax) extension lines, none empty")
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads a note's text. Throws `log.bad-checkpoint`.
    public init(text: Text) throws {
        let bytes = text.bytes
        guard let lines = Lines.split(bytes[...]), lines.count >= 3 else {
            throw LogError(.badCheckpoint, "a checkpoint has an origin, a size and a root")
        }
        guard let size = Lines.decimal(lines[1]) else {
            throw LogError(.badCheckpoint, "not a tree size", at: "line 2")
        }
        guard let root = Lines.digest(lines[2]) else {
            throw LogError(.badCheckpoint, "not the base64 of a SHA-256 hash", at: "line 3")
        }
        let texts = lines.map { Text(String(decoding: $0, as: UTF8.self)) }
        try self.init(origin: texts[0], size: size, root: root, extensions: Array(texts.dropFirst(3)))
    }

    /// The text that is signed, with its final newline.
    public var text: Text {
        Text(
            "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n"
                + extensions.map { $0.string + "\n" }.joined())
    }
}

/// A checkpoint with its signatures. Nothing of it may be believed before `verify`.
public struct SignedCheckpoint: Sendable, Hashable {
    public let checkpoint: Checkpoint
    public private(set) var note: SignedNote

    /// Throws `log.bad-checkpoint` if the note's text is none.
    public init(note: SignedNote) throws {
        checkpoint = try Checkpoint(text: note.text)
        self.note = note
    }

    /// Throws `log.bad-note`, `.too-large` or `.bad-checkpoint`.
    public init(parsing bytes: [UInt8]) throws { try self.init(note: SignedNote(parsing: bytes)) }

    /// Signs `checkpoint` with the log's key.
    public init(_ checkpoint: Checkpoint, signedBy signer: some NoteSigner) throws {
        self.checkpoint = checkpoint
        note = try SignedNote(text: checkpoint.text, signatures: [signer.sign(checkpoint.text, time: 0)])
    }

    public var bytes: [UInt8] { note.bytes }

    /// Verifies as `SignedNote.verify` does, and that the checkpoint is of `origin`, or throws `log.wrong-origin`.
    public func verify(origin: Text, by keys: [VerifierKey]) throws -> VerifiedSignatures {
        let verified = try note.verify(by: keys)
        guard checkpoint.origin == origin else {
            throw LogError(.wrongOrigin, "the checkpoint is of \(checkpoint.origin), not of \(origin)")
        }
        return verified
    }

    /// Adds signature lines that are not there yet. Verify them first.
    public mutating func add(_ signatures: [NoteSignature]) {
        for signature in signatures where !note.signatures.contains(signature) { note.signatures.append(signature) }
    }
}
