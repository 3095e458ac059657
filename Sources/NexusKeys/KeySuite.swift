import Crypto
import NexusSignatures
package import NexusTrust

/// What a key is for.
package enum KeySuite: String, Sendable, CaseIterable {
    /// Signing (RFC 8032).
    case ed25519
    /// Sealing (RFC 7748).
    case x25519
    /// Sealing, hybrid with ML-KEM-768 (draft-connolly-cfrg-xwing-kem); the private key is the seed.
    case xWing = "x-wing"
    /// TLS, and signing (FIPS 186-5).
    case p256
    /// Cosigning checkpoints (FIPS 204); the private key is the seed.
    case mlDSA44 = "ml-dsa-44"
    /// Signing (FIPS 204).
    case mlDSA65 = "ml-dsa-65"
    /// Signing, both at once.
    case hybrid = "ed25519+ml-dsa-65"
    /// Signing, for roots that live long (FIPS 205).
    case slhDSA128s = "slh-dsa-sha2-128s"

    /// The suite of signatures, or nil for keys that sign no documents.
    package var signatureSuite: SignatureSuite? {
        switch self {
        case .ed25519: .ed25519
        case .x25519, .xWing, .mlDSA44: nil
        case .p256: .ecdsaP256
        case .mlDSA65: .mlDSA65
        case .hybrid: .hybrid
        case .slhDSA128s: .slhDSA128s
        }
    }

    /// Whether key-file-v1 has room for the suite.
    var isOfVersion1: Bool { [.ed25519, .x25519, .p256, .mlDSA44].contains(self) }

    /// Bytes of a raw private key.
    var privateBytes: Int { signatureSuite?.secretBytes ?? 32 }

    func generate() -> [UInt8] {
        switch self {
        case .ed25519: Array(Curve25519.Signing.PrivateKey().rawRepresentation)
        case .x25519: Array(Curve25519.KeyAgreement.PrivateKey().rawRepresentation)
        case .p256: Array(P256.Signing.PrivateKey().rawRepresentation)
        case .xWing, .mlDSA44, .mlDSA65, .hybrid, .slhDSA128s: SecretBytes.random(privateBytes)
        }
    }

    /// The public key of a raw private key, or nil if it is none.
    func publicKey(of privateKey: [UInt8]) -> [UInt8]? {
        if self == .mlDSA44 {
            return privateKey.count == MLDSA44.seedBytes ? MLDSA44.publicKey(seed: privateKey) : nil
        }
        if self == .xWing {
            let key = try? XWingMLKEM768X25519.PrivateKey(seedRepresentation: privateKey, publicKey: nil)
            return key.map { Array($0.publicKey.rawRepresentation) }
        }
        guard let suite = signatureSuite else {
            return (try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey)).map {
                Array($0.publicKey.rawRepresentation)
            }
        }
        return (try? SigningKey(suite: suite, secret: privateKey))?.publicKey.bytes
    }
}
