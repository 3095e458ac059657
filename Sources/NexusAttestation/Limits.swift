/// Named maxima of the attestation room. Every parser refuses input past them with `attestation.too-large`.
public enum AttestationLimits {
    /// Bytes of one certificate.
    public static let certificateBytesMax = 16_384
    /// Bytes of one revocation list.
    public static let revocationListBytesMax = 1 << 20
    /// Entries of one revocation list.
    public static let revokedMax = 20_000
    /// Certificates given to one verification, and of one PEM text.
    public static let certificatesMax = 16
    /// Revocation lists given to one verification.
    public static let revocationListsMax = 8
    /// Certificates of one chain, root included.
    public static let chainMax = 6
    /// Signatures that are checked in search of one chain.
    public static let chainSignaturesMax = 64
    /// Bytes of one PEM text.
    public static let pemBytesMax = 65_536
    /// Extensions of one certificate or revocation list.
    public static let extensionsMax = 64
    /// Bits of an RSA key, from and to.
    public static let rsaBits = 2048...4096
    /// Bytes of one DCAP quote.
    public static let quoteBytesMax = 32_768
    /// Bytes of one TCB info or QE identity.
    public static let collateralBytesMax = 131_072
    /// Levels of one TCB info or QE identity.
    public static let tcbLevelsMax = 256
    /// Bytes of one TPM structure.
    public static let tpmStructureBytesMax = 4096
    /// PCR values beside one quote: two banks of 24, and room for a third.
    public static let pcrsMax = 72
    /// Bytes of one evidence document or of one set of reference values.
    public static let evidenceBytesMax = 4 << 20
    /// Rules, roots, registers or values in one list of reference values.
    public static let referenceListMax = 256
}
