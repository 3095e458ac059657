public import NexusBase
public import NexusGovernance
package import NexusTrust

/// A rail's governance as its nodes and validators are told it: the whole chain, in the log under a cosigned
/// checkpoint.
public struct GovernanceEvidence: Sendable, Hashable {
    static let format: Text = "nexus.governance-evidence/v1"

    public let checkpoint: Text
    public let genesis: EvidencePack.LogEntry
    public let entries: [EvidencePack.LogEntry]

    public init(checkpoint: Text, genesis: EvidencePack.LogEntry, entries: [EvidencePack.LogEntry]) {
        self.checkpoint = checkpoint
        self.genesis = genesis
        self.entries = entries
    }

    public var bytes: [UInt8] {
        let json: JSON = [
            "checkpoint": .string(checkpoint), "entries": .array(entries.map(\.json)), "format": .string(Self.format),
            "genesis": genesis.json,
        ]
        return json.canonicalBytes
    }

    public init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(
            JSON(parsingCanonical: bytes, bytesMax: EvidenceLimits.packBytesMax), at: "governance")
        guard try fields.text("format") == Self.format else {
            throw BaseError(.wrongType, "\(Self.format) is needed", at: "governance.format")
        }
        checkpoint = try fields.text("checkpoint", bytesMax: 1 << 20)
        genesis = try EvidencePack.LogEntry(json: fields.required("genesis"), at: "governance.genesis")
        entries = try fields.list("entries", countMax: GovernanceLimits.entriesMax) {
            try EvidencePack.LogEntry(json: $0, at: $1)
        }
        try fields.finish()
    }

    /// Makes the checks `checkpoint`, `genesis` and `governance` of a pack and gives the snapshot that is in force. The
    /// trust file's witnesses are for packs: nodes rest on the validators, whose files have no witnesses.
    public func verify(trust: TrustFile) throws -> GovernanceSnapshot {
        let pack = EvidencePack(
            rail: trust.rail, genesis: genesis, governance: entries, inputs: [], bindings: [], statements: [],
            quorum: [],
            rollup: genesis, leafIndex: 0, checkpoint: checkpoint)
        let own = trust.with(witnesses: nil, timeStampRoots: trust.timeStampRoots)
        var run = PackVerification(trust: own, pack: pack)
        _ = try run.verifyCheckpoint()
        _ = try run.verifyGenesis()
        _ = try run.verifyGovernance()
        return run.current
    }
}

extension PackVerification {
    /// What a validator checks of one decided job: clause, statements and quorum, with the inputs known by their
    /// leaves.
    package static func checkDecision(
        quorum bytes: [UInt8], statements: [Envelope], bindings: [Envelope], trust: TrustFile,
        snapshots: [GovernanceSnapshot], occurrenceID: Digest, proof: (result: ResultProof, input: BoundInput)? = nil
    ) throws {
        let quorum = try QuorumStatement(parsing: bytes)
        guard quorum.occurrenceID == occurrenceID else {
            throw EvidenceError(.mismatch, "another occurrence", at: "rollup.leaves")
        }
        // A committed input is shown to whoever verifies the proof of what was computed from it.
        let inputs = try references(quorum, statements).map { reference -> EvidencePack.Input in
            guard let input = proof?.input, CAC.InputReference(input) == reference else { return .withheld(reference) }
            return .shown(input)
        }
        let nowhere = EvidencePack.LogEntry(bytes: [], index: 0, path: [])
        let pack = EvidencePack(
            rail: trust.rail, genesis: nowhere, governance: [], inputs: inputs, bindings: bindings,
            statements: statements, quorum: bytes, rollup: nowhere, leafIndex: 0, checkpoint: "", proof: proof?.result)
        var run = PackVerification(trust: trust, pack: pack, snapshots: snapshots, quorum: quorum)
        try run.checkDecision()
        try run.checkShownInputs()
    }

    /// What the job was given, as its nodes say; where none signed anything, as the override says.
    private static func references(
        _ quorum: QuorumStatement, _ statements: [Envelope]
    ) throws -> [CAC.InputReference] {
        if let first = statements.first { return try CAC(in: first).inputs }
        guard case .override(_, _, let inputs) = quorum.decision else { return [] }
        return inputs
    }
}
