internal import NexusBase

/// A quote of Intel's data center attestation, versions 3 (SGX), 4 and 5 (SGX, TDX 1.0, TDX 1.5), signed by an
/// attestation key of P-256 and carrying its PCK chain. Bytes after the quote must be zero: some tools pad.
public struct DCAPQuote: Sendable, Hashable {
    public enum Body: Sendable, Hashable {
        case sgx(EnclaveReport)
        case tdx(TDReport)
    }

    public let version: UInt16
    public let qeSVN: UInt16
    public let pceSVN: UInt16
    public let userData: [UInt8]
    public let body: Body
    /// Header and body: what the attestation key signed.
    let signedBytes: [UInt8]
    let authentication: QuoteAuthentication
    /// As it stands in the quote: PCK certificate first.
    public let certificates: [Certificate]

    /// Intel's quoting enclave.
    static let vendor: [UInt8] = [
        0x93, 0x9A, 0x72, 0x33, 0xF7, 0x9C, 0x4C, 0xA9, 0x94, 0x0A, 0x0D, 0xB3, 0x95, 0x7F, 0x06, 0x07,
    ]
    private static let teeSGX: UInt32 = 0
    private static let teeTDX: UInt32 = 0x81

    /// Throws `attestation.malformed-quote`, `.unsupported-version`, `.unsupported-algorithm`,
    /// `.wrong-quoting-enclave`, `.too-large`, and what reading the certificates throws.
    public init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= AttestationLimits.quoteBytesMax else {
            throw AttestationError(
                .tooLarge, "a quote has at most \(AttestationLimits.quoteBytesMax) bytes", at: "quote")
        }
        var reader = ByteReader(bytes, code: .malformedQuote, place: "quote")
        version = try reader.little("version")
        guard (3...5).contains(version) else {
            throw AttestationError(.unsupportedVersion, "quote version \(version); 3, 4 and 5 are read", at: "quote")
        }
        let keyType: UInt16 = try reader.little("attestationKeyType")
        guard keyType == 2 else {
            throw AttestationError(
                .unsupportedAlgorithm, "attestation key type \(keyType); 2 is ECDSA P-256",
                at: "quote.attestationKeyType")
        }
        let tee: UInt32 = try reader.little("teeType")
        guard tee == Self.teeSGX || (tee == Self.teeTDX && version > 3) else {
            throw reader.failure("0 is SGX, 0x81 is TDX from version 4 on", "teeType")
        }
        qeSVN = try reader.little("qeSVN")
        pceSVN = try reader.little("pceSVN")
        guard try reader.take(16, "vendor") == Self.vendor else {
            throw AttestationError(
                .wrongQuotingEnclave, "the quoting enclave's vendor is not Intel", at: "quote.vendor")
        }
        userData = try reader.take(20, "userData")
        body = try Self.body(&reader, version: version, isTDX: tee == Self.teeTDX)
        signedBytes = Array(bytes.prefix(reader.offset))
        let length: UInt32 = try reader.little("authentication")
        let inner = try reader.slice(Int(length), "authentication")
        authentication = try QuoteAuthentication(inner, version: version)
        try reader.zeros(reader.remaining, "padding")
        certificates = try Certificate.list(
            pem: authentication.certificateText, at: "quote.authentication.certificates")
    }

    private static func body(_ reader: inout ByteReader, version: UInt16, isTDX: Bool) throws -> Body {
        guard version == 5 else {
            return isTDX
                ? .tdx(try TDReport(&reader, is15: false)) : .sgx(try EnclaveReport(&reader, "body"))
        }
        let type: UInt16 = try reader.little("bodyType")
        let size: UInt32 = try reader.little("bodySize")
        switch (type, Int(size), isTDX) {
        case (1, EnclaveReport.byteCount, false): return .sgx(try EnclaveReport(&reader, "body"))
        case (2, TDReport.byteCount, true): return .tdx(try TDReport(&reader, is15: false))
        case (3, TDReport.byteCount15, true): return .tdx(try TDReport(&reader, is15: true))
        default: throw reader.failure("body type \(type) of \(size) bytes is none of this platform", "bodyType")
        }
    }
}
