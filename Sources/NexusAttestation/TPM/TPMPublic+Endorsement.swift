internal import NexusBase

extension TPMPublic {
    /// The endorsement key that a certificate is of, with the hash and the cipher of the template that makers use for
    /// keys of its kind (TCG EK Credential Profile for TPM 2.0, annex B). A challenge needs these, not the policy,
    /// which is left out: `name` is not the key's.
    ///
    /// Throws `attestation.unsupported-algorithm` for a key of no template.
    public init(endorsementKeyOf certificate: Certificate) throws {
        var bytes: [UInt8]
        switch certificate.publicKey.material {
        case .p256(let encoded):
            bytes = Self.endorsementArea(TPMAlgorithm.ecc, isLow: true)
            bytes += Self.pointArea(TPMAlgorithm.curveP256, encoded)
        case .p384(let encoded):
            bytes = Self.endorsementArea(TPMAlgorithm.ecc, isLow: false)
            bytes += Self.pointArea(TPMAlgorithm.curveP384, encoded)
        case .rsa(let modulus, let exponent):
            guard exponent == [1, 0, 1] else {
                throw AttestationError(
                    .unsupportedAlgorithm, "endorsement keys have the exponent 65537", at: "endorsement[0]")
            }
            bytes = Self.endorsementArea(TPMAlgorithm.rsa, isLow: modulus.count == 256)
            bytes += Self.big(modulus.count * 8)
            bytes += [0, 0, 0, 0]
            bytes += TPM2B.framed(modulus)
        }
        try self.init(parsing: bytes, at: "endorsement[0]")
    }

    /// What comes before the key itself.
    private static func endorsementArea(_ type: UInt16, isLow: Bool) -> [UInt8] {
        var area = big(Int(type))
        area += big(Int(isLow ? HashName.sha256.tpm : HashName.sha384.tpm))
        // fixedTPM, fixedParent, sensitiveDataOrigin, adminWithPolicy, restricted, decrypt.
        area += [0x00, 0x03, 0x00, 0xB2]
        area += TPM2B.framed([])
        area += big(Int(TPMAlgorithm.aes))
        area += big(isLow ? 128 : 256)
        area += big(Int(TPMAlgorithm.cfb))
        area += big(Int(TPMAlgorithm.null))
        return area
    }

    private static func pointArea(_ curve: UInt16, _ point: [UInt8]) -> [UInt8] {
        let size = (point.count - 1) / 2
        var area = big(Int(curve))
        area += big(Int(TPMAlgorithm.null))
        area += TPM2B.framed(Array(point[1...size]))
        area += TPM2B.framed(Array(point[(size + 1)...]))
        return area
    }

    private static func big(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)] }
}
