import Crypto
import NexusBase
import NexusSignatures

/// A private key and the suite it belongs to. Its description never shows the secret.
public struct SigningKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private enum Secret: Sendable {
        case ed25519(Curve25519.Signing.PrivateKey)
        case ecdsaP256(P256.Signing.PrivateKey)
        case mlDSA65(MLDSA65.PrivateKey)
        case hybrid(Curve25519.Signing.PrivateKey, MLDSA65.PrivateKey)
        case slhDSA128s(privateKey: [UInt8])
    }

    private let secret: Secret
    public let publicKey: VerificationKey

    /// `secret` is the suite's raw private key, `suite.secretBytes` long: a seed, or P-256's scalar. The hybrid's is
    /// the Ed25519 seed and then the ML-DSA-65 seed. Throws `trust.bad-key`.
    public init(suite: SignatureSuite, secret: [UInt8]) throws {
        let failure = TrustError(.badKey, "not a private key of \(suite.rawValue)")
        guard secret.count == suite.secretBytes else { throw failure }
        do {
            let key: [UInt8]
            (self.secret, key) = try Self.derive(suite, secret)
            publicKey = try VerificationKey(suite: suite, bytes: key)
        } catch let error as TrustError {
            throw error
        } catch {
            throw failure
        }
    }

    private static func derive(_ suite: SignatureSuite, _ secret: [UInt8]) throws -> (Secret, [UInt8]) {
        switch suite {
        case .ed25519:
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: secret)
            return (.ed25519(key), Array(key.publicKey.rawRepresentation))
        case .ecdsaP256:
            let key = try P256.Signing.PrivateKey(rawRepresentation: secret)
            return (.ecdsaP256(key), Array(key.publicKey.compressedRepresentation))
        case .mlDSA65:
            let key = try MLDSA65.PrivateKey(seedRepresentation: secret, publicKey: nil)
            return (.mlDSA65(key), Array(key.publicKey.rawRepresentation))
        case .hybrid:
            let first = try Curve25519.Signing.PrivateKey(rawRepresentation: secret[..<32])
            let second = try MLDSA65.PrivateKey(seedRepresentation: secret[32...], publicKey: nil)
            let key = Array(first.publicKey.rawRepresentation) + Array(second.publicKey.rawRepresentation)
            return (.hybrid(first, second), key)
        case .slhDSA128s:
            let pair = SLHDSA128s.keyPair(seed: secret)
            return (.slhDSA128s(privateKey: pair.privateKey), pair.publicKey)
        }
    }

    public var did: DID { publicKey.did }
    public var description: String { "SigningKey(\(publicKey.did))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }

    /// Signs `message`. ECDSA signatures are normalised to low s; those of ML-DSA and SLH-DSA are hedged, so that two
    /// over one message differ.
    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch secret {
        case .ed25519(let key):
            return Array(try key.signature(for: message))
        case .ecdsaP256(let key):
            let raw = Array(try key.signature(for: message).rawRepresentation)
            return Array(raw[..<32]) + P256Order.lowered(raw[32...])
        case .mlDSA65(let key):
            return Array(try key.signature(for: message))
        case .hybrid(let first, let second):
            let bound = HybridMessage.bytes(key: publicKey.bytes, message: message)
            return Array(try first.signature(for: bound)) + Array(try second.signature(for: bound))
        case .slhDSA128s(let privateKey):
            return SLHDSA128s.sign(message, privateKey: privateKey)
        }
    }

    /// The raw secret, for the key store only.
    package var rawSecret: [UInt8] {
        switch secret {
        case .ed25519(let key): Array(key.rawRepresentation)
        case .ecdsaP256(let key): Array(key.rawRepresentation)
        case .mlDSA65(let key): Array(key.seedRepresentation)
        case .hybrid(let first, let second): Array(first.rawRepresentation) + Array(second.seedRepresentation)
        case .slhDSA128s(let privateKey): Array(privateKey[..<48])
        }
    }
}
