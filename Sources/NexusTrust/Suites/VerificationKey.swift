import Crypto
import NexusBase
import NexusSignatures

/// A public key and the suite it belongs to.
public struct VerificationKey: Sendable, Hashable {
    public let suite: SignatureSuite
    public let bytes: [UInt8]
    /// The key as its did:key identifier, which is also its key id in envelopes.
    public let did: DID

    /// Throws `trust.bad-key` if the bytes are no key of the suite.
    public init(suite: SignatureSuite, bytes: [UInt8]) throws {
        guard bytes.count == suite.publicKeyBytes else {
            throw TrustError(
                .badKey, "a \(suite.rawValue) key has \(suite.publicKeyBytes) bytes, not \(bytes.count)")
        }
        if suite == .ecdsaP256 {
            do { _ = try P256.Signing.PublicKey(compressedRepresentation: bytes) } catch {
                throw TrustError(.badKey, "not a point of P-256", cause: error)
            }
        }
        self.suite = suite
        self.bytes = bytes
        did = DID(suite: suite, key: bytes)
    }

    /// Whether the key made `signature` over `message`. Malformed signatures are simply not valid.
    public func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard signature.count == suite.signatureBytes else { return false }
        switch suite {
        case .ed25519:
            return Self.isValidEd25519(signature[...], over: message, by: bytes[...])
        case .ecdsaP256:
            guard P256Order.isLow(signature[32...]),
                let key = try? P256.Signing.PublicKey(compressedRepresentation: bytes),
                let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(parsed, for: message)
        case .mlDSA65:
            return Self.isValidMLDSA65(signature[...], over: message, by: bytes[...])
        case .hybrid:
            // Both are always computed: how long it takes does not tell which half failed.
            let bound = HybridMessage.bytes(key: bytes, message: message)
            let first = Self.isValidEd25519(signature[..<64], over: bound, by: bytes[..<32])
            let second = Self.isValidMLDSA65(signature[64...], over: bound, by: bytes[32...])
            return first && second
        case .slhDSA128s:
            return SLHDSA128s.isValid(signature, over: message, by: bytes)
        }
    }

    private static func isValidEd25519(
        _ signature: ArraySlice<UInt8>, over message: [UInt8], by key: ArraySlice<UInt8>
    ) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
        return key.isValidSignature(signature, for: message)
    }

    private static func isValidMLDSA65(
        _ signature: ArraySlice<UInt8>, over message: [UInt8], by key: ArraySlice<UInt8>
    ) -> Bool {
        guard let key = try? MLDSA65.PublicKey(rawRepresentation: key) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}

/// What both halves of a hybrid signature cover: a label and the digest of both keys go before the message, so that
/// neither half is a signature of its own key alone over anything.
enum HybridMessage {
    static func bytes(key: [UInt8], message: [UInt8]) -> [UInt8] {
        Array("nexus/hybrid/Ed25519+ML-DSA-65/v1\0".utf8) + NexusBase.Digest(of: key).bytes + message
    }
}
