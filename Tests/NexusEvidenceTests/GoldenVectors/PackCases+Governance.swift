import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

extension PackCase {
    /// The standard steps, one of them changed.
    private static func changed(_ index: Int, _ edit: @escaping (inout GovernanceStep) -> Void) -> (Clause) ->
        [GovernanceStep]
    {
        { clause in
            var steps = PackScenario.standardGovernance(clause)
            edit(&steps[index])
            return steps
        }
    }

    /// A step more after the standard ones.
    private static func added(_ step: @escaping (Clause) -> GovernanceStep) -> (Clause) -> [GovernanceStep] {
        { PackScenario.standardGovernance($0) + [step($0)] }
    }

    private static func replaced(_ index: Int, _ decision: @escaping (Clause) -> Proposal.Decision) -> (Clause) ->
        [GovernanceStep]
    {
        { clause in
            var steps = PackScenario.standardGovernance(clause)
            steps[index].decision = decision(clause)
            return steps
        }
    }

    static var governanceCases: [PackCase] {
        [
            PackCase(
                .governance, "evidence.not-in-log", "entry-not-in-log", "A governance entry's path leads elsewhere."
            ) {
                $0.editPack = { $0["governance.2.path.0"] = .base64(Digest(of: [7]).bytes) }
            },
            PackCase(
                .governance, "evidence.not-in-log", "entry-past-the-end", "A governance entry past the end of the log."
            ) {
                $0.editPack = { $0["governance.2.index"] = 500 }
            },
            PackCase(.governance, "evidence.mismatch", "entry-twice", "A governance entry is given twice.") {
                $0.editPack = { $0.edit("governance") { $0.insert($0[3], at: 3) } }
            },
            PackCase(
                .governance, "governance.broken-chain", "entry-left-out",
                "A governance entry is left out of the middle."
            ) {
                $0.editPack = { $0.edit("governance") { $0.remove(at: 1) } }
            },
            PackCase(.governance, "base.not-canonical", "entry-not-canonical", "An entry of the log is not canonical.")
            {
                $0.governance = changed(4) { step in step.editBytes = { $0.append(0x0A) } }
            },
            PackCase(
                .governance, "governance.other-rail", "proposal-of-other-rail",
                "A decision of another rail is replayed."
            ) {
                $0.governance = changed(3) { step in
                    step.editProposal = {
                        $0["predicate.rail"] = Digest(of: [1]).json
                        $0["subject.0.digest.sha256"] = .text(Digest(of: [1]).hex)
                    }
                }
            },
            PackCase(.governance, "governance.other-rail", "proposal-subject", "A proposal's subject is another rail.")
            {
                $0.governance = changed(3) { step in
                    step.editProposal = { $0["subject.0.digest.sha256"] = .text(Digest(of: [1]).hex) }
                }
            },
            PackCase(.governance, "base.wrong-type", "unknown-decision", "A kind of decision that does not exist.") {
                $0.governance = changed(3) { step in step.editProposal = { $0["predicate.decision.kind"] = "rail.sell" }
                }
            },
            PackCase(.governance, "governance.already-decided", "decided-twice", "One proposal is decided twice.") {
                $0.governance = { clause in
                    var steps = [GovernanceStep.approveFeed] + PackScenario.standardGovernance(clause)
                    steps[0].editProposal = { $0["predicate.proposedAt"] = Party.time(1).json }
                    steps[5].editProposal = { $0["predicate.proposedAt"] = Party.time(1).json }
                    steps.swapAt(5, 1)
                    return steps
                }
            },
            PackCase(.governance, "governance.not-allowed", "operator-twice", "An approved operator is approved again.")
            {
                $0.governance = added { _ in .approveOperator(0) }
            },
            PackCase(
                .governance, "governance.unknown-subject", "revoked-stranger",
                "An operator is revoked who never was one."
            ) {
                $0.governance = added { _ in .init(.revokeOperator(did: Party.stranger.did, reason: "")) }
            },
            PackCase(.governance, "governance.not-allowed", "node-revoked-twice", "A node is revoked twice.") {
                $0.governance = {
                    PackScenario.standardGovernance($0)
                        + ["a", "b"].map { .init(.revokeNode(did: Party.nodes[3].did, reason: Text($0))) }
                }
            },
            PackCase(
                .governance, "trust.unknown-suite", "operator-key-of-other-kind",
                "An operator whose did:key cannot be read."
            ) {
                let did = "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"
                $0.governance = added { _ in
                    // SAFETY: the text is a DID of an X25519 key.
                    .init(.approveOperator(name: "X", did: try! DID(parsing: Text(did)), jurisdiction: "PE"))
                }
            },
            PackCase(
                .governance, "governance.unknown-subject", "unknown-issuer",
                "A clause by an issuer that is not approved."
            ) {
                $0.governance = { clause in
                    var steps = PackScenario.standardGovernance(clause)
                    steps.remove(at: 3)
                    return steps
                }
            },
            PackCase(
                .governance, "governance.bad-vote", "clause-by-committee", "The committee publishes another's clause."
            ) {
                $0.governance = changed(5) { $0.voters = [(Party.committee[0], .approve)] }
            },
            PackCase(
                .governance, "governance.not-allowed", "published-twice", "An id is published twice with other text."
            ) {
                $0.governance = added { clause in
                    var other = clause.json
                    other["title"] = "Another"
                    return .publish(other.canonicalBytes)
                }
            },
            PackCase(
                .governance, "governance.not-allowed", "attestation-of-no-rail",
                "A clause takes evidence that the rail does not."
            ) {
                $0.editClause = { $0.with("attestation: [simulated]", "attestation: [simulated, tpm]") }
            },
            PackCase(.governance, "clause.schema", "clause-field", "A published clause has a field too many.") {
                $0.governance = changed(5) { step in
                    step.editProposal = { $0.editDocument("predicate.decision.document") { $0["discount"] = "1" } }
                }
            },
            PackCase(
                .governance, "clause.inconsistent", "clause-quorum",
                "A published clause has a quorum that two answers reach."
            ) {
                $0.governance = changed(5) { step in
                    step.editProposal = { $0.editDocument("predicate.decision.document") { $0["execution.nodes"] = 4 } }
                }
            },
            PackCase(
                .governance, "governance.unknown-subject", "unknown-clause",
                "A clause that is not published is advanced."
            ) {
                $0.governance = replaced(6) { _ in
                    .advanceClause(digest: Digest(of: [1]), stage: .simulated, report: Digest(of: []), note: "")
                }
            },
            PackCase(
                .governance, "governance.not-allowed", "unsimulated", "A clause becomes reviewed without a simulation."
            ) {
                $0.governance = replaced(6) {
                    .advanceClause(digest: $0.digest, stage: .reviewed, report: nil, note: "")
                }
            },
            PackCase(.governance, "governance.not-allowed", "no-report", "The stage simulated names no report.") {
                $0.governance = replaced(6) {
                    .advanceClause(digest: $0.digest, stage: .simulated, report: nil, note: "")
                }
            },
            PackCase(.governance, "governance.not-allowed", "override-twice", "An occurrence is overridden twice.") {
                $0.laterGovernance = { job in
                    ["a", "b"].map {
                        .init(
                            .overrideOccurrence(
                                occurrenceID: job.occurrenceID, jobID: job.id, signal: .pass, reason: Text($0)))
                    }
                }
            },
        ]
    }

    static var ballotCases: [PackCase] {
        [
            PackCase(.governance, "governance.too-few-votes", "two-of-three", "Two of the three approvals needed.") {
                $0.governance = changed(0) { $0.voters.removeLast() }
            },
            PackCase(.governance, "governance.too-few-votes", "rejected", "Two approve and four reject.") {
                $0.governance = changed(0) { step in
                    step.voters = Party.committee.enumerated().map { ($1, $0 < 2 ? .approve : .reject) }
                }
            },
            PackCase(.governance, "governance.bad-vote", "stranger-votes", "A key without a vote votes.") {
                $0.governance = changed(0) { $0.voters.append((Party.stranger, .approve)) }
            },
            PackCase(.governance, "governance.bad-vote", "votes-twice", "One key votes twice.") {
                $0.governance = changed(0) { $0.voters[2] = $0.voters[0] }
            },
            PackCase(.governance, "governance.bad-vote", "two-sign-one-ballot", "Two keys sign one ballot.") {
                $0.governance = changed(0) { step in
                    step.editBallot = { if $0 == 0 { $1.keys.append(Party.committee[4]) } }
                }
            },
            PackCase(.governance, "governance.bad-vote", "ballot-for-other", "A ballot for another proposal.") {
                $0.governance = changed(0) { step in
                    step.editBallot = { index, ballot in
                        guard index == 1 else { return }
                        ballot.json["predicate.proposal"] = Digest(of: [1]).json
                        ballot.json["subject.0.digest.sha256"] = .text(Digest(of: [1]).hex)
                    }
                }
            },
            PackCase(
                .governance, "governance.bad-vote", "ballot-subject", "A ballot whose subject is another proposal."
            ) {
                $0.governance = changed(0) { step in
                    step.editBallot = { if $0 == 1 { $1.json["subject.0.digest.sha256"] = .text(Digest(of: [1]).hex) } }
                }
            },
            PackCase(.governance, "trust.bad-signature", "ballot-signature", "A ballot's signature does not verify.") {
                $0.governance = changed(0) { step in step.editBallot = { if $0 == 1 { $1.isCorrupted = true } } }
            },
            PackCase(
                .governance, "trust.wrong-predicate", "reading-as-ballot",
                "A committee key's other statement as a ballot."
            ) {
                $0.governance = changed(0) { step in
                    step.editBallot = { if $0 == 1 { $1.json["predicateType"] = "urn:nexus:reading:v1" } }
                }
            },
        ]
    }
}
