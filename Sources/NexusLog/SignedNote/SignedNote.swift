public import NexusBase

/// One signature line of a note: `— <name> <base64 of key id ‖ signature>`.
public struct NoteSignature: Sendable, Hashable {
    public let name: Text
    public let keyID: UInt32
    /// What follows the key id.
    public let bytes: [UInt8]

    /// Throws `log.bad-note` for a name that no key can have or a signature of no or too many bytes.
    public init(name: Text, keyID: UInt32, bytes: [UInt8]) throws {
        guard Lines.isKeyName(name), !bytes.isEmpty, bytes.count <= LogLimits.signatureBytesMax else {
            throw LogError(.badNote, "not a signature: name \"\(name)\", \(bytes.count) bytes")
        }
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// Reads a line without its newline. Throws `log.bad-note`.
    public init(parsing line: some Collection<UInt8>) throws {
        let failure = LogError(.badNote, "a signature line reads \u{2014} name base64")
        let parts = Array(line).split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("\u{2014}".utf8), let name = Lines.text(parts[1]),
            let bytes = Lines.base64(parts[2]), bytes.count > 4
        else { throw failure }
        try self.init(
            name: Text(name), keyID: UInt32(bytes.prefix(4).bigEndianValue), bytes: Array(bytes.dropFirst(4)))
    }

    /// The line, without its newline.
    public var line: Text {
        var key: [UInt8] = []
        key.append(bigEndian: keyID)
        return Text("\u{2014} \(name) \(Base64.encode(key + bytes))")
    }
}

/// Text with the signatures of one or more keys (c2sp.org/signed-note). Nothing of it may be believed before `verify`.
public struct SignedNote: Sendable, Hashable {
    /// With its final newline.
    public let text: Text
    public var signatures: [NoteSignature]

    /// Throws `log.bad-note` for text that is empty, does not end in a newline or holds control characters.
    public init(text: Text, signatures: [NoteSignature]) throws {
        guard let last = text.utf8.last, last == 0x0A, Lines.text(text.utf8) != nil else {
            throw LogError(.badNote, "a note's text ends in a newline and has no control characters")
        }
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note of at most `LogLimits.noteBytesMax` bytes and `.noteSignaturesMax` signatures; written again it has
    /// the same bytes. Throws `log.bad-note` or `log.too-large`.
    public init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= LogLimits.noteBytesMax else {
            throw LogError(.tooLarge, "a note has at most \(LogLimits.noteBytesMax) bytes")
        }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw LogError(.badNote, "a note has no control characters but newline")
        }
        // The last empty line separates: text may hold empty lines, signature lines are none.
        guard let gap = bytes.indices.dropLast().last(where: { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }),
            let lines = Lines.split(bytes[(gap + 2)...])
        else { throw LogError(.badNote, "a note is text, an empty line and signature lines") }
        guard lines.count <= LogLimits.noteSignaturesMax else {
            throw LogError(.tooLarge, "a note has at most \(LogLimits.noteSignaturesMax) signatures")
        }
        guard let text = Lines.text(bytes[...gap]) else { throw LogError(.badNote, "a note is UTF-8") }
        try self.init(
            text: Text(text),
            signatures: lines.enumerated().map { index, line in
                do { return try NoteSignature(parsing: line) } catch let error as LogError {
                    throw error.at("signature \(index + 1)")
                }
            })
    }

    public var bytes: [UInt8] {
        var out = text.bytes
        out.append(0x0A)
        for signature in signatures {
            out.append(contentsOf: signature.line.utf8)
            out.append(0x0A)
        }
        return out
    }

    /// Verifies every line by one of `keys`; lines by others are passed over and handed back.
    ///
    /// Throws `log.bad-signature` if a line by a known key does not verify, `log.no-known-signature` if there is none.
    /// Repeated lines of one key count once, the first.
    public func verify(by keys: [VerifierKey]) throws -> VerifiedSignatures {
        var verified: [VerifiedSignatures.Signature] = []
        var unknown: [NoteSignature] = []
        for line in signatures {
            guard let key = keys.first(where: { $0.signed(line) }) else {
                unknown.append(line)
                continue
            }
            let time = try key.verify(line, over: text)
            if verified.contains(where: { $0.key == key }) { continue }
            verified.append(VerifiedSignatures.Signature(key: key, time: time))
        }
        guard !verified.isEmpty else {
            throw LogError(.noKnownSignature, "none of the \(signatures.count) signatures is by a known key")
        }
        return VerifiedSignatures(signatures: verified, unknown: unknown)
    }
}

/// Which keys signed a note.
public struct VerifiedSignatures: Sendable, Hashable {
    public struct Signature: Sendable, Hashable {
        public let key: VerifierKey
        /// When a cosignature says it was made: seconds since 1970, 0 if it says nothing.
        public let time: Int64?
    }

    /// Each key once, in the order of the lines; at least one.
    public let signatures: [Signature]
    /// Lines by keys that were not given: nothing is known about them.
    public let unknown: [NoteSignature]

    public var keys: [VerifierKey] { signatures.map(\.key) }
}
