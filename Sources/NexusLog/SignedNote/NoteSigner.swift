import Crypto
public import NexusBase

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
