/// A kind of public key that a DID names or a DID document holds. Those with a `suite` also sign envelopes.
public enum KeyKind: String, Sendable, Hashable, CaseIterable {
    /// RFC 8032, 32 bytes.
    case ed25519 = "Ed25519"
    /// RFC 7748, 32 bytes; agrees on keys, never signs.
    case x25519 = "X25519"
    /// FIPS 186-5, compressed points (SEC 1 section 2.3.3).
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"
    /// FIPS 204, 1952 bytes.
    case mlDSA65 = "ML-DSA-65"
    /// The Ed25519 key, then the ML-DSA-65 key.
    case hybrid = "Ed25519+ML-DSA-65"
    /// FIPS 205, 32 bytes.
    case slhDSA128s = "SLH-DSA-SHA2-128s"

    /// The envelope suite of the same keys, or nil where envelopes take none.
    public var suite: SignatureSuite? {
        switch self {
        case .ed25519: .ed25519
        case .p256: .ecdsaP256
        case .mlDSA65: .mlDSA65
        case .hybrid: .hybrid
        case .slhDSA128s: .slhDSA128s
        case .x25519, .p384, .p521: nil
        }
    }

    /// Bytes of a public key.
    public var byteCount: Int {
        switch self {
        case .x25519: 32
        case .p384: 49
        case .p521: 67
        case .ed25519, .p256, .mlDSA65, .hybrid, .slhDSA128s: suite?.publicKeyBytes ?? 0
        }
    }

    /// Whether a signature of the kind stands against an adversary with a quantum computer.
    public var isPostQuantum: Bool { suite?.isPostQuantum ?? false }

    /// The multicodec of the public key, as a varint.
    var codec: [UInt8] {
        switch self {
        case .x25519: [0xEC, 0x01]
        case .p384: [0x81, 0x24]
        case .p521: [0x82, 0x24]
        case .ed25519, .p256, .mlDSA65, .hybrid, .slhDSA128s: suite?.codec ?? []
        }
    }

    /// The coordinate size of a NIST curve.
    var coordinateBytes: Int? {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        case .ed25519, .x25519, .mlDSA65, .hybrid, .slhDSA128s: nil
        }
    }
}
