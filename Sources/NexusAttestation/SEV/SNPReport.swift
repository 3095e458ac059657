internal import NexusBase

/// An attestation report of AMD SEV-SNP (AMD publication 56860, table "ATTESTATION_REPORT"), versions 2, 3 and 5:
/// 1184 bytes, little-endian. Reserved bytes must be zero.
public struct SNPReport: Sendable, Hashable {
    public static let byteCount = 1184
    /// The signature covers the bytes before it.
    static let signedBytes = 0x2A0

    public let bytes: [UInt8]
    public let version: UInt32
    public let guestSVN: UInt32
    public let policy: SNPPolicy
    public let familyID: [UInt8]
    public let imageID: [UInt8]
    /// The privilege level that asked, 0 the highest.
    public let vmpl: UInt32
    public let currentTCB: SNPSecurityVersions.Raw
    /// Bits that say what the platform has on: 0 simultaneous multithreading, 1 transparent memory encryption.
    public let platformInfo: UInt64
    public let isAuthorKeyDigestPresent: Bool
    public let isChipKeyMasked: Bool
    public let signingKey: SigningKeyKind
    public let reportData: [UInt8]
    public let measurement: [UInt8]
    public let hostData: [UInt8]
    public let idKeyDigest: [UInt8]
    public let authorKeyDigest: [UInt8]
    public let reportID: [UInt8]
    public let migrationAgentReportID: [UInt8]
    public let reportedTCB: SNPSecurityVersions.Raw
    /// Family, model and stepping of the processor, from version 3 on.
    public let processor: Processor?
    public let chipID: [UInt8]
    public let committedTCB: SNPSecurityVersions.Raw
    public let currentBuild: FirmwareBuild
    public let committedBuild: FirmwareBuild
    public let launchTCB: SNPSecurityVersions.Raw
    /// Mitigations at launch and now, from version 5 on.
    public let mitigations: [UInt64]
    /// r and s, big-endian, 48 bytes each.
    let signature: [UInt8]

    /// Which endorsement key signed (bits 2 to 4 of the key flags).
    public enum SigningKeyKind: String, Sendable, Hashable {
        case vcek, vlek
    }

    public struct Processor: Sendable, Hashable {
        public let family: UInt8
        public let model: UInt8
        public let stepping: UInt8
    }

    public struct FirmwareBuild: Sendable, Hashable, CustomStringConvertible {
        public let build: UInt8
        public let minor: UInt8
        public let major: UInt8
        public var description: String { "\(major).\(minor).\(build)" }
        var order: Int { Int(major) << 16 | Int(minor) << 8 | Int(build) }
    }

    /// Throws `attestation.malformed-report`, `.unsupported-version`, `.unsupported-algorithm`.
    public init(parsing bytes: [UInt8]) throws {
        guard bytes.count == Self.byteCount else {
            throw AttestationError(.malformedReport, "a report has \(Self.byteCount) bytes, not \(bytes.count)")
        }
        self.bytes = bytes
        var reader = ByteReader(bytes, code: .malformedReport, place: "report")
        version = try reader.little("version")
        guard [2, 3, 5].contains(version) else {
            throw AttestationError(.unsupportedVersion, "report version \(version); 2, 3 and 5 are read", at: "report")
        }
        guestSVN = try reader.little("guestSVN")
        policy = try SNPPolicy(rawValue: reader.little("policy"))
        familyID = try reader.take(16, "familyID")
        imageID = try reader.take(16, "imageID")
        vmpl = try reader.little("vmpl")
        let algorithm: UInt32 = try reader.little("signatureAlgorithm")
        guard algorithm == 1 else {
            throw AttestationError(
                .unsupportedAlgorithm, "signature algorithm \(algorithm); 1 is ECDSA P-384 with SHA-384",
                at: "report.signatureAlgorithm")
        }
        currentTCB = try SNPSecurityVersions.Raw(&reader, "currentTCB")
        platformInfo = try reader.little("platformInfo")
        let flags: UInt32 = try reader.little("keyFlags")
        isAuthorKeyDigestPresent = flags & 1 != 0
        isChipKeyMasked = flags & 2 != 0
        signingKey = try Self.signingKey(flags, reader)
        try reader.zeros(4, "reserved")
        reportData = try reader.take(64, "reportData")
        measurement = try reader.take(48, "measurement")
        hostData = try reader.take(32, "hostData")
        idKeyDigest = try reader.take(48, "idKeyDigest")
        authorKeyDigest = try reader.take(48, "authorKeyDigest")
        reportID = try reader.take(32, "reportID")
        migrationAgentReportID = try reader.take(32, "migrationAgentReportID")
        reportedTCB = try SNPSecurityVersions.Raw(&reader, "reportedTCB")
        processor = try Self.processor(&reader, version: version)
        chipID = try reader.take(64, "chipID")
        committedTCB = try SNPSecurityVersions.Raw(&reader, "committedTCB")
        currentBuild = try Self.build(&reader, "currentBuild")
        committedBuild = try Self.build(&reader, "committedBuild")
        launchTCB = try SNPSecurityVersions.Raw(&reader, "launchTCB")
        if version >= 5 {
            mitigations = [try reader.little("launchMitigations"), try reader.little("currentMitigations")]
        } else {
            mitigations = []
        }
        try reader.zeros(Self.signedBytes - reader.offset, "reserved")
        signature = try Self.component(&reader, "r") + Self.component(&reader, "s")
        try reader.zeros(reader.remaining, "signature.reserved")
    }

    private static func signingKey(_ flags: UInt32, _ reader: ByteReader) throws -> SigningKeyKind {
        guard flags >> 5 == 0 else { throw reader.failure("reserved bits are zero", "keyFlags") }
        switch flags >> 2 & 7 {
        case 0: return .vcek
        case 1: return .vlek
        case 7: throw AttestationError(.badSignature, "the report says that nobody signed it", at: "report.keyFlags")
        default: throw reader.failure("signing key \(flags >> 2 & 7) is reserved", "keyFlags")
        }
    }

    private static func processor(_ reader: inout ByteReader, version: UInt32) throws -> Processor? {
        guard version >= 3 else {
            try reader.zeros(24, "reserved")
            return nil
        }
        let processor = Processor(
            family: try reader.byte("family"), model: try reader.byte("model"), stepping: try reader.byte("stepping"))
        try reader.zeros(21, "reserved")
        return processor
    }

    private static func build(_ reader: inout ByteReader, _ field: String) throws -> FirmwareBuild {
        let build = FirmwareBuild(
            build: try reader.byte(field), minor: try reader.byte(field), major: try reader.byte(field))
        try reader.zeros(1, field)
        return build
    }

    /// 72 bytes little-endian, of which a P-384 number takes 48.
    private static func component(_ reader: inout ByteReader, _ field: String) throws -> [UInt8] {
        let number = try reader.take(48, "signature.\(field)")
        try reader.zeros(24, "signature.\(field)")
        return number.reversed()
    }
}
