import Crypto
public import NexusBase
import NexusSignatures

/// Signs notes. For keys that live elsewhere: sign `VerifierKey.message(for:time:)` there and make the line with
/// `VerifierKey.line(signature:time:)`.
public protocol NoteSigner: Sendable {
    var key: VerifierKey { get }
    /// Signs a note of `text`; `time`, in seconds since 1970, is for cosignatures and passed over by others.
    func sign(_ text: Text, time: Int64) throws -> NoteSignature
}

/// An Ed25519 key in memory: the log's own (`.ed25519`) or a witness's (`.cosignatureEd25519`).
public struct Ed25519NoteSigner: NoteSigner {
    public let key: VerifierKey
    private let seed: [UInt8]

    /// `seed` is the 32-byte private key of RFC 8032. Throws `log.bad-key`.
    public init(name: Text, seed: [UInt8], type: NoteSignatureType = .ed25519) throws {
        guard type != .cosignatureMLDSA44, let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else {
            throw LogError(.badKey, "an Ed25519 seed has 32 bytes and signs types 1 and 4")
        }
        self.seed = seed
        key = try VerifierKey(name: name, type: type, publicKey: Array(secret.publicKey.rawRepresentation))
    }

    public func sign(_ text: Text, time: Int64 = 0) throws -> NoteSignature {
        let secret = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        return try key.line(
            signature: Array(secret.signature(for: key.message(for: text, time: time))), time: time)
    }
}

/// A cosigner's ML-DSA-44 key in memory (tlog-cosignature, "ML-DSA-44 signed message").
public struct MLDSA44NoteSigner: NoteSigner {
    public let key: VerifierKey
    private let seed: [UInt8]
    private let randomizer: [UInt8]?

    /// `seed` is the 32-byte seed of FIPS 204. Throws `log.bad-key`. Signatures are hedged; with `isDeterministic` they
    /// are FIPS 204's deterministic ones, which can be made again.
    public init(name: Text, seed: [UInt8], isDeterministic: Bool = false) throws {
        guard seed.count == MLDSA44.seedBytes else {
            throw LogError(.badKey, "an ML-DSA-44 seed has \(MLDSA44.seedBytes) bytes")
        }
        self.seed = seed
        randomizer = isDeterministic ? [UInt8](repeating: 0, count: 32) : nil
        key = try VerifierKey(name: name, type: .cosignatureMLDSA44, publicKey: MLDSA44.publicKey(seed: seed))
    }

    /// Throws `log.bad-checkpoint` for a text that is none: this type signs checkpoints, not notes.
    public func sign(_ text: Text, time: Int64) throws -> NoteSignature {
        let message = try key.message(for: text, time: time)
        return try key.line(signature: MLDSA44.sign(message, seed: seed, randomizer: randomizer), time: time)
    }
}
