internal import NexusBase

extension VerifiedEvidence {
    init(
        _ quote: DCAPQuote, _ platform: PCKPlatform, _ standing: TCBStanding, _ chain: CertificateChain,
        validUntil: Instant
    ) {
        var claims = AttestationClaims()
        let kind: AttestationKind
        switch quote.body {
        case .sgx(let report):
            kind = .sgx
            claims.hwmodel = "SGX"
            claims.dbgstat = report.isDebuggable ? .enabled : .disabledSinceBoot
            claims.nonce = report.reportData
            claims.measurements = [
                .init(name: "mrenclave", value: report.mrenclave), .init(name: "mrsigner", value: report.mrsigner),
                .init(name: "attributes", value: report.attributes),
                .init(name: "miscselect", value: report.miscSelect),
                .init(name: "configid", value: report.configID),
            ]
            claims.versions = [
                .init(name: "isvprodid", value: Int(report.productID)), .init(name: "isvsvn", value: Int(report.svn)),
                .init(name: "configsvn", value: Int(report.configSVN)),
            ]
        case .tdx(let report):
            kind = .tdx
            claims.hwmodel = report.teeTCBSVN2 == nil ? "TDX 1.0" : "TDX 1.5"
            claims.dbgstat = report.isDebuggable ? .enabled : .disabledSinceBoot
            claims.nonce = report.reportData
            claims.measurements =
                [
                    .init(name: "mrtd", value: report.mrtd), .init(name: "mrseam", value: report.mrseam),
                    .init(name: "mrconfigid", value: report.mrconfigid), .init(name: "mrowner", value: report.mrowner),
                    .init(name: "mrownerconfig", value: report.mrownerconfig),
                    .init(name: "tdattributes", value: report.attributes), .init(name: "xfam", value: report.xfam),
                ] + report.rtmr.enumerated().map { .init(name: Text("rtmr\($0)"), value: $1) }
            if let service = report.mrservicetd {
                claims.measurements.append(.init(name: "mrservicetd", value: service))
            }
        }
        claims.ueid = AttestationClaims.ueid(kind, platform.ppid)
        claims.oemid = "Intel"
        claims.versions += [.init(name: "pcesvn", value: platform.pceSVN)]
        claims.tcbStatus = standing.status
        claims.advisories = standing.advisories
        self.init(
            kind: kind, claims: claims, roots: [chain.root], isRevocationChecked: chain.isRevocationChecked,
            validUntil: validUntil,
            notShown: quote.notShown)
    }
}

extension DCAPQuote {
    /// What no quote of this kind shows.
    var notShown: [Text] {
        let unmeasured: Text =
            switch body {
            case .tdx: "what ran before or beside what the registers measured"
            case .sgx: "what the enclave does with what it is given: the measurement covers its first pages"
            }
        return [unmeasured, "flaws that Intel has not listed at the collateral's date"]
    }
}
