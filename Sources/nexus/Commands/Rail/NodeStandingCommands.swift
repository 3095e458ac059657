import ArgumentParser
import NexusAttestation
import NexusBase
import NexusGovernance
import NexusRail
import NexusTrust

/// What a rail knows of one of its nodes.
private struct KnownNode {
    let did: DID
    let `operator`: DID
    let attestation: AttestationKind
    let evidence: Digest?

    /// By its DID, or by the beginning of what `nexus node list` shows. Throws `cli.not-found`.
    init(_ name: String, at rail: RailOption) async throws {
        var fields = try Fields(await rail.client.call(["operation": "nodes"]), at: "answer")
        let found = try fields.array("nodes").compactMap { json -> KnownNode? in
            var node = try Fields(json, at: "node")
            let did = try node.did("node")
            guard did.text.string == name || did.short.hasPrefix(name) else { return nil }
            return KnownNode(
                did: did, operator: try node.did("operator"), attestation: try node.choice("attestation"),
                evidence: try node.optionalDigest("evidence"))
        }
        guard found.count == 1, let only = found.first else {
            throw CommandError(.badInput, "\(found.count) nodes of this rail are \"\(name)\"", at: "NODE")
        }
        self = only
    }

    private init(did: DID, operator: DID, attestation: AttestationKind, evidence: Digest?) {
        self.did = did
        self.operator = `operator`
        self.attestation = attestation
        self.evidence = evidence
    }
}

struct NodeAdmitCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: "Admit a node to a rail, by votes of the committee.",
        discussion: """
            Says under which kind of evidence the node is admitted and keeps its operator's credentials in the log. The \
            node must have connected: the rail judged its evidence then. A suspended node is let in again the same way.

            EXAMPLE
              nexus node admit did:key:z6Mk… --rail rail --credential operator.json --credential place.json \\
                --key keys/committee-1.key --key keys/committee-2.key --key keys/committee-3.key
            """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @OptionGroup var votes: GovernanceCommand.Votes
    @Argument(help: "The node's DID.") var node: String
    @Option(help: "A credential about the node or its operator (repeat).", completion: .file()) var credential:
        [String] = []
    @Option(help: "What was looked at.") var note = ""

    func run(on console: Console) async throws {
        let known = try await KnownNode(node, at: rail)
        let credentials = try credential.map {
            try Files.read($0, bytesMax: GovernanceLimits.credentialBytesMax)
        }
        let decision = Proposal.Decision.admitNode(
            NodeApplication(
                node: known.did, operator: known.operator, attestation: known.attestation, evidence: known.evidence,
                credentials: credentials), note: Text(note))
        try await GovernanceCommand.decide(
            decision, votes, rail, "node \(known.did.short) admitted with \(known.attestation.rawValue) evidence",
            console)
    }
}

struct NodeSuspendCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Give a node no more work until it is admitted again.",
        discussion: "What it runs is given up, or may finish where the clause says so (onRevocation: finish).")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @OptionGroup var votes: GovernanceCommand.Votes
    @Argument(help: "The node's DID.") var node: String
    @Option(help: "Why.") var reason: String

    func run(on console: Console) async throws {
        let known = try await KnownNode(node, at: rail)
        try await GovernanceCommand.decide(
            .suspendNode(did: known.did, reason: Text(reason)), votes, rail, "node \(known.did.short) suspended",
            console)
    }
}

struct NodeRevokeCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a node for ever.",
        discussion: "What it runs is given up, or may finish where the clause says so (onRevocation: finish).")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @OptionGroup var votes: GovernanceCommand.Votes
    @Argument(help: "The node's DID.") var node: String
    @Option(help: "Why.") var reason: String

    func run(on console: Console) async throws {
        let did = try DID(parsing: Text(node))
        try await GovernanceCommand.decide(
            .revokeNode(did: did, reason: Text(reason)), votes, rail, "node \(did.short) revoked", console)
    }
}
