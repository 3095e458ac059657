import Crypto

/// What a key is for.
package enum KeySuite: String, Sendable, CaseIterable {
    /// Signing (RFC 8032).
    case ed25519
    /// Sealing (RFC 7748).
    case x25519
    /// TLS (FIPS 186-5).
    case p256

    func generate() -> [UInt8] {
        switch self {
        case .ed25519: Array(Curve25519.Signing.PrivateKey().rawRepresentation)
        case .x25519: Array(Curve25519.KeyAgreement.PrivateKey().rawRepresentation)
        case .p256: Array(P256.Signing.PrivateKey().rawRepresentation)
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
        }
    }
}
