internal import NexusBase

/// Algorithm identifiers of TPM 2.0 (Part 2, TPM_ALG_ID).
enum TPMAlgorithm {
    static let rsa: UInt16 = 0x0001
    static let aes: UInt16 = 0x0006
    static let null: UInt16 = 0x0010
    static let rsassa: UInt16 = 0x0014
    static let rsaes: UInt16 = 0x0015
    static let rsapss: UInt16 = 0x0016
    static let oaep: UInt16 = 0x0017
    static let ecdsa: UInt16 = 0x0018
    static let ecc: UInt16 = 0x0023
    static let cfb: UInt16 = 0x0043
    static let curveP256: UInt16 = 0x0003
    static let curveP384: UInt16 = 0x0004
}

extension HashName {
    /// SHA-1 banks and names are not accepted.
    init(tpm identifier: UInt16, at place: String) throws {
        switch identifier {
        case 0x000B: self = .sha256
        case 0x000C: self = .sha384
        case 0x000D: self = .sha512
        default:
            throw AttestationError(
                .unsupportedAlgorithm, "the hash 0x\(String(identifier, radix: 16)) is not accepted", at: place)
        }
    }

    var tpm: UInt16 {
        switch self {
        case .sha256: 0x000B
        case .sha384: 0x000C
        case .sha512: 0x000D
        }
    }
}

extension ByteReader {
    /// A reader over one TPM structure.
    init(tpm bytes: [UInt8], _ place: String) throws {
        guard bytes.count <= AttestationLimits.tpmStructureBytesMax else {
            throw AttestationError(
                .tooLarge, "a TPM structure has at most \(AttestationLimits.tpmStructureBytesMax) bytes", at: place)
        }
        self.init(bytes, code: .malformedTPM, place: place)
    }

    /// A TPM2B: two bytes of size, then the bytes.
    mutating func sized(_ field: String, max: Int) throws -> [UInt8] {
        let size: UInt16 = try big(field)
        guard size <= max else { throw failure("at most \(max) bytes, not \(size)", field) }
        return try take(Int(size), field)
    }

    mutating func tpmHash(_ field: String) throws -> HashName {
        try HashName(tpm: big(field), at: "\(place).\(field)")
    }
}
