import Crypto
import NexusBase

/// The hash functions that a time-stamp token may use.
enum HashName: CaseIterable {
    case sha256, sha384, sha512

    var name: [UInt8] {
        switch self {
        case .sha256: ObjectName.sha256
        case .sha384: ObjectName.sha384
        case .sha512: ObjectName.sha512
        }
    }

    init(_ name: [UInt8]) throws {
        guard let found = Self.allCases.first(where: { $0.name == name }) else {
            throw AnchorError(.notAllowed, "another hash function than SHA-256, SHA-384 and SHA-512")
        }
        self = found
    }

    func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        return switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha384: Array(SHA384.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        }
    }
}
