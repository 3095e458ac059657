/// What payloads are sealed with (sealing-v1). Keys tell theirs by their length.
public enum SealingSuite: String, Sendable, Hashable, CaseIterable {
    /// DHKEM(X25519, HKDF-SHA256), RFC 9180.
    case x25519
    /// X-Wing: ML-KEM-768 and X25519, both of which must break (draft-connolly-cfrg-xwing-kem).
    case xWing = "x-wing"

    /// Bytes of a public key.
    public var publicBytes: Int {
        switch self {
        case .x25519: 32
        case .xWing: 1216
        }
    }

    /// Bytes of an encapsulated key.
    public var encapsulatedBytes: Int {
        switch self {
        case .x25519: 32
        case .xWing: 1120
        }
    }

    /// The suite whose public keys have so many bytes; nil for another count.
    public init?(publicBytes count: Int) {
        guard let suite = Self.allCases.first(where: { $0.publicBytes == count }) else { return nil }
        self = suite
    }

    /// The suite whose encapsulated keys have so many bytes; nil for another count.
    public init?(encapsulatedBytes count: Int) {
        guard let suite = Self.allCases.first(where: { $0.encapsulatedBytes == count }) else { return nil }
        self = suite
    }

    public var isPostQuantum: Bool { self == .xWing }

    /// The one that a new node of a rail takes.
    public init(for policy: SuitePolicy) { self = policy.requiresPostQuantum ? .xWing : .x25519 }
}
