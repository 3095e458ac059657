/// A way of signing. The suite belongs to the key: an envelope never chooses it (Documentation/Formats/envelope-v1.md).
public enum SignatureSuite: String, Sendable, Hashable, CaseIterable {
    /// RFC 8032; 32-byte keys, 64-byte signatures.
    case ed25519 = "Ed25519"
    /// FIPS 186-5 over P-256 with SHA-256; 33-byte compressed keys, 64-byte raw signatures with low s only.
    case ecdsaP256 = "ECDSA-P256"
    /// FIPS 204; 1952-byte keys, 3309-byte signatures.
    case mlDSA65 = "ML-DSA-65"
    /// Both of Ed25519 and ML-DSA-65, as one key and one signature: neither half verifies alone.
    case hybrid = "Ed25519+ML-DSA-65"
    /// FIPS 205, for roots that live long; 32-byte keys, 7856-byte signatures, slow to sign.
    case slhDSA128s = "SLH-DSA-SHA2-128s"

    /// Bytes of a public key.
    public var publicKeyBytes: Int {
        switch self {
        case .ed25519, .slhDSA128s: 32
        case .ecdsaP256: 33
        case .mlDSA65: 1952
        case .hybrid: 32 + 1952
        }
    }

    /// Bytes of a secret: a seed, or P-256's scalar.
    public var secretBytes: Int {
        switch self {
        case .ed25519, .ecdsaP256, .mlDSA65: 32
        case .hybrid: 64
        case .slhDSA128s: 48
        }
    }

    /// Bytes of a signature.
    public var signatureBytes: Int {
        switch self {
        case .ed25519, .ecdsaP256: 64
        case .mlDSA65: 3309
        case .hybrid: 64 + 3309
        case .slhDSA128s: 7856
        }
    }

    /// Whether a signature of the suite stands against an adversary with a quantum computer.
    public var isPostQuantum: Bool {
        switch self {
        case .ed25519, .ecdsaP256: false
        case .mlDSA65, .hybrid, .slhDSA128s: true
        }
    }

    /// The multicodec of a public key in did:key. The hybrid has none registered: 0x300001 is of the private range.
    var codec: [UInt8] {
        switch self {
        case .ed25519: [0xED, 0x01]
        case .ecdsaP256: [0x80, 0x24]
        case .mlDSA65: [0x91, 0x24]
        case .hybrid: [0x81, 0x80, 0xC0, 0x01]
        case .slhDSA128s: [0xA0, 0x24]
        }
    }
}
