internal import NexusBase

/// Where a platform stands in Intel's lists: the PCS's algorithm for `tcbStatus`, with the TDX module and the quoting
/// enclave joined in.
struct TCBStanding: Sendable, Hashable {
    let status: TCBStatus
    let advisories: [Text]

    /// Throws `attestation.wrong-platform` if the TDX module is not one of Intel's.
    init(_ quote: DCAPQuote, _ platform: PCKPlatform, _ info: TCBInfo, _ enclave: SVNLevel) throws {
        var teeSVN: [Int]?
        var module: SVNLevel?
        if case .tdx(let report) = quote.body {
            let svn = report.teeTCBSVN.map(Int.init)
            teeSVN = svn
            module = try Self.module(report, svn, info)
        }
        let level = info.levels.first { $0.isReached(by: platform, teeSVN: teeSVN) }
        var status = level?.status ?? .olderThanListed
        // What is older than the list has at least the flaws of its lowest level.
        var advisories = (level ?? info.levels.last)?.advisories ?? []
        for part in [module, enclave].compactMap(\.self) {
            status = status.joined(with: part.status)
            advisories += part.advisories
        }
        self.status = status
        self.advisories = Set(advisories).sorted()
    }

    /// The TDX module: signed by Intel, with the attributes that the list allows; its level, if it has one of its own.
    private static func module(_ report: TDReport, _ svn: [Int], _ info: TCBInfo) throws -> SVNLevel? {
        func wrong(_ message: String, _ field: String) -> AttestationError {
            AttestationError(.wrongPlatform, message, at: "quote.body.\(field)")
        }
        let found: TCBInfo.Module?
        if svn[1] == 0 {
            found = info.module
        } else {
            let digits = Hex.encode([UInt8(svn[1])]).uppercased()
            found = info.modules.first { $0.id == Text("TDX_\(digits)") }
        }
        guard let found else { throw wrong("Intel lists no TDX module of major version \(svn[1])", "teeTCBSVN") }
        guard report.mrsignerseam == found.mrsigner else {
            throw wrong("the TDX module is not Intel's", "mrsignerseam")
        }
        guard QEIdentity.masked(report.seamAttributes, found.attributesMask) == found.attributes else {
            throw wrong("the TDX module's attributes are not those of the list", "seamAttributes")
        }
        return found.id == nil ? nil : SVNLevel.reached(by: svn[0], in: found.levels)
    }
}

extension TCBInfo.Level {
    /// Whether every component has at least the level's version.
    func isReached(by platform: PCKPlatform, teeSVN: [Int]?) -> Bool {
        guard zip(platform.componentSVN, sgx).allSatisfy({ $0 >= $1 }), platform.pceSVN >= pceSVN else { return false }
        guard let teeSVN else { return true }
        guard let tdx else { return false }
        // With a module that has levels of its own, its two versions are judged there.
        let first = teeSVN[1] > 0 ? 2 : 0
        return zip(teeSVN, tdx).dropFirst(first).allSatisfy { $0 >= $1 }
    }
}
