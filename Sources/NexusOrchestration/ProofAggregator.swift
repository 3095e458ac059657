import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

extension Orchestrator {
    /// Step 7: takes one answer, compares it, and decides the job once k distinct operators agree.
    mutating func take(_ answer: Input.Answer, from node: DID, _ context: StepContext) {
        guard let (id, index) = tokens[answer.token], var job = jobs[id], job.attempts[index].node == node else {
            return decide("answer.unknown", ["node": node.json, "token": answer.token.json])
        }
        job.sequences = job.sequences.last == context.sequence ? job.sequences : job.sequences + [context.sequence]
        switch answer.content {
        case .refusal(let code, let message, let isIndeterminate):
            guard job.attempts[index].isOpen else { return }
            let detail = "\(code): \(message)"
            finish(&job, index, isIndeterminate ? .indeterminate : .refused, Text(detail.cut), context)
            jobs[id] = job
        case .statement(let envelope, let statement):
            let received = Job.Attempt.Received(
                digest: envelope.payloadDigest, resultDigest: statement.resultDigest, result: statement.result,
                signal: Self.signal(of: statement))
            if let earlier = job.attempts[index].statement {
                if earlier.digest != received.digest { equivocation(job, index, earlier, received, context) }
                return
            }
            if let contradiction = contradiction(statement, in: envelope, job, job.attempts[index]) {
                guard job.attempts[index].isOpen else { return }
                finish(&job, index, .refused, Text("statement-mismatch: \(contradiction)"), context)
            } else {
                job.attempts[index].statement = received
                job.attempts[index].binding = binding(for: statement)
                // Until the quorum is known, a statement is only pending in the end.
                finish(&job, index, .pending, nil, context)
            }
            jobs[id] = job
        }
        resolve(id, context)
    }

    private static func signal(of statement: CAC) -> Signal {
        // A CAC is only made from a result that parses.
        (try? ExecutionResult(parsing: statement.result))?.signal ?? .escalate
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
        if !job.inputs.isEmpty, statement.inputs != job.inputs.map(CAC.InputReference.init) { return "inputs" }
        if statement.inputCommitment != job.inputCommitment { return "inputCommitment" }
        if statement.usage.module != clause(of: job).computation.module { return "runtime.moduleDigest" }
        if let node = nodes[attempt.node] {
            if statement.attestation.kind != node.attestation { return "attestation.kind" }
            if binding(for: statement) == nil { return "startedAt" }
        }
        if statement.engine != attempt.engine { return "runtime.engine" }
        if statement.governance.rail != rail { return "governance.rail" }
        if statement.governance.jurisdiction != attempt.jurisdiction { return "governance.jurisdiction" }
        let acted = statement.governance
        let isTokens = acted.snapshot == attempt.snapshot && acted.logIndex == attempt.snapshotLogIndex
        let isCurrent = acted.snapshot == snapshotDigest && acted.logIndex == snapshot.logIndex
        if !isTokens && !(isCurrent && snapshot.clause(job.clause)?.stage == .active) {
            return "governance.snapshotDigest"
        }
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

    /// Closes the books on an attempt and the node's load.
    private mutating func finish(
        _ job: inout Job, _ index: Int, _ outcome: QuorumStatement.Attempt.Outcome, _ detail: Text?,
        _ context: StepContext
    ) {
        let wasOpen = job.attempts[index].outcome == .pending && !job.attempts[index].tokenBytes.isEmpty
        job.attempts[index].outcome = outcome
        job.attempts[index].detail = detail
        job.attempts[index].tokenBytes = []
        guard wasOpen else { return }
        let elapsed = (context.now - job.attempts[index].issuedAt).wholeMilliseconds
        nodes.change(job.attempts[index].node) { node in
            node.load = max(0, node.load - 1)
            node.answered += 1
            node.latencyMilliseconds += (Int(elapsed) - node.latencyMilliseconds) / 8
            switch outcome {
            case .pending, .agreed: node.reliability = min(1000, node.reliability + 1)
            case .silent, .indeterminate, .refused: node.reliability = max(0, node.reliability - 20)
            case .differed, .void: break
            }
        }
    }

    private mutating func equivocation(
        _ job: Job, _ index: Int, _ earlier: Job.Attempt.Received, _ later: Job.Attempt.Received, _ context: StepContext
    ) {
        let attempt = job.attempts[index]
        let difference =
            ExecutionResult.firstDifference(earlier.result, later.result) ?? "two statements for one token"
        dispute(.equivocation, job, attempt, difference, later.digest, against: earlier.digest, context)
    }

    private mutating func dispute(
        _ kind: Dispute.Kind, _ job: Job, _ attempt: Job.Attempt, _ difference: String, _ statement: Digest,
        against: Digest, _ context: StepContext
    ) {
        // One of a kind for a node and a job: more of the same adds nothing.
        let isKnown = disputes.contains { $0.kind == kind && $0.job == job.id && $0.node == attempt.node }
        guard !isKnown else { return }
        disputes.append(
            Dispute(
                kind: kind, job: job.id, node: attempt.node, operator: attempt.operator,
                firstDifference: Text(difference.cut), statement: statement, against: against, openedAt: context.now,
                sequences: job.sequences))
        nodes.change(attempt.node) { $0.reliability = max(0, $0.reliability - 200) }
        decide(
            "dispute",
            [
                "against": against.json, "field": .text(difference), "job": job.id.json, "kind": .text(kind.rawValue),
                "node": attempt.node.json, "statement": statement.json,
            ])
        let message =
            "node \(attempt.node) "
            + (kind == .differed ? "differs from the quorum" : "signed two results for one token")
            + " in job \(job.id.short) of \(job.clauseID), occurrence \(job.occurrence): first at \(difference)"
        effects.append(.alert(.init(kind: kind == .differed ? .dispute : .equivocation, job: job.id, message: message)))
    }

    /// Looks at a job again after anything changed for it.
    mutating func resolve(_ id: Digest, _ context: StepContext) {
        guard var job = jobs[id], [.running, .decided, .sealed, .certified].contains(job.status) else { return }
        let rule = clause(of: job).execution
        if job.status == .running, let winner = winner(job, rule) {
            if let reason = refusal(.certification, job, context) { return freeze(id, because: reason, context) }
            job.decision = .quorum(result: winner.resultDigest, signal: winner.signal)
            job.decidedAt = context.now
            job.status = .decided
            rollups.decided.append(id)
        }
        if case .quorum(let digest, _)? = job.decision { compare(&job, with: digest, context) }
        jobs[id] = job
        if job.status == .running { replaceOrFreeze(id, rule, context) }
        retire(id)
    }

    /// The result that enough distinct operators (and jurisdictions, where asked) signed.
    private func winner(_ job: Job, _ rule: Clause.ExecutionRule) -> Job.Attempt.Received? {
        let valid = job.attempts.filter { $0.statement != nil && isEntitled($0) }
        for attempt in valid {
            guard let received = attempt.statement else { continue }
            let group = valid.filter { $0.statement?.resultDigest == received.resultDigest }
            let operators = Set(group.map(\.operator)).count
            let jurisdictions = rule.distinct.contains(.jurisdiction) ? Set(group.map(\.jurisdiction)).count : operators
            if rule.unanimous {
                if operators >= rule.nodes, group.count == valid.count { return received }
            } else if min(operators, jurisdictions) >= rule.quorum {
                return received
            }
        }
        return nil
    }

    /// Statements of revoked nodes or operators are void.
    func isEntitled(_ attempt: Job.Attempt) -> Bool {
        !snapshot.isRevoked(node: attempt.node) && snapshot.isApproved(operator: attempt.operator)
    }

    /// Marks who agreed, and opens a dispute against each node that did not, also when its answer comes late.
    private mutating func compare(_ job: inout Job, with digest: Digest, _ context: StepContext) {
        guard let agreed = job.attempts.lazy.compactMap(\.statement).first(where: { $0.resultDigest == digest }) else {
            return
        }
        for index in job.attempts.indices where job.attempts[index].outcome == .pending {
            guard let received = job.attempts[index].statement else { continue }
            if received.resultDigest == digest {
                job.attempts[index].outcome = .agreed
            } else {
                let difference = ExecutionResult.firstDifference(agreed.result, received.result) ?? "result"
                job.attempts[index].outcome = .differed
                job.attempts[index].detail = Text(difference.cut)
                dispute(
                    .differed, job, job.attempts[index], difference, received.digest, against: agreed.digest, context)
            }
        }
    }

    /// While a quorum is possible, nodes that sent nothing are replaced; when it is not, the job freezes for people.
    private mutating func replaceOrFreeze(_ id: Digest, _ rule: Clause.ExecutionRule, _ context: StepContext) {
        guard let job = jobs[id] else { return }
        var outgoing: [(node: DID, assignments: [Effect.Assignment])] = []
        for index in job.attempts.indices {
            let attempt = job.attempts[index]
            let isLost =
                attempt.isOpen
                && attempt.lostAt.map {
                    context.now >= $0 + .milliseconds(configuration.sessionGraceMilliseconds)
                } ?? false
            let sentNothing = [.silent, .indeterminate, .refused].contains(attempt.outcome) || isLost
            let used = jobs[id]?.attempts.count(where: \.isReplaced) ?? 0
            guard sentNothing, !attempt.isReplaced, used < rule.retryMax, let current = jobs[id] else { continue }
            jobs[id]?.attempts[index].isReplaced = true
            let choice = choose(1, for: jobs[id] ?? current, rule)
            guard let node = choice.nodes.first else {
                jobs[id]?.attempts[index].isReplaced = false
                continue
            }
            journal(choice, for: current, asked: 1)
            effects.append(
                .alert(
                    .init(
                        kind: .replaced, job: id,
                        message: "attempt \(attempt.number) of job \(id.short) on \(attempt.node.short) is replaced")))
            self.attempt(id, on: node, rule, context, &outgoing)
        }
        for (node, assignments) in outgoing { effects.append(.assign(node: node, assignments)) }
        freezeIfHopeless(id, rule, context)
    }

    private mutating func journal(_ choice: Choice, for job: Job, asked: Int) {
        var record = journalable(choice)
        record["job"] = job.id.json
        record["asked"] = .int(asked)
        decide("replace", record)
    }

    private mutating func freezeIfHopeless(_ id: Digest, _ rule: Clause.ExecutionRule, _ context: StepContext) {
        guard let job = jobs[id] else { return }
        let open = job.attempts.count { $0.isOpen && isEntitled($0) }
        var groups: [Digest: Set<DID>] = [:]
        for attempt in job.attempts where isEntitled(attempt) {
            if let received = attempt.statement { groups[received.resultDigest, default: []].insert(attempt.operator) }
        }
        let largest = groups.values.map(\.count).max() ?? 0
        let needed = rule.unanimous ? rule.nodes : rule.quorum
        let isHopeless = rule.unanimous && groups.count > 1 || largest + open < needed
        guard isHopeless else { return }
        // Nodes that may still come back, or others that may appear, count until the attempts run out.
        let replaced = job.attempts.count(where: \.isReplaced)
        let mayReplace = job.attempts.contains { attempt in
            !attempt.isReplaced && attempt.statement == nil && attempt.outcome != .pending
                && context.now < end(of: attempt, rule)
        }
        if mayReplace, replaced < rule.retryMax, groups.count <= 1 { return }
        freeze(id, because: "\(largest) agree of \(needed) needed, \(groups.count) different results", context)
    }

    mutating func freeze(_ id: Digest, because reason: String, _ context: StepContext) {
        guard var job = jobs[id] else { return }
        job.status = .frozen
        job.waitingBecause = Text(reason)
        let statements = job.attempts.filter { $0.statement != nil }
        if let first = statements.first, let reference = first.statement {
            for attempt in statements.dropFirst() {
                guard let received = attempt.statement, received.resultDigest != reference.resultDigest else {
                    continue
                }
                let difference = ExecutionResult.firstDifference(reference.result, received.result) ?? "result"
                dispute(.differed, job, attempt, difference, received.digest, against: reference.digest, context)
            }
        }
        jobs[id] = job
        decide("frozen", ["job": id.json, "reason": .text(reason)])
        effects.append(
            .alert(
                .init(
                    kind: .frozen, job: id,
                    message: "job \(id.short) of \(job.clauseID), occurrence \(job.occurrence), is frozen: \(reason); "
                        + "the committee may decide it by an override, or deprecate the clause")))
    }

    /// Ends attempts whose time is over, and looks again at what waits for a lost node.
    mutating func expire(_ context: StepContext) {
        guard context.now >= wakeup else { return }
        for id in openJobs {
            guard let job = jobs[id] else { continue }
            if job.status == .waiting { expireWaiting(job, context) }
            let rule = clause(of: job).execution
            var changed = job
            var isChanged = false
            for index in job.attempts.indices where job.attempts[index].isOpen {
                if context.now >= end(of: job.attempts[index], rule) {
                    finish(&changed, index, .silent, nil, context)
                    isChanged = true
                } else if let lostAt = job.attempts[index].lostAt {
                    isChanged =
                        isChanged || context.now >= lostAt + .milliseconds(configuration.sessionGraceMilliseconds)
                }
            }
            // Nobody is awaited any more: replaced, or frozen, when the attempts' time is over.
            let isOver = job.status == .running && !job.attempts.contains { $0.isOpen }
            guard isChanged || isOver else { continue }
            jobs[id] = changed
            resolve(id, context)
            retire(id)
        }
        forgetTokens(before: context.now)
    }

    /// Lets go of tokens whose time is long over; two statements for one token are found out until then.
    private mutating func forgetTokens(before now: Instant) {
        while tokensForgotten < tokenEnds.count, tokenEnds[tokensForgotten].end + .seconds(60) < now {
            tokens[tokenEnds[tokensForgotten].token] = nil
            tokensForgotten += 1
        }
        guard tokensForgotten > 4096 else { return }
        tokenEnds.removeFirst(tokensForgotten)
        tokensForgotten = 0
    }

    /// Until when an attempt's answer is awaited. An answer that came while the rail was down was lost, so that the
    /// node is given the clause's deadline again from the rail's start.
    func end(of attempt: Job.Attempt, _ rule: Clause.ExecutionRule) -> Instant {
        max(attempt.expiresAt, startedAt + .milliseconds(rule.deadlineMilliseconds))
    }

    /// Until when a job may wait for nodes; as `end(of:_:)`.
    func patience(of job: Job) -> Instant {
        max(job.acknowledgedAt, startedAt) + .milliseconds(clause(of: job).execution.deadlineMilliseconds)
    }

    /// A job that finds no nodes within its clause's deadline is for people.
    private mutating func expireWaiting(_ job: Job, _ context: StepContext) {
        guard context.now >= patience(of: job) else { return }
        freeze(job.id, because: job.waitingBecause?.string ?? "no nodes", context)
    }
}

extension String {
    /// At most as many bytes as a quorum statement takes of a node's words: no node can make a rollup unreadable.
    fileprivate var cut: String {
        guard utf8.count > OrchestrationLimits.detailBytesMax else { return self }
        return String(decoding: utf8.prefix(OrchestrationLimits.detailBytesMax - 3), as: UTF8.self)
    }
}
