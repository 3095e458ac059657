import Crypto
import NexusBase

/// A way of signing. The suite belongs to the key: an envelope never chooses it.
public enum SignatureSuite: String, Sendable, Hashable, CaseIterable {
    /// RFC 8032; 32-byte keys, 64-byte signatures.
    case ed25519 = "Ed25519"
    /// FIPS 186-5 over P-256 with SHA-256; 33-byte compressed keys, 64-byte raw signatures with low s only.
    case ecdsaP256 = "ECDSA-P256"
}

/// A public key and the suite it belongs to.
public struct VerificationKey: Sendable, Hashable {
    public let suite: SignatureSuite
    public let bytes: [UInt8]

    /// Throws `trust.bad-key` if the bytes are no key of the suite.
    public init(suite: SignatureSuite, bytes: [UInt8]) throws {
        let count = suite == .ed25519 ? 32 : 33
        guard bytes.count == count else {
            throw TrustError(.badKey, "a \(suite.rawValue) key has \(count) bytes, not \(bytes.count)")
        }
        if suite == .ecdsaP256 {
            do { _ = try P256.Signing.PublicKey(compressedRepresentation: bytes) } catch {
                throw TrustError(.badKey, "not a point of P-256", cause: error)
            }
        }
        self.suite = suite
        self.bytes = bytes
    }

    /// Whether the key made `signature` over `message`. Malformed signatures are simply not valid.
    public func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard signature.count == 64 else { return false }
        switch suite {
        case .ed25519:
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
            return key.isValidSignature(signature, for: message)
        case .ecdsaP256:
            guard P256Order.isLow(signature[32...]),
                let key = try? P256.Signing.PublicKey(compressedRepresentation: bytes),
                let parsed = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(parsed, for: message)
        }
    }

    /// The key as its did:key identifier, which is also its key id in envelopes.
    public var did: DID { DID(key: self) }
}

/// A private key and the suite it belongs to. Its description never shows the secret.
public struct SigningKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private enum Secret: Sendable {
        case ed25519(Curve25519.Signing.PrivateKey)
        case ecdsaP256(P256.Signing.PrivateKey)
    }

    private let secret: Secret
    public let publicKey: VerificationKey

    /// `secret` is the suite's raw private key: 32 bytes for both suites. Throws `trust.bad-key`.
    public init(suite: SignatureSuite, secret: [UInt8]) throws {
        do {
            switch suite {
            case .ed25519:
                let key = try Curve25519.Signing.PrivateKey(rawRepresentation: secret)
                self.secret = .ed25519(key)
                publicKey = try VerificationKey(suite: suite, bytes: Array(key.publicKey.rawRepresentation))
            case .ecdsaP256:
                let key = try P256.Signing.PrivateKey(rawRepresentation: secret)
                self.secret = .ecdsaP256(key)
                publicKey = try VerificationKey(suite: suite, bytes: Array(key.publicKey.compressedRepresentation))
            }
        } catch let error as TrustError {
            throw error
        } catch {
            throw TrustError(.badKey, "not a private key of \(suite.rawValue)")
        }
    }

    public var did: DID { publicKey.did }
    public var description: String { "SigningKey(\(publicKey.did))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }

    /// Signs `message`. ECDSA signatures are normalised to low s.
    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch secret {
        case .ed25519(let key):
            return Array(try key.signature(for: message))
        case .ecdsaP256(let key):
            let raw = Array(try key.signature(for: message).rawRepresentation)
            return Array(raw[..<32]) + P256Order.lowered(raw[32...])
        }
    }

    /// The raw secret, for the key store only.
    package var rawSecret: [UInt8] {
        switch secret {
        case .ed25519(let key): Array(key.rawRepresentation)
        case .ecdsaP256(let key): Array(key.rawRepresentation)
        }
    }
}

/// Arithmetic on the order n of P-256, for the one rule that both s and n - s verify and only the lower is taken.
enum P256Order {
    static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    /// Whether s is at most n / 2.
    static func isLow(_ s: ArraySlice<UInt8>) -> Bool { !negated(s).lexicographicallyPrecedes(s) }
    static func lowered(_ s: ArraySlice<UInt8>) -> [UInt8] { isLow(s) ? Array(s) : negated(s) }

    private static func negated(_ s: ArraySlice<UInt8>) -> [UInt8] {
        var borrow = 0
        var out = [UInt8](repeating: 0, count: 32)
        for (index, byte) in s.enumerated().reversed() {
            let difference = Int(order[index]) - Int(byte) - borrow
            out[index] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        return out
    }
}
