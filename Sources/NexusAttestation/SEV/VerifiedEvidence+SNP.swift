internal import NexusBase

extension VerifiedEvidence {
    init(
        _ report: SNPReport, _ endorsement: SNPEndorsement, _ versions: SNPSecurityVersions, _ chain: CertificateChain
    ) {
        var claims = AttestationClaims()
        if endorsement.kind == .vcek { claims.ueid = AttestationClaims.ueid(.sevSNP, report.chipID) }
        claims.oemid = "AMD"
        claims.hwmodel = Text("SEV-SNP \(endorsement.productName)")
        claims.dbgstat = report.policy.allowsDebugging ? .enabled : .disabledSinceBoot
        claims.nonce = report.reportData
        claims.measurements = [
            .init(name: "measurement", value: report.measurement), .init(name: "hostData", value: report.hostData),
            .init(name: "idKeyDigest", value: report.idKeyDigest),
            .init(name: "authorKeyDigest", value: report.authorKeyDigest),
            .init(name: "familyID", value: report.familyID), .init(name: "imageID", value: report.imageID),
        ]
        claims.versions =
            versions.parts.map { .init(name: $0.name, value: Int($0.version)) } + [
                .init(name: "guestSVN", value: Int(report.guestSVN)), .init(name: "vmpl", value: Int(report.vmpl)),
            ]
        claims.flags = [
            .init(name: "migration", isOn: report.policy.allowsMigration),
            .init(name: "multithreading", isOn: report.platformInfo & 1 != 0),
            .init(name: "memoryEncryptionOfHost", isOn: report.platformInfo & 2 != 0),
            .init(name: "singleSocket", isOn: report.policy.needsSingleSocket),
            .init(name: "ciphertextHiding", isOn: report.policy.needsCiphertextHiding),
        ]
        var notShown = SNPReport.notShown
        if endorsement.kind == .vlek {
            notShown.append("which chip it is: the cloud provider's key signed, not the chip's")
        }
        self.init(
            kind: .sevSNP, claims: claims, roots: [chain.root], isRevocationChecked: chain.isRevocationChecked,
            validUntil: chain.validUntil, notShown: notShown)
    }
}

extension SNPReport {
    /// What no report shows.
    static let notShown: [Text] = [
        "what the guest loaded after its launch: the measurement covers the launch only",
        "whether AMD knows of a flaw in these versions: AMD publishes no list of statuses",
    ]
}
