import NexusBase
import NexusClause
import NexusPolicy
public import NexusTrust

extension GovernanceSnapshot {
    /// Who voted how on a proposal, after every signature was verified.
    public struct Tally: Sendable, Hashable {
        public let approving: [DID]
        public let rejecting: [DID]
    }

    /// Folds the next entry, which stands in the log at `logIndex`. Nothing changes when it throws.
    @discardableResult
    public mutating func apply(_ entry: GovernanceEntry, at logIndex: Int) throws -> Tally {
        guard entry.number == number + 1, entry.previous == head else {
            throw GovernanceError(
                .brokenChain, "entry \(entry.number) does not follow entry \(number)", at: "governanceEntry.previous")
        }
        let tally = try check(entry.proposal, ballots: entry.ballots)
        var next = self
        try next.decide(entry, approving: tally.approving)
        // A node that was suspended before it is revoked is barred since the suspension.
        if let did = entry.proposal.decision.barred, next.barred[did] == nil { next.barred[did] = logIndex }
        next.number = entry.number
        next.head = entry.digest
        next.logIndex = logIndex
        next.decided.insert(entry.proposal.digest)
        self = next
        return tally
    }

    /// The entry that this proposal would become, if it has the votes and may be decided now.
    public func entry(deciding proposal: Proposal, ballots: [Envelope]) throws -> GovernanceEntry {
        let entry = GovernanceEntry(number: number + 1, previous: head, proposal: proposal, ballots: ballots)
        guard entry.bytes.count <= GovernanceLimits.entryBytesMax else {
            throw BaseError(.tooLarge, "a governance entry has at most \(GovernanceLimits.entryBytesMax) bytes")
        }
        var trial = self
        try trial.apply(entry, at: logIndex)
        return entry
    }

    /// Who may vote on a decision, and how many must approve it: an issuer publishes its own clauses and policies, each
    /// member of the committee approves jobs for itself, the committee decides the rest.
    private func electorate(_ decision: Proposal.Decision) throws -> (voters: [DID], threshold: Int) {
        let name: Text
        switch decision {
        case .publishClause(let document): name = try Clause(canonical: document).id.issuer
        case .publishPolicy(let document): name = try RailPolicy.read(document).issuer
        case .publishStatus(let issuer, _): name = issuer
        case .approveJob: return (genesis.committee.keys, 1)
        default: return (genesis.committee.keys, genesis.committee.threshold)
        }
        guard let issuer = issuer(name) else {
            throw GovernanceError(.unknownSubject, "no issuer named \(name) is approved")
        }
        return ([issuer], 1)
    }

    /// Verifies the votes.
    func check(_ proposal: Proposal, ballots: [Envelope]) throws -> Tally {
        guard proposal.rail == rail else { throw GovernanceError(.otherRail, "the proposal is for \(proposal.rail)") }
        guard !decided.contains(proposal.digest) else {
            throw GovernanceError(.alreadyDecided, "this proposal was decided before")
        }
        let (electorate, threshold) = try electorate(proposal.decision)
        var votes: [(DID, Ballot.Vote)] = []
        for (index, envelope) in ballots.enumerated() {
            let place = "ballots[\(index)]"
            guard envelope.signatures.count == 1, let voter = envelope.signatures.first?.keyID,
                electorate.contains(voter)
            else { throw GovernanceError(.badVote, "a ballot is signed by one key that has a vote", at: place) }
            guard !votes.contains(where: { $0.0 == voter }) else {
                throw GovernanceError(.badVote, "\(voter) voted twice", at: place)
            }
            try envelope.verify(by: voter.verificationKey(), policy: suites)
            let ballot = try Ballot(in: envelope)
            guard ballot.proposal == proposal.digest else {
                throw GovernanceError(.badVote, "the ballot is for another proposal", at: place)
            }
            votes.append((voter, ballot.vote))
        }
        let approving = votes.filter { $0.1 == .approve }.map(\.0)
        guard approving.count >= threshold else {
            throw GovernanceError(.tooFewVotes, "\(approving.count) of the \(threshold) approvals needed")
        }
        return Tally(approving: approving, rejecting: votes.filter { $0.1 == .reject }.map(\.0))
    }

    private mutating func decide(_ folded: GovernanceEntry, approving: [DID]) throws {
        let (entry, time) = (folded.number, folded.proposal.proposedAt)
        switch folded.proposal.decision {
        case .approveOperator(let name, let did, let jurisdiction):
            guard !isApproved(operator: did) else {
                throw GovernanceError(.notAllowed, "operator \(did) is approved already")
            }
            try suites.require(did)
            operators.append(Operator(name: name, did: did, jurisdiction: jurisdiction))
            barred[did] = nil
        case .revokeOperator(let did, _):
            guard let index = operators.lastIndex(where: { $0.did == did && $0.revokedBy == nil }) else {
                throw GovernanceError(.unknownSubject, "operator \(did) is not approved")
            }
            operators[index].revokedBy = entry
        case .revokeNode(let did, _):
            guard !isRevoked(node: did) else { throw GovernanceError(.notAllowed, "node \(did) is revoked already") }
            revokedNodes.append(did)
        case .approveIssuer(let name, let did):
            try suites.require(did)
            issuers.append(NamedKey(name: name, did: did))
        case .approveFeed(let name, let did):
            try suites.require(did)
            feeds.append(NamedKey(name: name, did: did))
        case .publishClause(let document):
            try publish(Clause(canonical: document))
        case .advanceClause(let digest, let stage, let report, _):
            try advance(digest, to: stage, report: report, entry: entry)
        case .overrideOccurrence(let occurrence, let job, let signal, _):
            guard !overrides.contains(where: { $0.occurrenceID == occurrence }) else {
                throw GovernanceError(.notAllowed, "the occurrence was decided by an override before")
            }
            overrides.append(Override(occurrenceID: occurrence, jobID: job, signal: signal, entry: entry))
        case .rotateKey(let from, let to, _): try rotate(from, to, entry: entry)
        case .publishPolicy(let document): try publish(RailPolicy.read(document))
        case .advancePolicy(let digest, let stage, _): try advancePolicy(digest, to: stage, entry: entry)
        case .approveJob(let job, let result, _): try approve(job, result: result, by: approving, entry: entry)
        case .ruleAdmission(let document): try setRule(document, entry: entry)
        case .admitNode(let application, _): try admitNode(application, at: time, entry: entry)
        case .suspendNode(let did, _): try suspend(did)
        case .publishStatus(let issuer, let list): try publishStatus(of: issuer, list, at: time, entry: entry)
        }
    }

    private mutating func publish(_ clause: Clause) throws {
        guard self.clause(clause.id) == nil else {
            throw GovernanceError(.notAllowed, "\(clause.id) is published already; a change is a new version")
        }
        if let foreign = clause.execution.attestation.first(where: { !genesis.attestation.contains($0) }) {
            throw GovernanceError(
                .notAllowed, "the rail accepts no \(foreign) attestation", at: "execution.attestation")
        }
        clauses.append(PublishedClause(clause: clause, stage: .draft))
    }

    private mutating func advance(_ digest: Digest, to stage: LifecycleStage, report: Digest?, entry: Int) throws {
        guard let index = clauses.firstIndex(where: { $0.clause.digest == digest }) else {
            throw GovernanceError(.unknownSubject, "no clause \(digest.short) is published")
        }
        let from = clauses[index].stage
        guard from.next.contains(stage) else {
            throw GovernanceError(.notAllowed, "a clause does not go from \(from.rawValue) to \(stage.rawValue)")
        }
        if stage == .simulated {
            guard let report else {
                throw GovernanceError(.notAllowed, "the stage simulated names the simulation's report", at: "report")
            }
            clauses[index].report = report
        }
        clauses[index].stage = stage
        guard stage == .active else { return }
        clauses[index].activatedBy = entry
        // One version of a clause is in force: the one before gives way.
        let id = clauses[index].clause.id
        for other in clauses.indices where other != index && clauses[other].stage == .active {
            let otherID = clauses[other].clause.id
            if otherID.issuer == id.issuer, otherID.name == id.name { clauses[other].stage = .superseded }
        }
    }
}

extension GovernanceSnapshot {
    /// Takes the log index of the snapshot that is in force, for one that is ahead of it.
    package mutating func adoptLogIndices(of inForce: GovernanceSnapshot) { logIndex = inForce.logIndex }
}
