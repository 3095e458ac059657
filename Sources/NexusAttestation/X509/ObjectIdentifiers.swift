internal import SwiftASN1

/// The object identifiers that certificates of attestation carry, by the document that names them.
enum OID {
    // RFC 5280 section 4.2.1
    static let subjectKeyIdentifier: ASN1ObjectIdentifier = [2, 5, 29, 14]
    static let keyUsage: ASN1ObjectIdentifier = [2, 5, 29, 15]
    static let subjectAlternativeName: ASN1ObjectIdentifier = [2, 5, 29, 17]
    static let basicConstraints: ASN1ObjectIdentifier = [2, 5, 29, 19]
    static let authorityKeyIdentifier: ASN1ObjectIdentifier = [2, 5, 29, 35]
    static let extendedKeyUsage: ASN1ObjectIdentifier = [2, 5, 29, 37]

    // RFC 8017 appendix A, RFC 5758, RFC 5480
    static let rsaEncryption: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 1]
    static let rsaesOAEP: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 7]
    static let mgf1: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 8]
    static let rsaPSS: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 10]
    static let rsaSHA256: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 11]
    static let rsaSHA384: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 12]
    static let rsaSHA512: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 13]
    static let ecdsaSHA256: ASN1ObjectIdentifier = [1, 2, 840, 10_045, 4, 3, 2]
    static let ecdsaSHA384: ASN1ObjectIdentifier = [1, 2, 840, 10_045, 4, 3, 3]
    static let ecdsaSHA512: ASN1ObjectIdentifier = [1, 2, 840, 10_045, 4, 3, 4]
    static let ecPublicKey: ASN1ObjectIdentifier = [1, 2, 840, 10_045, 2, 1]
    static let p256: ASN1ObjectIdentifier = [1, 2, 840, 10_045, 3, 1, 7]
    static let p384: ASN1ObjectIdentifier = [1, 3, 132, 0, 34]
    static let sha256: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 1]
    static let sha384: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 2]
    static let sha512: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 3]

    // AMD publication 57230, section 3 (VCEK and VLEK certificates)
    static let amdProductName: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 3704, 1, 2]
    static func amdSecurityVersion(_ part: UInt) -> ASN1ObjectIdentifier { amd([1, 3, part]) }
    static let amdHardwareID: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 3704, 1, 4]
    static let amdProviderID: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 3704, 1, 5]

    // Intel SGX PCK Certificate and CRL Profile Specification, section 1.3.5
    static let sgx: ASN1ObjectIdentifier = [1, 2, 840, 113_741, 1, 13, 1]

    // TCG EK Credential Profile for TPM Family 2.0, section 3.1
    static let tpmManufacturer: ASN1ObjectIdentifier = [2, 23, 133, 2, 1]
    static let tpmModel: ASN1ObjectIdentifier = [2, 23, 133, 2, 2]
    static let tpmVersion: ASN1ObjectIdentifier = [2, 23, 133, 2, 3]
    static let endorsementKeyCertificate: ASN1ObjectIdentifier = [2, 23, 133, 8, 1]

    private static func amd(_ tail: [UInt]) -> ASN1ObjectIdentifier {
        // SAFETY: at least two components, the first below 3.
        try! ASN1ObjectIdentifier(elements: [1, 3, 6, 1, 4, 1, 3704] + tail)
    }
}
