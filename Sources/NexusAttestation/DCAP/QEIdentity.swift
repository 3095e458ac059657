public import NexusBase

/// What Intel's quoting enclave is (PCS API, "Enclave identity" version 2).
public struct QEIdentity: Sendable, Hashable {
    public let isTDX: Bool
    public let issued: Instant
    public let nextUpdate: Instant
    public let evaluationNumber: Int
    let miscSelect: [UInt8]
    let miscSelectMask: [UInt8]
    let attributes: [UInt8]
    let attributesMask: [UInt8]
    let mrsigner: [UInt8]
    let productID: Int
    let levels: [SVNLevel]

    /// Throws `attestation.malformed-collateral`, `.unsupported-version`. The signature is not looked at.
    public init(_ collateral: SignedCollateral) throws {
        self = try collateral.read("qeIdentity") { try QEIdentity(&$0) }
    }

    private init(_ fields: inout Fields) throws {
        let id = try fields.text("id", bytesMax: 8)
        guard id == "QE" || id == "TD_QE" else {
            throw BaseError(.wrongType, "QE or TD_QE is needed", at: fields.path("id"))
        }
        isTDX = id == "TD_QE"
        guard try fields.integer("version") == 2 else {
            throw AttestationError(.unsupportedVersion, "version 2 is read", at: fields.path("version"))
        }
        issued = try fields.wholeSeconds("issueDate")
        nextUpdate = try fields.wholeSeconds("nextUpdate")
        evaluationNumber = try fields.integer("tcbEvaluationDataNumber")
        miscSelect = try fields.hexadecimal("miscselect", count: 4)
        miscSelectMask = try fields.hexadecimal("miscselectMask", count: 4)
        attributes = try fields.hexadecimal("attributes", count: 16)
        attributesMask = try fields.hexadecimal("attributesMask", count: 16)
        mrsigner = try fields.hexadecimal("mrsigner", count: 32)
        productID = try fields.integer("isvprodid", in: 0...65_535)
        levels = try SVNLevel.list(&fields)
    }

    /// The level of a quoting enclave that is Intel's. Throws `attestation.wrong-quoting-enclave`.
    func level(of report: EnclaveReport) throws -> SVNLevel {
        func require(_ condition: Bool, _ name: String) throws {
            guard condition else {
                throw AttestationError(
                    .wrongQuotingEnclave, "not what Intel's quoting enclave has",
                    at: "quote.authentication.qeReport.\(name)")
            }
        }
        try require(report.mrsigner == mrsigner, "mrsigner")
        try require(Int(report.productID) == productID, "productID")
        // Intel gives the misc select in the order of digits, the report in the order of bytes; both are masked whole.
        try require(Self.masked(report.miscSelect.reversed(), miscSelectMask) == miscSelect, "miscSelect")
        try require(Self.masked(report.attributes, attributesMask) == attributes, "attributes")
        try require(!report.isDebuggable, "attributes")
        return SVNLevel.reached(by: Int(report.svn), in: levels)
    }

    static func masked(_ bytes: [UInt8], _ mask: [UInt8]) -> [UInt8] { zip(bytes, mask).map { $0 & $1 } }
}
