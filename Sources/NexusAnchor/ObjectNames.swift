/// Object identifiers, as the content bytes of DER.
enum ObjectName {
    private static func pkcs(_ rest: UInt8...) -> [UInt8] { [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01] + rest }

    /// id-signedData (RFC 5652 section 5.1).
    static let signedData = pkcs(7, 2)
    /// id-ct-TSTInfo (RFC 3161 section 2.4.2).
    static let timeStampInfo = pkcs(9, 16, 1, 4)
    static let contentType = pkcs(9, 3)
    static let messageDigest = pkcs(9, 4)
    /// id-aa-signingCertificate (RFC 2634) and its successor (RFC 5035).
    static let signingCertificate = pkcs(9, 16, 2, 12)
    static let signingCertificateV2 = pkcs(9, 16, 2, 47)

    private static let hash: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02]
    static let sha256 = hash + [1]
    static let sha384 = hash + [2]
    static let sha512 = hash + [3]

    static let rsaEncryption = pkcs(1, 1)
    static let sha256WithRSA = pkcs(1, 11)
    static let sha384WithRSA = pkcs(1, 12)
    static let sha512WithRSA = pkcs(1, 13)
    private static let ecdsaWithSHA2: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03]
    static let ecdsaWithSHA256 = ecdsaWithSHA2 + [2]
    static let ecdsaWithSHA384 = ecdsaWithSHA2 + [3]
    static let ecdsaWithSHA512 = ecdsaWithSHA2 + [4]
    static let ed25519: [UInt8] = [0x2B, 0x65, 0x70]
}
