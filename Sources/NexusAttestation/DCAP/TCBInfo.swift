public import NexusBase

/// Intel's list of what each state of a platform's firmware is worth (PCS API, "TCB info" version 3).
public struct TCBInfo: Sendable, Hashable {
    public struct Level: Sendable, Hashable {
        let sgx: [Int]
        let tdx: [Int]?
        let pceSVN: Int
        public let date: Instant
        public let status: TCBStatus
        public let advisories: [Text]
    }

    /// Who signed the TDX module and what it may be.
    struct Module: Sendable, Hashable {
        /// `TDX_01` and so on; nil for the module of version 0.
        let id: Text?
        let mrsigner: [UInt8]
        let attributes: [UInt8]
        let attributesMask: [UInt8]
        let levels: [SVNLevel]
    }

    public let isTDX: Bool
    public let issued: Instant
    public let nextUpdate: Instant
    public let fmspc: [UInt8]
    public let pceID: [UInt8]
    public let evaluationNumber: Int
    /// Newest first, as Intel gives them.
    public let levels: [Level]
    let module: Module?
    let modules: [Module]

    /// Throws `attestation.malformed-collateral`, `.unsupported-version`. The signature is not looked at.
    public init(_ collateral: SignedCollateral) throws {
        self = try collateral.read("tcbInfo") { try TCBInfo(&$0) }
    }

    private init(_ fields: inout Fields) throws {
        let id = try fields.text("id", bytesMax: 8)
        guard id == "SGX" || id == "TDX" else {
            throw BaseError(.wrongType, "SGX or TDX is needed", at: fields.path("id"))
        }
        let isTDX = id == "TDX"
        self.isTDX = isTDX
        guard try fields.integer("version") == 3 else {
            throw AttestationError(.unsupportedVersion, "version 3 is read", at: fields.path("version"))
        }
        issued = try fields.wholeSeconds("issueDate")
        nextUpdate = try fields.wholeSeconds("nextUpdate")
        fmspc = try fields.hexadecimal("fmspc", count: 6)
        pceID = try fields.hexadecimal("pceId", count: 2)
        guard try fields.integer("tcbType") == 0 else {
            throw AttestationError(.unsupportedVersion, "TCB type 0 is read", at: fields.path("tcbType"))
        }
        evaluationNumber = try fields.integer("tcbEvaluationDataNumber")
        module = isTDX ? try fields.object("tdxModule") { try Module(&$0, isNamed: false) } : nil
        if isTDX, fields.remaining.contains("tdxModuleIdentities") {
            modules = try fields.list("tdxModuleIdentities", countMax: 32) { json, place in
                var inner = try Fields(json, at: place)
                return try Module(&inner, isNamed: true)
            }
        } else {
            modules = []
        }
        levels = try fields.list("tcbLevels", countMax: AttestationLimits.tcbLevelsMax) { json, place in
            var inner = try Fields(json, at: place)
            return try Level(&inner, isTDX: isTDX)
        }
    }
}

extension TCBInfo.Level {
    fileprivate init(_ fields: inout Fields, isTDX: Bool) throws {
        (sgx, tdx, pceSVN) = try fields.object("tcb") { inner in
            defer { inner.passOver() }
            func components(_ key: Text) throws -> [Int] {
                let list = try inner.list(key, countMax: 16) { json, place in
                    var component = try Fields(json, at: place)
                    return try component.integer("svn", in: 0...255)
                }
                guard list.count == 16 else { throw BaseError(.wrongType, "16 components", at: inner.path(key)) }
                return list
            }
            return (
                try components("sgxtcbcomponents"), isTDX ? try components("tdxtcbcomponents") : nil,
                try inner.integer("pcesvn", in: 0...65_535)
            )
        }
        date = try fields.wholeSeconds("tcbDate")
        status = try fields.tcbStatus("tcbStatus")
        advisories = try fields.optionalTexts("advisoryIDs")
    }
}

extension TCBInfo.Module {
    fileprivate init(_ fields: inout Fields, isNamed: Bool) throws {
        id = isNamed ? try fields.text("id", bytesMax: 16) : nil
        mrsigner = try fields.hexadecimal("mrsigner", count: 48)
        attributes = try fields.hexadecimal("attributes", count: 8)
        attributesMask = try fields.hexadecimal("attributesMask", count: 8)
        levels = isNamed ? try SVNLevel.list(&fields) : []
        fields.passOver()
    }
}

/// A level of something with one security version: a quoting enclave, a TDX module.
struct SVNLevel: Sendable, Hashable {
    let svn: Int
    let status: TCBStatus
    let advisories: [Text]

    static func list(_ fields: inout Fields) throws -> [SVNLevel] {
        try fields.list("tcbLevels", countMax: AttestationLimits.tcbLevelsMax) { json, place in
            var inner = try Fields(json, at: place)
            let svn = try inner.object("tcb") { tcb in
                defer { tcb.passOver() }
                return try tcb.integer("isvsvn", in: 0...65_535)
            }
            _ = try inner.wholeSeconds("tcbDate")
            return SVNLevel(
                svn: svn, status: try inner.tcbStatus("tcbStatus"), advisories: try inner.optionalTexts("advisoryIDs"))
        }
    }

    /// The first level, newest first, that a version reaches.
    static func reached(by svn: Int, in levels: [SVNLevel]) -> SVNLevel {
        levels.first { $0.svn <= svn }
            ?? SVNLevel(svn: svn, status: .olderThanListed, advisories: levels.last?.advisories ?? [])
    }
}
