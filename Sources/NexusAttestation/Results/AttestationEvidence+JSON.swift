public import NexusBase

extension AttestationEvidence {
    /// The canonical document.
    public var json: JSON {
        func list(_ items: [[UInt8]]) -> JSON { .array(items.map { .base64($0) }) }
        switch self {
        case .sevSNP(let report, let certificates, let revocationLists):
            return [
                "certificates": list(certificates), "format": "sev-snp", "report": .base64(report),
                "revocationLists": list(revocationLists), "version": 1,
            ]
        case .dcap(let quote, let collateral):
            return [
                "collateral": [
                    "certificates": list(collateral.certificates), "qeIdentity": .base64(collateral.qeIdentity),
                    "qeIdentitySignature": .base64(collateral.qeIdentitySignature),
                    "revocationLists": list(collateral.revocationLists), "tcbInfo": .base64(collateral.tcbInfo),
                    "tcbInfoSignature": .base64(collateral.tcbInfoSignature),
                ], "format": "dcap", "quote": .base64(quote), "version": 1,
            ]
        case .tpm(let document):
            return [
                "attestationKey": .base64(document.attestationKey), "certificates": list(document.certificates),
                "format": "tpm", "quote": .base64(document.quote),
                "registers": .array(
                    document.registers.map {
                        ["bank": .string($0.bank), "index": .int($0.index), "value": .base64($0.value)]
                    }), "reportData": .base64(document.reportData), "revocationLists": list(document.revocationLists),
                "signature": .base64(document.signature), "version": 1,
            ]
        case .simulated(let reportData):
            return ["format": "simulated", "reportData": .base64(reportData), "version": 1]
        }
    }

    /// Reads a document that equals its own canonical form. Throws `attestation.malformed-evidence`, `.too-large`,
    /// `.unsupported-version`.
    public init(parsing bytes: [UInt8]) throws {
        self = try AttestationDocument.read(bytes, "evidence") { try AttestationEvidence(&$0) }
    }

    private init(_ fields: inout Fields) throws {
        switch try fields.text("format", bytesMax: 32) {
        case "sev-snp":
            self = .sevSNP(
                report: try fields.bytes("report", countMax: SNPReport.byteCount),
                certificates: try Self.certificates(&fields), revocationLists: try Self.revocationLists(&fields))
        case "dcap":
            let collateral = try fields.object("collateral") { inner in
                Collateral(
                    tcbInfo: try inner.bytes("tcbInfo", countMax: AttestationLimits.collateralBytesMax),
                    tcbInfoSignature: try inner.bytes("tcbInfoSignature", countMax: 64),
                    qeIdentity: try inner.bytes("qeIdentity", countMax: AttestationLimits.collateralBytesMax),
                    qeIdentitySignature: try inner.bytes("qeIdentitySignature", countMax: 64),
                    certificates: try Self.certificates(&inner), revocationLists: try Self.revocationLists(&inner))
            }
            self = .dcap(
                quote: try fields.bytes("quote", countMax: AttestationLimits.quoteBytesMax), collateral: collateral)
        case "tpm": self = .tpm(try Self.tpm(&fields))
        case "simulated":
            self = .simulated(reportData: try fields.bytes("reportData", countMax: ReportData.byteCount))
        default:
            throw BaseError(.wrongType, "formats are sev-snp, dcap, tpm and simulated", at: fields.path("format"))
        }
    }

    private static func tpm(_ fields: inout Fields) throws -> TPMDocument {
        func structure(_ key: Text) throws -> [UInt8] {
            try fields.bytes(key, countMax: AttestationLimits.tpmStructureBytesMax)
        }
        let (quote, signature, key) = (
            try structure("quote"), try structure("signature"), try structure("attestationKey")
        )
        let registers = try fields.list("registers", countMax: AttestationLimits.pcrsMax) { json, place in
            var inner = try Fields(json, at: place)
            let register = TPMEvidence.Register(
                bank: try inner.text("bank", bytesMax: 16), index: try inner.integer("index", in: 0...31),
                value: try inner.bytes("value", countMax: 64))
            try inner.finish()
            return register
        }
        return TPMDocument(
            quote: quote, signature: signature, attestationKey: key, registers: registers,
            reportData: try fields.bytes("reportData", countMax: ReportData.byteCount),
            certificates: try certificates(&fields), revocationLists: try revocationLists(&fields))
    }

    private static func certificates(_ fields: inout Fields) throws -> [[UInt8]] {
        try list(&fields, "certificates", AttestationLimits.certificatesMax, AttestationLimits.certificateBytesMax)
    }

    private static func revocationLists(_ fields: inout Fields) throws -> [[UInt8]] {
        try list(
            &fields, "revocationLists", AttestationLimits.revocationListsMax, AttestationLimits.revocationListBytesMax)
    }

    private static func list(
        _ fields: inout Fields, _ key: Text, _ countMax: Int, _ bytesMax: Int
    ) throws -> [[UInt8]] {
        try fields.list(key, countMax: countMax) { json, place in
            guard case .string(let text) = json, text.utf8.count <= (bytesMax + 2) / 3 * 4 else {
                throw BaseError(.wrongType, "base64 of at most \(bytesMax) bytes is needed", at: place)
            }
            do { return try Base64.decode(text.string) } catch let error as BaseError { throw error.at(place) }
        }
    }
}
