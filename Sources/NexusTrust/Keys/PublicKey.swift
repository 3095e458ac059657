import Crypto
public import NexusBase

/// A public key of any kind that DID documents hold. Envelopes take `VerificationKey`, which has fewer kinds and one
/// stricter rule (low s).
public struct PublicKey: Sendable, Hashable {
    public let kind: KeyKind
    public let bytes: [UInt8]

    /// Throws `trust.bad-key` if the bytes are no key of the kind.
    public init(kind: KeyKind, bytes: [UInt8]) throws {
        guard bytes.count == kind.byteCount else {
            throw TrustError(.badKey, "a \(kind.rawValue) key has \(kind.byteCount) bytes, not \(bytes.count)")
        }
        do {
            switch kind {
            case .p256: _ = try P256.Signing.PublicKey(compressedRepresentation: bytes)
            case .p384: _ = try P384.Signing.PublicKey(compressedRepresentation: bytes)
            case .p521: _ = try P521.Signing.PublicKey(compressedRepresentation: bytes)
            case .ed25519, .x25519, .mlDSA65, .hybrid, .slhDSA128s: break
            }
        } catch {
            throw TrustError(.badKey, "not a point of \(kind.rawValue)", cause: error)
        }
        self.kind = kind
        self.bytes = bytes
    }

    public init(_ key: VerificationKey) {
        // Every suite's keys are of the kind of that suite.
        kind = KeyKind.allCases.first { $0.suite == key.suite } ?? .ed25519
        bytes = key.bytes
    }

    /// The key as envelopes use it. Throws `trust.unknown-suite` for kinds that sign no envelopes.
    public func verificationKey() throws -> VerificationKey {
        guard let suite = kind.suite else {
            throw TrustError(.unknownSuite, "\(kind.rawValue) signs no envelopes")
        }
        return try VerificationKey(suite: suite, bytes: bytes)
    }

    /// Multibase base58btc of codec and key: what did:key and `Multikey` hold.
    public var multibase: Text { Text("z" + Base58.encode(kind.codec + bytes)) }

    /// Reads `multibase`. Throws `trust.bad-key` for what is not base58btc, `trust.unknown-suite` for another codec.
    public init(multibase text: Text) throws {
        guard text.utf8.first == UInt8(ascii: "z"), text.utf8.count <= TrustLimits.didKeyBytesMax else {
            throw TrustError(.badKey, "multibase z and at most \(TrustLimits.didKeyBytesMax) characters are read")
        }
        let decoded: [UInt8]
        do { decoded = try Base58.decode(text.string.dropFirst()) } catch {
            throw TrustError(.badKey, "not base58btc")
        }
        guard let kind = KeyKind.allCases.first(where: { decoded.starts(with: $0.codec) }) else {
            throw TrustError(.unknownSuite, "a multikey of a kind that is not read here")
        }
        try self.init(kind: kind, bytes: Array(decoded.dropFirst(kind.codec.count)))
    }

    /// Whether the key made `signature` over `message`, as JOSE and Data Integrity sign: NIST curves with the hash of
    /// their size (SHA-256, 384, 512), raw r ‖ s of whichever s; the others as envelopes do. Never true for X25519.
    public func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        switch kind {
        case .p256:
            guard let key = try? P256.Signing.PublicKey(compressedRepresentation: bytes),
                let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(parsed, for: message)
        case .p384:
            guard let key = try? P384.Signing.PublicKey(compressedRepresentation: bytes),
                let parsed = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(parsed, for: message)
        case .p521:
            guard let key = try? P521.Signing.PublicKey(compressedRepresentation: bytes),
                let parsed = try? P521.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(parsed, for: message)
        case .x25519: return false
        case .ed25519, .mlDSA65, .hybrid, .slhDSA128s:
            return (try? verificationKey().isValid(signature, over: message)) ?? false
        }
    }
}
