internal import NexusBase

/// The body of a TD report in a quote (Intel TDX DCAP Quoting Library API, "TD Quote Body"): 584 bytes for TDX 1.0,
/// 648 for TDX 1.5, little-endian.
public struct TDReport: Sendable, Hashable {
    static let byteCount = 584
    static let byteCount15 = 648

    /// Security versions of the TDX module (0: itself, 1: its major version) and of what loads it.
    public let teeTCBSVN: [UInt8]
    public let mrseam: [UInt8]
    public let mrsignerseam: [UInt8]
    public let seamAttributes: [UInt8]
    public let attributes: [UInt8]
    public let xfam: [UInt8]
    public let mrtd: [UInt8]
    public let mrconfigid: [UInt8]
    public let mrowner: [UInt8]
    public let mrownerconfig: [UInt8]
    public let rtmr: [[UInt8]]
    public let reportData: [UInt8]
    /// What the module was before an update without a restart, and the service TD: TDX 1.5 only.
    public let teeTCBSVN2: [UInt8]?
    public let mrservicetd: [UInt8]?

    /// Attribute bit 0: the host may read the domain.
    public var isDebuggable: Bool { attributes[0] & 1 != 0 }

    init(_ reader: inout ByteReader, is15: Bool) throws {
        teeTCBSVN = try reader.take(16, "body.teeTCBSVN")
        mrseam = try reader.take(48, "body.mrseam")
        mrsignerseam = try reader.take(48, "body.mrsignerseam")
        seamAttributes = try reader.take(8, "body.seamAttributes")
        attributes = try reader.take(8, "body.attributes")
        xfam = try reader.take(8, "body.xfam")
        mrtd = try reader.take(48, "body.mrtd")
        mrconfigid = try reader.take(48, "body.mrconfigid")
        mrowner = try reader.take(48, "body.mrowner")
        mrownerconfig = try reader.take(48, "body.mrownerconfig")
        rtmr = [
            try reader.take(48, "body.rtmr0"), try reader.take(48, "body.rtmr1"), try reader.take(48, "body.rtmr2"),
            try reader.take(48, "body.rtmr3"),
        ]
        reportData = try reader.take(64, "body.reportData")
        teeTCBSVN2 = is15 ? try reader.take(16, "body.teeTCBSVN2") : nil
        mrservicetd = is15 ? try reader.take(48, "body.mrservicetd") : nil
        // Bits 1 to 7 are for debugging features to come.
        guard attributes[0] & 0xFE == 0 else {
            throw reader.failure("bits 1 to 7 of the attributes are reserved", "body.attributes")
        }
    }
}
