import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

extension Orchestrator {
    /// Step 7: takes one answer, compares it, and decides the job once k distinct operators agree.
    mutating func take(_ answer: Input.Answer, from node: DID, _ context: StepContext) {
        guard let (place, index) = tokens[answer.token], jobs[place].attempts[index].node == node else {
            return decide("answer.unknown", ["node": node.json, "token": answer.token.json])
        }
        let isOpen = jobs[place].attempts[index].isOpen
        switch answer.content {
        case .refusal(let code, let message, let isIndeterminate):
            guard isOpen else { return }
            let detail = Text(clipping: "\(code): \(message)", to: OrchestrationLimits.detailBytesMax)
            finish(place, index, isIndeterminate ? .indeterminate : .refused, detail, context)
        case .statement(let envelope, let statement):
            let received = received(statement, in: envelope, place, proofBytes: answer.proof?.count ?? 0)
            if let earlier = jobs[place].attempts[index].statement {
                guard earlier.digest != received.digest else { return }
                // Two statements of one node for one token: the pair proves it without this rail's word.
                guard statement.token == answer.token, statement.node == node, envelope.signatures.count == 1 else {
                    return
                }
                return equivocation(place, index, earlier, received, context)
            }
            // A node that declined has had its say: another may stand in its place by now.
            guard isOpen else { return }
            if let contradiction = contradiction(statement, in: envelope, jobs[place], jobs[place].attempts[index])
                ?? contradiction(statement, proof: answer.proof, jobs[place])
            {
                finish(place, index, .refused, Text("statement-mismatch: \(contradiction)"), context)
            } else {
                jobs[place].attempts[index].statement = received
                jobs[place].attempts[index].binding = binding(for: statement)
                if jobs[place].sequences.last != context.sequence { jobs[place].sequences.append(context.sequence) }
                // Until the quorum is known, a statement is only pending in the end.
                finish(place, index, .pending, nil, context)
            }
        }
        resolve(place, context)
    }

    private func received(
        _ statement: CAC, in envelope: Envelope, _ place: Int, proofBytes: Int
    ) -> Job.Attempt.Received {
        let digest = statement.resultDigest
        // Equal results are kept once.
        let same = jobs[place].attempts.lazy.compactMap(\.statement).first { $0.resultDigest == digest }
        // A CAC is only made from a result that parses.
        let signal = same?.signal ?? (try? ExecutionResult(parsing: statement.result))?.signal ?? .escalate
        return Job.Attempt.Received(
            digest: envelope.payloadDigest, resultDigest: digest, result: same?.result ?? statement.result,
            signal: signal, proofBytes: proofBytes)
    }

    /// The same of what a statement says that it proves. The shell verified the proof itself.
    private func contradiction(_ statement: CAC, proof: [UInt8]?, _ job: Job) -> String? {
        let clause = job.agreement.clause
        guard clause.computation.kind == .model else { return statement.proof == nil ? nil : "proof" }
        guard let proof, let reference = statement.proof, reference.digest == Digest(of: proof) else { return "proof" }
        guard job.isOpen, let input = job.inputs.first(where: { $0.name == clause.committedInput?.name }) else {
            return "inputs"
        }
        do {
            try ResultProof.check(
                reference, of: ExecutionResult(parsing: statement.result), clause, inputRoot: input.committedRoot,
                job: job.id)
            return nil
        } catch {
            return "proof.statement"
        }
    }

    /// The first thing a statement says that its token did not allow. Whatever a verifier would refuse in an agreeing
    /// statement is refused here, so that no single node can spoil the evidence of the others.
    private func contradiction(
        _ statement: CAC, in envelope: Envelope, _ job: Job, _ attempt: Job.Attempt
    ) -> String? {
        if envelope.signatures.count != 1 { return "signatures" }
        if statement.token != attempt.token { return "token.digest" }
        if statement.nonce != attempt.nonce { return "token.nonce" }
        if statement.job != job.id { return "jobId" }
        if statement.attempt != attempt.number { return "attempt" }
        if statement.node != attempt.node { return "node" }
        if statement.operator != attempt.operator { return "operator" }
        if statement.clause != job.clause || statement.clauseID != job.clauseID { return "clause" }
        if statement.occurrenceID != job.occurrenceID { return "occurrenceId" }
        if statement.trigger != job.trigger { return "trigger" }
        // A closed job has let go of its inputs; its quorum statement is sealed by then.
        if job.isOpen, statement.inputs != job.inputs.map(CAC.InputReference.init) { return "inputs" }
        if statement.inputCommitment != job.inputCommitment { return "inputCommitment" }
        if statement.usage.module != job.agreement.clause.computation.module { return "runtime.moduleDigest" }
        if let node = nodes[attempt.node] {
            if statement.attestation.kind != node.attestation { return "attestation.kind" }
        }
        if statement.engine != Engine.computing(job.agreement.clause, with: attempt.engine) { return "runtime.engine" }
        let acted = statement.governance
        if acted.rail != rail { return "governance.rail" }
        if acted.jurisdiction != attempt.jurisdiction { return "governance.jurisdiction" }
        let isTokens = acted.snapshot == attempt.snapshot && acted.logIndex == attempt.snapshotLogIndex
        let isBarred = snapshot.barredSince(node: attempt.node, operator: attempt.operator) != nil
        let isCurrent = !isBarred && acted.snapshot == snapshotDigest && acted.logIndex == snapshot.logIndex
        if !isTokens && !(isCurrent && stages[job.clause] == .active) { return "governance.snapshotDigest" }
        if binding(for: statement) == nil { return "startedAt" }
        return nil
    }

    /// The newest of the node's bindings under which it may have made this statement.
    private func binding(for statement: CAC) -> Envelope? {
        nodes[statement.node]?.bindings.last { known in
            known.binding.operator == statement.operator
                && known.binding.jurisdiction == statement.governance.jurisdiction
                && known.binding.issuedAt <= statement.startedAt && statement.startedAt < known.binding.expiresAt
        }?.envelope
    }

    /// Looks at a job again after anything changed for it.
    mutating func resolve(_ place: Int, _ context: StepContext) {
        switch jobs[place].status {
        case .running:
            if let winner = winner(jobs[place]), allows(.certification, place, context) {
                jobs[place].decision = .quorum(result: winner.resultDigest, signal: winner.signal)
                decided(place, context)
                compare(place, with: winner.resultDigest, context)
            } else if jobs[place].status == .running {
                var outgoing = Outgoing()
                replaceOrFreeze(place, context, &outgoing)
                send(outgoing)
            }
        case .decided, .sealed, .certified:
            if case .quorum(let digest, _)? = jobs[place].decision { compare(place, with: digest, context) }
        case .frozen: compareFrozen(place, context)
        case .waiting, .withdrawn: break
        }
        retire(place)
    }

    /// Puts a decided job among those that wait for a rollup.
    mutating func decided(_ place: Int, _ context: StepContext) {
        jobs[place].status = .decided
        jobs[place].decidedAt = context.now
        rollups.decided.append(place)
        if jobs[place].attempts.contains(where: \.isOpen) {
            timers.set(.batch(job: place), at: context.now + .milliseconds(configuration.sealGraceMilliseconds))
        }
    }

    /// The result that enough distinct operators (and jurisdictions, where asked) signed.
    private func winner(_ job: Job) -> Job.Attempt.Received? {
        let valid = job.attempts.filter { $0.statement != nil && isEntitled($0, job.rule) }
        for attempt in valid {
            guard let received = attempt.statement else { continue }
            let group = valid.filter { $0.statement?.resultDigest == received.resultDigest }
            guard parties(group, job.rule) >= job.rule.needed else { continue }
            if !job.rule.unanimous || group.count == valid.count { return received }
        }
        return nil
    }

    /// Statements of barred nodes or operators are void, unless the clause lets work finish that began before.
    func isEntitled(_ attempt: Job.Attempt, _ rule: Clause.ExecutionRule) -> Bool {
        snapshot.counts(
            node: attempt.node, operator: attempt.operator, actedUnder: attempt.snapshotLogIndex, rule)
    }
}
