import Crypto
import NexusSignatures

/// What a key is for.
package enum KeySuite: String, Sendable, CaseIterable {
    /// Signing (RFC 8032).
    case ed25519
    /// Sealing (RFC 7748).
    case x25519
    /// TLS (FIPS 186-5).
    case p256
    /// Cosigning checkpoints (FIPS 204); the private key is the seed.
    case mlDSA44 = "ml-dsa-44"

    func generate() -> [UInt8] {
        switch self {
        case .ed25519: Array(Curve25519.Signing.PrivateKey().rawRepresentation)
        case .x25519: Array(Curve25519.KeyAgreement.PrivateKey().rawRepresentation)
        case .p256: Array(P256.Signing.PrivateKey().rawRepresentation)
        case .mlDSA44: SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        }
    }

    /// The public key of a raw private key, or nil if it is none.
    func publicKey(of privateKey: [UInt8]) -> [UInt8]? {
        switch self {
        case .ed25519:
            (try? Curve25519.Signing.PrivateKey(rawRepresentation: privateKey)).map {
                Array($0.publicKey.rawRepresentation)
            }
        case .x25519:
            (try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey)).map {
                Array($0.publicKey.rawRepresentation)
            }
        case .p256:
            (try? P256.Signing.PrivateKey(rawRepresentation: privateKey)).map {
                Array($0.publicKey.compressedRepresentation)
            }
        case .mlDSA44:
            privateKey.count == MLDSA44.seedBytes ? MLDSA44.publicKey(seed: privateKey) : nil
        }
    }
}
