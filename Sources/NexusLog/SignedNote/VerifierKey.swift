import Crypto
public import NexusBase
import NexusSignatures

/// The signature types of signed-note that the log uses.
public enum NoteSignatureType: UInt8, Sendable, CaseIterable {
    /// Ed25519 over the note's text: the log's own signature.
    case ed25519 = 0x01
    /// Timestamped Ed25519 cosignature (tlog-cosignature, "Ed25519 signed message").
    case cosignatureEd25519 = 0x04
    /// Timestamped ML-DSA-44 cosignature (tlog-cosignature, "ML-DSA-44 signed message").
    case cosignatureMLDSA44 = 0x06

    /// Whether the signature begins with the time at which it was made.
    public var hasTime: Bool { self != .ed25519 }

    var publicKeyBytes: Int { self == .cosignatureMLDSA44 ? 1_312 : 32 }
    var signatureBytes: Int { self == .cosignatureMLDSA44 ? 2_420 : 64 }
}

/// A public key that signs notes, with its name: `<name>+<id, 8 hexadecimal digits>+<base64 of type ‖ key>`.
public struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    public let name: Text
    public let type: NoteSignatureType
    public let publicKey: [UInt8]
    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key).
    public let id: UInt32

    /// Throws `log.bad-key` for a name with spaces or plus, or a public key of the wrong length.
    public init(name: Text, type: NoteSignatureType, publicKey: [UInt8]) throws {
        guard Lines.isKeyName(name) else {
            throw LogError(.badKey, "a key name is not empty and has no spaces, plus or control characters")
        }
        guard publicKey.count == type.publicKeyBytes else {
            throw LogError(.badKey, "a public key of type \(type.rawValue) has \(type.publicKeyBytes) bytes")
        }
        self.name = name
        self.type = type
        self.publicKey = publicKey
        let digest = Digest(ofParts: name.bytes, [0x0A, type.rawValue], publicKey)
        id = UInt32(digest.bytes.prefix(4).bigEndianValue)
    }

    /// Reads the text form. Throws `log.bad-key`, or `log.unsupported-key` for another signature type.
    public init(parsing text: Text) throws {
        let failure = LogError(.badKey, "a verifier key reads name+id+base64", at: text.string)
        // The key's base64 may hold plus signs too: only the first two separate.
        let parts = text.bytes.split(separator: 0x2B, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let name = Lines.text(parts[0]), parts[1].count == 8,
            let id = try? Hex.decode(String(decoding: parts[1], as: UTF8.self)),
            let key = Lines.base64(parts[2]), let first = key.first
        else { throw failure }
        guard let type = NoteSignatureType(rawValue: first) else {
            throw LogError(.unsupportedKey, "signature type \(first)", at: text.string)
        }
        try self.init(name: Text(name), type: type, publicKey: Array(key.dropFirst()))
        guard id.bigEndianValue == UInt64(self.id) else {
            throw LogError(.badKey, "the id is not that of the key", at: text.string)
        }
    }

    public var text: Text {
        var number: [UInt8] = []
        number.append(bigEndian: id)
        return Text("\(name)+\(Hex.encode(number))+\(Base64.encode([type.rawValue] + publicKey))")
    }

    public var description: String { text.string }
}

extension VerifierKey {
    /// The bytes that this key signs for a note of `text`. `time`, in seconds since 1970, is for cosignatures.
    /// Throws `log.bad-checkpoint` where the type needs a checkpoint and `text` is none.
    public func message(for text: Text, time: Int64 = 0) throws -> [UInt8] {
        switch type {
        case .ed25519: return text.bytes
        case .cosignatureEd25519: return Array("cosignature/v1\ntime \(time)\n".utf8) + text.bytes
        case .cosignatureMLDSA44:
            let checkpoint = try Checkpoint(text: text)
            return try CosignedSubtree(
                origin: checkpoint.origin, range: 0..<checkpoint.size, hash: checkpoint.root
            ).message(cosigner: name, time: time)
        }
    }

    /// Puts raw signature bytes, made elsewhere over `message(for:time:)`, into a note's signature line.
    /// Throws `log.bad-signature` for a wrong length or a time below zero.
    public func line(signature: [UInt8], time: Int64 = 0) throws -> NoteSignature {
        guard signature.count == type.signatureBytes, time >= 0 else {
            throw LogError(.badSignature, "a signature of type \(type.rawValue) has \(type.signatureBytes) bytes")
        }
        var bytes: [UInt8] = []
        if type.hasTime { bytes.append(bigEndian: time) }
        return try NoteSignature(name: name, keyID: id, bytes: bytes + signature)
    }

    /// Whether `line` is by this key: the same name and id.
    public func signed(_ line: NoteSignature) -> Bool { line.keyID == id && line.name == name }

    /// Verifies a line of this key over `text` and returns its time, if the type has one.
    /// ML-DSA-44 is FIPS 204's pure form with an empty context. Throws `log.bad-signature`.
    public func verify(_ line: NoteSignature, over text: Text) throws -> Int64? {
        let failure = LogError(.badSignature, "the signature does not verify", at: name.string)
        let timeBytes = type.hasTime ? 8 : 0
        guard signed(line), line.bytes.count == timeBytes + type.signatureBytes else { throw failure }
        guard let time = Int64(exactly: line.bytes.prefix(timeBytes).bigEndianValue) else { throw failure }
        let signature = Array(line.bytes.dropFirst(timeBytes))
        let message = try message(for: text, time: time)
        let isValid: Bool
        switch type {
        case .ed25519, .cosignatureEd25519:
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
            isValid = key?.isValidSignature(signature, for: message) ?? false
        case .cosignatureMLDSA44:
            isValid = MLDSA44.isValid(signature, over: message, by: publicKey)
        }
        guard isValid else { throw failure }
        return type.hasTime ? time : nil
    }
}
