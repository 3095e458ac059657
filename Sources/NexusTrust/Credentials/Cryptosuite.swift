import Crypto
import NexusBase

/// The Data Integrity cryptosuites that canonicalise with JCS (W3C vc-di-eddsa, vc-di-ecdsa). Those that canonicalise
/// RDF are not read: that would need JSON-LD processing.
public enum Cryptosuite: String, Sendable, Hashable, CaseIterable {
    case eddsaJCS2022 = "eddsa-jcs-2022"
    case ecdsaJCS2019 = "ecdsa-jcs-2019"

    /// Whether keys of the kind make proofs of this suite.
    func takes(_ kind: KeyKind) -> Bool {
        switch self {
        case .eddsaJCS2022: kind == .ed25519
        case .ecdsaJCS2019: kind == .p256 || kind == .p384
        }
    }

    /// The suite that a key of the kind makes proofs of. Post-quantum keys have none registered: they sign tokens.
    init?(for kind: KeyKind) {
        guard let suite = Self.allCases.first(where: { $0.takes(kind) }) else { return nil }
        self = suite
    }

    /// What is signed: the hash of the proof's configuration, then the hash of the document, by SHA-256, or by SHA-384
    /// for P-384.
    static func hashData(configuration: JSON, document: JSON, kind: KeyKind) -> [UInt8] {
        [configuration, document].flatMap { hash($0.canonicalBytes, kind) }
    }

    static func hash(_ bytes: [UInt8], _ kind: KeyKind) -> [UInt8] {
        kind == .p384 ? Array(SHA384.hash(data: bytes)) : Array(SHA256.hash(data: bytes))
    }
}
