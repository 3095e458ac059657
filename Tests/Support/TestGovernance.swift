package import NexusBase
package import NexusClause
package import NexusGovernance
package import NexusLog
package import NexusTrust

/// One governance entry to be made, with places to spoil it.
package struct GovernanceStep {
    package var decision: Proposal.Decision
    package var voters: [(key: SigningKey, vote: Ballot.Vote)]
    package var editProposal: (inout JSON) -> Void = { _ in }
    package var editBallot: (Int, inout SignedDocument) -> Void = { _, _ in }
    package var editEntry: (inout JSON) -> Void = { _ in }
    package var editBytes: (inout [UInt8]) -> Void = { _ in }

    /// Three of six approve.
    package init(_ decision: Proposal.Decision, by voters: [SigningKey] = Array(Party.committee.prefix(3))) {
        self.decision = decision
        self.voters = voters.map { ($0, .approve) }
    }
}

extension GovernanceStep {
    package static func approveOperator(_ index: Int) -> GovernanceStep {
        GovernanceStep(
            .approveOperator(
                name: Text("Operator \(index + 1)"), did: Party.operators[index].did,
                jurisdiction: Party.jurisdictions[index]))
    }
    package static var approveIssuer: GovernanceStep {
        GovernanceStep(.approveIssuer(name: "GRA", did: Party.issuer.did))
    }
    package static var approveFeed: GovernanceStep { GovernanceStep(.approveFeed(name: "ersst", did: Party.feed.did)) }
    package static func publish(_ document: [UInt8]) -> GovernanceStep {
        GovernanceStep(.publishClause(document: document), by: [Party.issuer])
    }
    package static func rotate(_ from: VerifierKey, _ to: VerifierKey) -> GovernanceStep {
        GovernanceStep(.rotateKey(from: from.text, to: to.text, reason: "as planned"))
    }
    package static func advance(_ clause: Digest, _ stage: LifecycleStage) -> GovernanceStep {
        GovernanceStep(
            .advanceClause(
                digest: clause, stage: stage, report: stage == .simulated ? Digest(of: Array("report".utf8)) : nil,
                note: "looked at"))
    }
    package static func activate(_ clause: Digest) -> [GovernanceStep] {
        [LifecycleStage.simulated, .reviewed, .active].map { advance(clause, $0) }
    }
}

/// A chain of entries as it is being written, valid or not, and its fold as far as it is valid.
package struct GovernanceChain {
    package private(set) var entries: [[UInt8]] = []
    /// After each entry; the genesis alone first.
    package private(set) var snapshots: [GovernanceSnapshot]
    private let rail: Digest
    private var head: Digest

    package init(_ genesis: Genesis) {
        rail = genesis.rail
        head = genesis.rail
        snapshots = [GovernanceSnapshot(genesis: genesis)]
    }

    /// Appends an entry at the next log index, whether it is valid or not; throws what folding it threw.
    package mutating func append(_ step: GovernanceStep, at logIndex: Int? = nil) throws {
        let number = entries.count + 1
        let proposal = Proposal(rail: rail, proposedAt: Party.time(number), decision: step.decision)
        // SAFETY: the bytes were just written.
        var proposed = try! JSON(parsing: proposal.bytes)
        step.editProposal(&proposed)
        let bytes = proposed.canonicalBytes
        let ballots = try step.voters.enumerated().map { index, voter in
            let ballot = Ballot(proposal: Digest(of: bytes), vote: voter.vote, votedAt: Party.time(number))
            var document = SignedDocument(try ballot.sealed(by: voter.key).payload, by: voter.key)
            step.editBallot(index, &document)
            return try document.envelope
        }
        var entry: JSON = [
            "ballots": .array(ballots.map(\.json)), "format": "nexus.governance-entry/v1", "number": .int(number),
            "previous": head.json, "proposal": .base64(bytes),
        ]
        step.editEntry(&entry)
        var written = entry.canonicalBytes
        step.editBytes(&written)
        entries.append(written)
        head = Digest(of: written)
        var next = snapshots[snapshots.count - 1]
        try next.apply(GovernanceEntry(parsing: written), at: logIndex ?? number)
        snapshots.append(next)
    }
}

extension Genesis {
    /// Three of six committee keys, two validators of whom both must cosign.
    package static func test(
        attestation: [Text] = ["simulated"], validatorThreshold: Int = 2, suites: SuitePolicy? = nil
    ) throws -> Genesis {
        try Genesis(
            name: "Test rail", createdAt: Party.time(0),
            committee: .init(keys: Party.committee.map(\.did), threshold: 3), railKey: Party.rail.did,
            logKey: Party.log.key.text, validators: Party.validators.map(\.key.text),
            validatorThreshold: validatorThreshold, attestation: attestation, suites: suites)
    }
}
