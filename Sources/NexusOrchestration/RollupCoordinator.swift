import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

/// Where decided jobs are on their way into the log. One rollup is under way at a time; the next gathers meanwhile.
public struct RollupState: Sendable {
    /// Places of decided jobs in order of decision, not yet in a rollup.
    var decided: [Int] = []
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
    /// Places of the jobs of the rollup that is under way.
    var jobs: [Int] = []
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
        let ready = takeReady(context)
        guard !ready.isEmpty else { return }
        rollups.number += 1
        var statements: [[UInt8]] = []
        var leaves: [Rollup.Leaf] = []
        for (index, place) in ready.enumerated() {
            let bytes = quorumStatement(jobs[place]).bytes
            statements.append(bytes)
            leaves.append(
                .init(
                    occurrenceID: jobs[place].occurrenceID, hash: Merkle.leaf(bytes),
                    isCorrection: jobs[place].supersedes != nil))
            jobs[place].status = .sealed
            jobs[place].rollup = rollups.number
            jobs[place].leafIndex = index
        }
        let rollup = Rollup(
            rail: rail, number: rollups.number, previous: rollups.previous, leaves: leaves,
            governanceNumber: snapshot.number, snapshot: snapshotDigest, sealedAt: context.now)
        let bytes = rollup.bytes
        rollups.jobs = ready
        rollups.previous = Digest(of: bytes)
        rollups.sealing = .init(number: rollups.number, rollup: bytes, statements: statements)
        rollups.isSealAsked = true
        effects.append(.seal(number: rollups.number, rollup: bytes, statements: statements))
    }

    /// Takes the decided jobs that may go into a rollup, in order of decision; an occurrence stands in it once.
    private mutating func takeReady(_ context: StepContext) -> [Int] {
        var ready: [Int] = []
        var later: [Int] = []
        // Validators are sent the proofs of a rollup in one message: the first job goes, others while there is room.
        var proofBytes = 0
        for place in rollups.decided.prefix(EvidenceLimits.rollupMax) {
            let bytes = jobs[place].proofMaterialBytes
            let hasRoom =
                bytes == 0 || proofBytes == 0
                || proofBytes + bytes <= EvidenceLimits.proofMaterialBytesMax
            if hasRoom, isReady(jobs[place], context) {
                ready.append(place)
                proofBytes += bytes
            } else {
                later.append(place)
            }
        }
        guard !ready.isEmpty else { return [] }
        rollups.decided.replaceSubrange(0..<(ready.count + later.count), with: later)
        return ready
    }

    /// A decided job waits a little for nodes that have not answered, so that their statements are in its evidence.
    private func isReady(_ job: Job, _ context: StepContext) -> Bool {
        guard let decidedAt = job.decidedAt else { return false }
        let waits = job.attempts.contains { $0.isOpen && $0.lostAt == nil }
        return !waits || context.now >= decidedAt + .milliseconds(configuration.sealGraceMilliseconds)
    }

    private func quorumStatement(_ job: Job) -> QuorumStatement {
        guard let decision = job.decision, let decidedAt = job.decidedAt else {
            preconditionFailure("a decided job without its decision")
        }
        let attempts = job.attempts.map { attempt in
            QuorumStatement.Attempt(
                attempt: attempt.number, node: attempt.node, operator: attempt.operator, token: attempt.token,
                outcome: outcome(of: attempt, job.rule), statement: attempt.statement?.digest, detail: attempt.detail)
        }
        return QuorumStatement(
            rail: rail, job: job.id, occurrenceID: job.occurrenceID, occurrence: job.occurrence, clauseID: job.clauseID,
            clause: job.clause, trigger: job.trigger, inputCommitment: job.inputCommitment, decision: decision,
            attempts: attempts, supersedes: job.supersedes, acknowledgedAt: job.acknowledgedAt, decidedAt: decidedAt)
    }

    private func outcome(
        of attempt: Job.Attempt, _ rule: Clause.ExecutionRule
    ) -> QuorumStatement.Attempt.Outcome {
        guard attempt.statement != nil else { return attempt.outcome }
        if !isEntitled(attempt, rule) { return .void }
        return attempt.outcome == .pending ? .differed : attempt.outcome
    }

    mutating func sealed(_ number: Int, _ envelope: Envelope, _ context: StepContext) {
        guard let sealing = rollups.sealing, sealing.number == number, envelope.payload == sealing.rollup else {
            return
        }
        rollups.sealing = nil
        rollups.isSealAsked = false
        rollups.signed = (number, envelope.bytes)
        rollups.sealedAt[number] = context.sequence
    }

    /// Step 8, second part: hands what is ready to the log. Rollups go before governance, so that no statement is
    /// logged after a revocation that its rollup did not know.
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
        let ids = released.map { jobs[$0].id }
        rollups.jobs = []
        decide("certified", ["jobs": .array(ids.map(\.json))])
        effects.append(.certified(ids))
        for place in released {
            jobs[place].status = .certified
            jobs[place].certifiedAt = context.now
            release(place, context)
        }
    }

    /// Sets off a certified job's actions, if its policies let them through.
    mutating func release(_ place: Int, _ context: StepContext) {
        act(on: place, context)
        retire(place)
    }

    /// Closes a job for which nothing is expected any more, and lets go of what it no longer needs.
    mutating func retire(_ place: Int) {
        guard [.certified, .withdrawn].contains(jobs[place].status) else { return }
        if jobs[place].isOpen, !jobs[place].attempts.contains(where: \.isOpen) {
            jobs.close(place)
            jobs[place].payload = []
            jobs[place].inputs = []
        }
        guard !jobs[place].isOpen, !jobs[place].attempts.contains(where: { tokens[$0.token] != nil }) else { return }
        // No answer can be compared with these any more.
        for index in jobs[place].attempts.indices where jobs[place].attempts[index].outcome != .agreed {
            jobs[place].attempts[index].statement?.result = []
        }
        if !withheld.contains(place) { jobs.settle(place) }
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
        case .suspendNode(let did, _):
            giveUp(did, because: "suspended", context)
            decideAgain(context)
        case .ruleAdmission: challengeAll(context)
        case .admitNode: isNodeFreed = true
        case .publishStatus: for node in nodes.connected { checkStanding(node, context) }
        case .advanceClause(let digest, .deprecated, _, _): withdraw(digest)
        case .overrideOccurrence(_, let id, let signal, _):
            guard let place = jobs.place(of: id), jobs.row(at: place)?.status == .frozen else { return }
            jobs[place].decision = .override(
                entry: entry.number, signal: signal, inputs: jobs[place].inputs.map(CAC.InputReference.init))
            jobs[place].waitingBecause = nil
            decided(place, context)
        default: reconsider(entry.proposal.decision, context)
        }
    }

    private mutating func revoke(_ isMeant: (NodePopulation.Node) -> Bool, _ context: StepContext) {
        for node in nodes.all where isMeant(node) {
            if node.session != nil, isFinishing(node.did) {
                departing.append(node.did)
                giveUp(node.did, because: "revoked", context)
            } else {
                effects.append(.disconnect(node: node.did, reason: "revoked"))
                nodes.change(node.did) { $0.session = nil }
                lose(node.did, context)
            }
        }
        decideAgain(context)
    }

    /// Looks again at jobs that rest on statements which are void now.
    private mutating func decideAgain(_ context: StepContext) {
        for place in jobs.open where jobs[place].attempts.contains(where: { !isEntitled($0, jobs[place].rule) }) {
            if jobs[place].status == .decided, case .quorum? = jobs[place].decision {
                // A decision that rests on a void statement is taken again.
                jobs[place].decision = nil
                jobs[place].decidedAt = nil
                jobs[place].status = .running
                for index in jobs[place].attempts.indices where jobs[place].attempts[index].statement != nil {
                    jobs[place].attempts[index].outcome = .pending
                    jobs[place].attempts[index].detail = nil
                }
                rollups.decided.removeAll { $0 == place }
            }
            if jobs[place].status == .running { resolve(place, context) }
        }
    }

    /// Ends the jobs of a clause that people ended before they were decided. Their occurrences are free again, or stand
    /// as they did before the correction.
    private mutating func withdraw(_ clause: Digest) {
        for place in jobs.open where jobs[place].clause == clause {
            guard [.waiting, .running, .frozen].contains(jobs[place].status) else { continue }
            withdraw(at: place)
        }
    }

    private mutating func withdraw(at place: Int, because reason: Text? = nil) {
        let job = jobs[place]
        jobs[place].status = .withdrawn
        jobs[place].waitingBecause = reason
        occurrences[job.occurrenceID] = job.supersedes
        var record: JSONObject = ["job": job.id.json]
        record["reason"] = reason.map { .string($0) }
        decide("withdrawn", record)
        for attempt in job.attempts where attempt.isOpen {
            effects.append(.cancel(node: attempt.node, tokens: [attempt.token]))
        }
        retire(place)
    }

    /// Takes back a job that is not decided; asking again changes nothing.
    mutating func cancel(_ request: RequestID, _ id: Digest, _ reason: Text) {
        guard let place = jobs.place(of: id) else {
            let error = OrchestrationError(.unknownJob, "there is no job \(id.short)", at: "job")
            return refuse(request, error, job: nil)
        }
        switch jobs.row(at: place)?.status {
        case .waiting, .running, .frozen:
            withdraw(
                at: place, because: Text(clipping: "cancelled: \(reason)", to: OrchestrationLimits.messageBytesMax))
        case .withdrawn, nil: break
        case .decided?, .sealed?, .certified?:
            let error = OrchestrationError(
                .alreadyDecided,
                "job \(id.short) is \(jobs.row(at: place)?.status.rawValue ?? ""): what was decided stands", at: "job"
            )
            return refuse(request, error, job: id)
        }
        effects.append(.accepted(request, job: id, isNew: false))
    }
}
