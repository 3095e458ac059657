internal import NexusBase

/// The body of an SGX report (Intel SGX SDM, "REPORT structure"): 384 bytes, little-endian.
public struct EnclaveReport: Sendable, Hashable {
    static let byteCount = 384

    public let bytes: [UInt8]
    public let cpuSVN: [UInt8]
    public let miscSelect: [UInt8]
    public let extendedProductID: [UInt8]
    /// Flags in eight bytes, XFRM in eight.
    public let attributes: [UInt8]
    public let mrenclave: [UInt8]
    public let mrsigner: [UInt8]
    public let configID: [UInt8]
    public let productID: UInt16
    public let svn: UInt16
    public let configSVN: UInt16
    public let familyID: [UInt8]
    public let reportData: [UInt8]

    /// Attribute bit 1: the host may read the enclave.
    public var isDebuggable: Bool { attributes[0] & 2 != 0 }

    init(_ reader: inout ByteReader, _ name: String) throws {
        let start = reader
        bytes = try reader.take(Self.byteCount, name)
        reader = start
        cpuSVN = try reader.take(16, "\(name).cpuSVN")
        miscSelect = try reader.take(4, "\(name).miscSelect")
        try reader.zeros(12, "\(name).reserved")
        extendedProductID = try reader.take(16, "\(name).extendedProductID")
        attributes = try reader.take(16, "\(name).attributes")
        mrenclave = try reader.take(32, "\(name).mrenclave")
        try reader.zeros(32, "\(name).reserved")
        mrsigner = try reader.take(32, "\(name).mrsigner")
        try reader.zeros(32, "\(name).reserved")
        configID = try reader.take(64, "\(name).configID")
        productID = try reader.little("\(name).productID")
        svn = try reader.little("\(name).svn")
        configSVN = try reader.little("\(name).configSVN")
        try reader.zeros(42, "\(name).reserved")
        familyID = try reader.take(16, "\(name).familyID")
        reportData = try reader.take(64, "\(name).reportData")
    }
}
