public import NexusBase

extension AttestationEvidence {
    /// Recognises what a file holds: a document of attestation-v1, a bare SEV-SNP report, or a bare DCAP quote. What is
    /// bare has no certificates or collateral, so it can be shown and not verified.
    ///
    /// Throws `attestation.malformed-evidence`, or what reading the document throws.
    public init(recognising bytes: [UInt8]) throws {
        if bytes.first == UInt8(ascii: "{") {
            self = try AttestationEvidence(parsing: bytes)
        } else if bytes.count == SNPReport.byteCount, bytes.count > 4, bytes[1...3].allSatisfy({ $0 == 0 }) {
            self = .sevSNP(report: bytes, certificates: [], revocationLists: [])
        } else if bytes.count > 48, (3...5).contains(bytes[0]), bytes[1] == 0 {
            let none = Collateral(
                tcbInfo: [], tcbInfoSignature: [], qeIdentity: [], qeIdentitySignature: [], certificates: [],
                revocationLists: [])
            self = .dcap(quote: bytes, collateral: none)
        } else {
            throw AttestationError(
                .malformedEvidence, "neither a document of attestation-v1, nor a SEV-SNP report, nor a DCAP quote")
        }
    }

    /// What the bytes say, name and value, without any check of who says it.
    public func summary() throws -> [(name: Text, value: Text)] {
        switch self {
        case .sevSNP(let bytes, let certificates, _): return try Self.summary(SNPReport(parsing: bytes), certificates)
        case .dcap(let bytes, let collateral): return try Self.summary(DCAPQuote(parsing: bytes), collateral)
        case .tpm(let document): return try Self.summary(TPMQuote(parsing: document.quote), document)
        case .simulated(let reportData):
            return [("format", "simulated: nothing vouches for the machine"), ("report data", Self.hex(reportData))]
        }
    }

    /// What the bytes do not show, whoever made them: a sentence each. Throws as `summary`.
    public func notShown() throws -> [Text] {
        let sentences: [Text]
        var isBare = false
        switch self {
        case .sevSNP(_, let certificates, _): (sentences, isBare) = (SNPReport.notShown, certificates.isEmpty)
        case .dcap(let bytes, let collateral):
            (sentences, isBare) = (try DCAPQuote(parsing: bytes).notShown, collateral.tcbInfo.isEmpty)
        case .tpm(let document):
            sentences = [
                TPMQuote.notShown, "that the key is in a TPM at all: only a rail that challenged it knows",
            ]
            isBare = document.certificates.isEmpty
        case .simulated: sentences = ["anything about the machine: nothing vouches for it"]
        }
        return sentences + (isBare ? ["who made it: nothing that leads to a maker comes with it"] : [])
    }

    private static func hex(_ bytes: [UInt8]) -> Text { Text(Hex.encode(bytes)) }
    private static func number(_ value: some BinaryInteger) -> Text { Text("\(value)") }

    private static func summary(_ report: SNPReport, _ certificates: [[UInt8]]) -> [(name: Text, value: Text)] {
        [
            ("format", Text("AMD SEV-SNP report, version \(report.version)")),
            ("signed with", Text(report.signingKey.rawValue.uppercased())), ("chip", hex(report.chipID)),
            ("measurement", hex(report.measurement)), ("report data", hex(report.reportData)),
            ("host data", hex(report.hostData)), ("reported versions", hex(report.reportedTCB.bytes)),
            ("firmware", Text(report.currentBuild.description)), ("privilege level", number(report.vmpl)),
            ("debugging", report.policy.allowsDebugging ? "allowed" : "not allowed"),
            ("migration", report.policy.allowsMigration ? "allowed" : "not allowed"),
            ("certificates", number(certificates.count)),
        ]
    }

    private static func summary(_ quote: DCAPQuote, _ collateral: Collateral) -> [(name: Text, value: Text)] {
        var rows: [(name: Text, value: Text)]
        switch quote.body {
        case .sgx(let report):
            rows = [
                ("format", Text("Intel SGX quote, version \(quote.version)")), ("mrenclave", hex(report.mrenclave)),
                ("mrsigner", hex(report.mrsigner)), ("product", number(report.productID)),
                ("version", number(report.svn)),
                ("report data", hex(report.reportData)),
                ("debugging", report.isDebuggable ? "allowed" : "not allowed"),
            ]
        case .tdx(let report):
            rows = [
                ("format", Text("Intel TDX quote, version \(quote.version)")), ("mrtd", hex(report.mrtd)),
                ("report data", hex(report.reportData)), ("module versions", hex(report.teeTCBSVN)),
                ("debugging", report.isDebuggable ? "allowed" : "not allowed"),
            ]
            for (index, value) in report.rtmr.enumerated() { rows.append((Text("rtmr\(index)"), hex(value))) }
        }
        rows.append(("PCK certificate", Text("\(quote.certificates.first?.subject.description ?? "none")")))
        rows.append(("collateral", collateral.tcbInfo.isEmpty ? "none" : "TCB info and quoting enclave identity"))
        return rows
    }

    private static func summary(_ quote: TPMQuote, _ document: TPMDocument) -> [(name: Text, value: Text)] {
        let registers = document.registers.map { (name: Text("pcr.\($0.bank).\($0.index)"), value: hex($0.value)) }
        return [
            ("format", "TPM 2.0 quote"), ("report data", hex(document.reportData)),
            ("extra data", hex(quote.extraData)), ("resets", number(quote.resetCount)),
            ("firmware", number(quote.firmwareVersion)), ("certificates", number(document.certificates.count)),
        ] + registers
    }
}
