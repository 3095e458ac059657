import ArgumentParser
import NexusAttestation
import NexusBase
import NexusGovernance
import NexusTrust

struct AdmissionRuleCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "admission",
        abstract: "Say what nodes must show before they get work.",
        discussion: """
            VALUES is a document of reference values (attestation-v1): which machines the committee approves. From now on \
            a node needs an admission (`nexus node admit`) and fresh evidence. Credentials of type OperatorCredential \
            and JurisdictionCredential are asked for where issuers of them are named.
            """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @OptionGroup var votes: GovernanceCommand.Votes
    @Argument(help: "The reference values.", completion: .file()) var values: String
    @Option(help: "Name of an approved issuer of OperatorCredential (repeat).") var operatorIssuer: [String] = []
    @Option(help: "Name of an approved issuer of JurisdictionCredential (repeat).") var jurisdictionIssuer: [String] =
        []
    @Option(help: "How often nodes are asked for fresh evidence, in seconds.") var attestEvery = 3600
    @Option(help: "After how many seconds evidence counts no more; twice --attest-every if not given.")
    var staleAfter: Int?

    func run(on console: Console) async throws {
        let reference = try Files.decode(values, bytesMax: GovernanceLimits.admissionBytesMax) {
            try ReferenceValues(parsing: JSON(parsing: $0).canonicalBytes)
        }
        let rule = try AdmissionRule(
            referenceValues: reference, operatorIssuers: operatorIssuer.map { Text($0) },
            jurisdictionIssuers: jurisdictionIssuer.map { Text($0) }, attestEvery: attestEvery,
            staleAfter: staleAfter ?? 2 * attestEvery)
        let kinds = reference.rules.map(\.kind.rawValue).joined(separator: ", ")
        try await GovernanceCommand.decide(
            .ruleAdmission(document: rule.bytes), votes, rail, "nodes must show evidence of kind \(kinds)", console)
    }
}

struct StatusPublishCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Publish an issuer's status list in the rail's log.",
        discussion: """
            LIST is the file that `nexus credential revoke` writes. Credentials in it that are revoked or suspended count \
            no more from now on. The vote is the issuer's own: --key is its key file.
            """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @OptionGroup var votes: GovernanceCommand.Votes
    @Argument(help: "The list's credential.", completion: .file()) var list: String
    @Option(help: "The approved issuer's name.") var issuer: String

    func run(on console: Console) async throws {
        let bytes = try Files.read(list, bytesMax: GovernanceLimits.statusBytesMax)
        try await GovernanceCommand.decide(
            .publishStatus(issuer: Text(issuer), list: bytes), votes, rail, "status list of \(issuer) published",
            console)
    }
}
