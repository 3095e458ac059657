internal import NexusBase

/// The public area of a TPM key (TPM 2.0 Part 2, TPMT_PUBLIC): RSA, P-256 or P-384.
public struct TPMPublic: Sendable, Hashable {
    /// Bits of TPMA_OBJECT.
    enum Attribute {
        static let fixedTPM: UInt32 = 1 << 1
        static let fixedParent: UInt32 = 1 << 4
        static let sensitiveDataOrigin: UInt32 = 1 << 5
        static let restricted: UInt32 = 1 << 16
        static let decrypt: UInt32 = 1 << 17
        static let sign: UInt32 = 1 << 18
    }

    public let bytes: [UInt8]
    let nameHash: HashName
    let attributes: UInt32
    /// Bits of the AES key that protects what is stored under this key; nil for signing keys.
    let symmetricBits: Int?
    /// The one signature scheme of the key, with its hash.
    let scheme: SignatureAlgorithm?
    public let key: PublicKey

    /// The key's name: its hash algorithm and the hash of its public area (TPM 2.0 Part 1, section 16).
    public var name: [UInt8] { [UInt8(nameHash.tpm >> 8), UInt8(nameHash.tpm & 0xFF)] + nameHash.digest(bytes) }

    /// Throws `attestation.malformed-tpm`, `.unsupported-algorithm`, `.too-large`.
    public init(parsing bytes: [UInt8], at place: String = "public") throws {
        self.bytes = bytes
        var reader = try ByteReader(tpm: bytes, place)
        let type: UInt16 = try reader.big("type")
        guard type == TPMAlgorithm.rsa || type == TPMAlgorithm.ecc else {
            throw AttestationError(.unsupportedAlgorithm, "keys are RSA or ECC", at: "\(place).type")
        }
        nameHash = try reader.tpmHash("nameAlgorithm")
        attributes = try reader.big("attributes")
        _ = try reader.sized("policy", max: 64)
        symmetricBits = try Self.symmetric(&reader)
        scheme = try Self.scheme(&reader, isRSA: type == TPMAlgorithm.rsa)
        let material = type == TPMAlgorithm.rsa ? try Self.rsa(&reader) : try Self.point(&reader)
        try reader.finish()
        key = PublicKey(material, der: [])
        guard key.isPoint else { throw AttestationError(.malformedTPM, "not a point of the curve", at: place) }
    }

    /// TPMT_SYM_DEF_OBJECT: none, or AES in CFB.
    private static func symmetric(_ reader: inout ByteReader) throws -> Int? {
        let algorithm: UInt16 = try reader.big("symmetric")
        if algorithm == TPMAlgorithm.null { return nil }
        let bits: UInt16 = try reader.big("symmetric.bits")
        let mode: UInt16 = try reader.big("symmetric.mode")
        guard algorithm == TPMAlgorithm.aes, [128, 256].contains(bits), mode == TPMAlgorithm.cfb else {
            throw AttestationError(.unsupportedAlgorithm, "AES in CFB or none", at: "\(reader.place).symmetric")
        }
        return Int(bits)
    }

    private static func scheme(_ reader: inout ByteReader, isRSA: Bool) throws -> SignatureAlgorithm? {
        let algorithm: UInt16 = try reader.big("scheme")
        switch (algorithm, isRSA) {
        case (TPMAlgorithm.null, _), (TPMAlgorithm.rsaes, true): return nil
        case (TPMAlgorithm.oaep, true):
            _ = try reader.tpmHash("scheme.hash")
            return nil
        case (TPMAlgorithm.rsassa, true): return .rsaPKCS1(try reader.tpmHash("scheme.hash"))
        case (TPMAlgorithm.rsapss, true): return .rsaPSS(try reader.tpmHash("scheme.hash"))
        case (TPMAlgorithm.ecdsa, false): return .ecdsa(try reader.tpmHash("scheme.hash"))
        default:
            throw AttestationError(
                .unsupportedAlgorithm, "the scheme 0x\(String(algorithm, radix: 16)) is not accepted",
                at: "\(reader.place).scheme")
        }
    }

    private static func rsa(_ reader: inout ByteReader) throws -> PublicKey.Material {
        let bits: UInt16 = try reader.big("bits")
        let exponent: UInt32 = try reader.big("exponent")
        let modulus = try reader.sized("modulus", max: AttestationLimits.rsaBits.upperBound / 8)
        // Zero means 65537.
        let value = exponent == 0 ? 65_537 : exponent
        let exponentBytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
        guard modulus.count * 8 == Int(bits), modulus.first.map({ $0 >= 0x80 }) == true else {
            throw reader.failure("a modulus has exactly the key's bits", "modulus")
        }
        return try PublicKey.rsa(
            modulus: modulus, exponent: Array(exponentBytes.drop { $0 == 0 }), at: "\(reader.place).modulus")
    }

    private static func point(_ reader: inout ByteReader) throws -> PublicKey.Material {
        let curve: UInt16 = try reader.big("curve")
        guard curve == TPMAlgorithm.curveP256 || curve == TPMAlgorithm.curveP384 else {
            throw AttestationError(.unsupportedAlgorithm, "curves are P-256 and P-384", at: "\(reader.place).curve")
        }
        let derivation: UInt16 = try reader.big("kdf")
        guard derivation == TPMAlgorithm.null else {
            throw AttestationError(.unsupportedAlgorithm, "no key derivation of its own", at: "\(reader.place).kdf")
        }
        let size = curve == TPMAlgorithm.curveP256 ? 32 : 48
        let point =
            try [UInt8(4)] + padded(reader.sized("x", max: size), size) + padded(reader.sized("y", max: size), size)
        return curve == TPMAlgorithm.curveP256 ? .p256(point) : .p384(point)
    }

    /// A number at its curve's full width.
    static func padded(_ number: [UInt8], _ size: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: size - number.count) + number
    }

    func has(_ bits: UInt32) -> Bool { attributes & bits == bits }

    /// A key that the TPM made, that never leaves it, and that signs only what the TPM itself writes. Any other key
    /// could be given a forged quote to sign. Throws `attestation.unsuitable-key`.
    func requireAttestationKey() throws {
        typealias Bits = Attribute
        let needed = Bits.fixedTPM | Bits.fixedParent | Bits.sensitiveDataOrigin | Bits.restricted | Bits.sign
        guard has(needed), attributes & Bits.decrypt == 0, scheme != nil else {
            throw AttestationError(
                .unsuitableKey, "an attestation key is restricted, signs, cannot decrypt, and never leaves its TPM",
                at: "attestationKey.attributes")
        }
    }

    /// A key that opens what is sealed to this TPM. Throws `attestation.unsuitable-key`.
    func requireEndorsementKey() throws {
        typealias Bits = Attribute
        let needed = Bits.fixedTPM | Bits.fixedParent | Bits.sensitiveDataOrigin | Bits.restricted | Bits.decrypt
        guard has(needed), attributes & Bits.sign == 0, symmetricBits != nil else {
            throw AttestationError(
                .unsuitableKey, "an endorsement key is restricted, decrypts, cannot sign, and never leaves its TPM",
                at: "endorsementKey.attributes")
        }
    }
}
