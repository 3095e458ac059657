import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

/// Where decided jobs are on their way into the log. One rollup is under way at a time; the next gathers meanwhile.
public struct RollupState: Sendable {
    /// Decided jobs in order of decision, not yet in a rollup.
    var decided: [Digest] = []
    /// The rollup that waits for the rail's signature.
    var sealing: Sealing?
    /// The signed rollup that waits for the log.
    var signed: (number: Int, bytes: [UInt8])?
    /// Entries that were handed to the log and not confirmed.
    var committing: Committing?
    public internal(set) var number = 0
    var previous = Digest(of: [])
    /// Entries in the log: the genesis is the first.
    public internal(set) var logSize = 0
    var jobs: [Digest] = []
    /// Journal sequence of each sealed rollup, by number, and its log index once it is there.
    public internal(set) var sealedAt: [Int: Int] = [:]
    public internal(set) var logIndex: [Int: Int] = [:]

    struct Sealing {
        let number: Int
        let rollup: [UInt8]
        let statements: [[UInt8]]
    }

    struct Committing {
        let entries: [[UInt8]]
        let rollup: Int?
        let governance: Int
        var isAsked: Bool
    }

    /// After a restart, what was under way is asked for again.
    mutating func restart() {
        isSealAsked = false
        committing?.isAsked = false
    }

    var isSealAsked = false
}

extension Orchestrator {
    public var rollupState: RollupState { rollups }

    /// Step 8, first part: closes a batch of decided jobs once the last one is in the log.
    mutating func seal(_ context: StepContext) {
        if let sealing = rollups.sealing {
            guard !rollups.isSealAsked else { return }
            rollups.isSealAsked = true
            effects.append(.seal(number: sealing.number, rollup: sealing.rollup, statements: sealing.statements))
            return
        }
        // Governance that is accepted goes into the log first, so that a rollup names the governance before it.
        guard rollups.signed == nil, rollups.committing == nil, proposals.isEmpty, rollups.logSize > 0 else { return }
        let ready = rollups.decided.prefix(EvidenceLimits.rollupMax).filter { isReady($0, context) }
        guard !ready.isEmpty else { return }
        let chosen = Set(ready)
        rollups.decided.removeAll { chosen.contains($0) }
        rollups.number += 1
        var statements: [[UInt8]] = []
        var leaves: [Rollup.Leaf] = []
        for (index, id) in ready.enumerated() {
            guard var job = jobs[id], let statement = quorumStatement(job) else { continue }
            let bytes = statement.bytes
            statements.append(bytes)
            leaves.append(
                .init(occurrenceID: job.occurrenceID, hash: Merkle.leaf(bytes), isCorrection: job.supersedes != nil))
            job.status = .sealed
            job.rollup = rollups.number
            job.leafIndex = index
            jobs[id] = job
        }
        let rollup = Rollup(
            rail: rail, number: rollups.number, previous: rollups.previous, leaves: leaves,
            governanceNumber: snapshot.number, snapshot: snapshotDigest, sealedAt: context.now)
        let bytes = rollup.bytes
        rollups.jobs = Array(ready)
        rollups.previous = Digest(of: bytes)
        rollups.sealing = .init(number: rollups.number, rollup: bytes, statements: statements)
        rollups.isSealAsked = true
        effects.append(.seal(number: rollups.number, rollup: bytes, statements: statements))
    }

    /// A decided job waits a little for nodes that have not answered, so that their statements are in its evidence.
    private func isReady(_ id: Digest, _ context: StepContext) -> Bool {
        guard let job = jobs[id], let decidedAt = job.decidedAt else { return false }
        let waits = job.attempts.contains { $0.isOpen && $0.lostAt == nil }
        return !waits || context.now >= decidedAt + .milliseconds(configuration.sealGraceMilliseconds)
    }

    private func quorumStatement(_ job: Job) -> QuorumStatement? {
        guard let decision = job.decision, let decidedAt = job.decidedAt else { return nil }
        let attempts = job.attempts.map { attempt in
            QuorumStatement.Attempt(
                attempt: attempt.number, node: attempt.node, operator: attempt.operator, token: attempt.token,
                outcome: outcome(of: attempt),
                statement: attempt.statement?.digest, detail: attempt.detail)
        }
        return QuorumStatement(
            rail: rail, job: job.id, occurrenceID: job.occurrenceID, occurrence: job.occurrence, clauseID: job.clauseID,
            clause: job.clause, trigger: job.trigger, inputCommitment: job.inputCommitment, decision: decision,
            attempts: attempts, supersedes: job.supersedes,
            acknowledgedAt: job.acknowledgedAt, decidedAt: decidedAt)
    }

    private func outcome(of attempt: Job.Attempt) -> QuorumStatement.Attempt.Outcome {
        guard attempt.statement != nil else { return attempt.outcome }
        if !isEntitled(attempt) { return .void }
        return attempt.outcome == .pending ? .differed : attempt.outcome
    }

    mutating func sealed(_ number: Int, _ envelope: Envelope, _ statements: [[UInt8]], _ context: StepContext) {
        guard let sealing = rollups.sealing, sealing.number == number, envelope.payload == sealing.rollup else {
            return
        }
        rollups.sealing = nil
        rollups.isSealAsked = false
        rollups.signed = (number, envelope.bytes)
        rollups.sealedAt[number] = context.sequence
    }

    /// Step 8, second part: hands what is ready to the log. Rollups go before governance, so that no statement is
    /// logged
    /// after a revocation that its rollup did not know.
    mutating func commit() {
        if let committing = rollups.committing {
            guard !committing.isAsked else { return }
            rollups.committing?.isAsked = true
            effects.append(.commit(committing.entries, firstIndex: rollups.logSize))
            return
        }
        guard rollups.sealing == nil else { return }
        var entries: [[UInt8]] = []
        var rollup: Int?
        if rollups.logSize == 0 { entries.append(snapshot.genesis.bytes) }
        if let signed = rollups.signed {
            entries.append(signed.bytes)
            rollup = signed.number
        }
        let governance = proposals.map(\.entry.bytes)
        entries += governance
        guard !entries.isEmpty else { return }
        rollups.committing = .init(entries: entries, rollup: rollup, governance: governance.count, isAsked: true)
        effects.append(.commit(entries, firstIndex: rollups.logSize))
    }

    /// Steps 8 and 9: the checkpoint is durable, so the certificates are released and governance comes into force.
    mutating func committed(_ first: Int, _ count: Int, _ context: StepContext) {
        guard let committing = rollups.committing, first == rollups.logSize, count == committing.entries.count else {
            return
        }
        rollups.committing = nil
        rollups.logSize = first + count
        if let number = committing.rollup {
            rollups.signed = nil
            rollups.logIndex[number] = first + count - committing.governance - 1
            release(context)
        }
        guard committing.governance > 0 else { return }
        for offset in 0..<committing.governance {
            let (request, entry) = proposals[offset]
            enforce(entry, at: first + count - committing.governance + offset, context)
            effects.append(.governed(request, number: entry.number, digest: entry.digest))
        }
        proposals.removeFirst(committing.governance)
        // What waits in line was judged by the log index before this one.
        accepted.adoptLogIndices(of: snapshot)
        effects.append(.announce(snapshot))
    }

    private mutating func release(_ context: StepContext) {
        let released = rollups.jobs
        rollups.jobs = []
        for id in released {
            guard var job = jobs[id] else { continue }
            job.status = .certified
            job.certifiedAt = context.now
            occurrences[job.occurrenceID] = id
            jobs[id] = job
            if let reason = refusal(.release, job, context) {
                let message = "job \(id.short) is certified, its actions are withheld: \(reason)"
                effects.append(.alert(.init(kind: .refusal, job: id, message: message)))
            } else {
                fire(job, context)
            }
        }
        decide("certified", ["jobs": .array(released.map(\.json))])
        effects.append(.certified(released))
        for id in released { retire(id) }
    }

    /// Lets go of what a certified job no longer needs, once no more answers are expected.
    mutating func retire(_ id: Digest) {
        guard var job = jobs[id], [.certified, .withdrawn].contains(job.status) else { return }
        if let place = openJobs.firstIndex(of: id) {
            guard !job.attempts.contains(where: { $0.isOpen && $0.lostAt == nil }) else { return }
            openJobs.remove(at: place)
        }
        let winner = job.attempts.firstIndex { $0.statement != nil && $0.outcome == .agreed }
        for index in job.attempts.indices where !job.attempts[index].isOpen && index != winner {
            job.attempts[index].statement = job.attempts[index].statement.map {
                .init(digest: $0.digest, resultDigest: $0.resultDigest, result: [], signal: $0.signal)
            }
        }
        job.payload = []
        job.inputs = []
        jobs[id] = job
    }

    /// Brings a logged entry into force, with what it means for open work.
    private mutating func enforce(_ entry: GovernanceEntry, at logIndex: Int, _ context: StepContext) {
        do {
            try snapshot.apply(entry, at: logIndex)
        } catch {
            preconditionFailure("an accepted entry does not apply: \(error)")
        }
        governanceIndices.append(logIndex)
        decide("governance.inForce", ["entry": .int(entry.number), "logIndex": .int(logIndex)])
        switch entry.proposal.decision {
        case .revokeNode(let did, _): revoke({ $0.did == did }, context)
        case .revokeOperator(let did, _): revoke({ $0.binding.operator == did }, context)
        case .advanceClause(let digest, .deprecated, _, _): withdraw(digest)
        case .overrideOccurrence(_, let id, let signal, _):
            guard jobs[id]?.status == .frozen else { return }
            jobs[id]?.decision = .override(entry: entry.number, signal: signal)
            jobs[id]?.decidedAt = context.now
            jobs[id]?.status = .decided
            rollups.decided.append(id)
        default: break
        }
    }

    private mutating func revoke(_ isMeant: (NodePopulation.Node) -> Bool, _ context: StepContext) {
        let revoked = nodes.all.filter(isMeant)
        for node in revoked { effects.append(.disconnect(node: node.did, reason: "revoked")) }
        let dids = Set(revoked.map(\.did))
        for id in openJobs {
            guard let job = jobs[id], job.attempts.contains(where: { dids.contains($0.node) }) else { continue }
            for index in job.attempts.indices
            where dids.contains(job.attempts[index].node) && job.attempts[index].isOpen {
                jobs[id]?.attempts[index].lostAt = context.now
            }
            guard case .quorum? = job.decision, job.status == .decided else { continue }
            // A decision that rests on a void statement is taken again.
            jobs[id]?.decision = nil
            jobs[id]?.decidedAt = nil
            jobs[id]?.status = .running
            for index in job.attempts.indices where job.attempts[index].statement != nil {
                jobs[id]?.attempts[index].outcome = .pending
            }
            rollups.decided.removeAll { $0 == id }
            resolve(id, context)
        }
    }

    private mutating func withdraw(_ clause: Digest) {
        for id in openJobs {
            guard let job = jobs[id], job.clause == clause, [.waiting, .running, .frozen].contains(job.status) else {
                continue
            }
            jobs[id]?.status = .withdrawn
            // A correction that comes to nothing leaves the certificate standing that it was to correct.
            occurrences[job.occurrenceID] = job.supersedes
            decide("withdrawn", ["job": id.json])
            for attempt in job.attempts where attempt.isOpen {
                effects.append(.cancel(node: attempt.node, tokens: [attempt.token]))
            }
        }
    }
}
