internal import Crypto
internal import Foundation

/// The hash functions that evidence is signed and measured with.
enum HashName: String, CaseIterable, Sendable, Hashable {
    case sha256, sha384, sha512

    var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let data = Array(bytes)
        return switch self {
        case .sha256: Array(SHA256.hash(data: data))
        case .sha384: Array(SHA384.hash(data: data))
        case .sha512: Array(SHA512.hash(data: data))
        }
    }
}
