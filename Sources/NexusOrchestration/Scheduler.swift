import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

extension Orchestrator {
    /// Gives nodes to waiting jobs, in order, as far as nodes and quotas go.
    mutating func schedule(_ context: StepContext) {
        guard !waiting.isEmpty else { return }
        var outgoing: [(node: DID, assignments: [Effect.Assignment])] = []
        var still: [Digest] = []
        for id in waiting {
            guard let job = jobs[id], job.status == .waiting else { continue }
            let rule = clause(of: job).execution
            if let reason = refusal(.scheduling, job, context) {
                freeze(id, because: reason, context)
                continue
            }
            let choice = choose(rule.nodes, for: job, rule)
            let needed = rule.unanimous ? rule.nodes : rule.quorum
            guard choice.nodes.count >= needed else {
                jobs[id]?.waitingBecause = Text(
                    "\(choice.nodes.count) eligible nodes of distinct parties, \(needed) needed; " + choice.summary
                )
                still.append(id)
                continue
            }
            jobs[id]?.status = .running
            jobs[id]?.waitingBecause = nil
            journal(choice, for: job, asked: rule.nodes)
            for node in choice.nodes { attempt(job.id, on: node, rule, context, &outgoing) }
        }
        waiting = still
        for (node, assignments) in outgoing { effects.append(.assign(node: node, assignments)) }
    }

    /// The nodes chosen for a job and why the others were not.
    struct Choice {
        var nodes: [DID] = []
        var passedOver: [(node: DID, reason: Text)] = []
        var summary: String { passedOver.map { "\($0.node.short) \($0.reason)" }.joined(separator: ", ") }
    }

    /// Eligibility first; among the eligible the more reliable, the less loaded, the faster, and then by a hash of job
    /// and node, so that no node is first by its name.
    func choose(_ count: Int, for job: Job, _ rule: Clause.ExecutionRule) -> Choice {
        var choice = Choice()
        var eligible: [(node: NodePopulation.Node, tie: Digest)] = []
        for node in nodes.all {
            if let reason = ineligibility(node, for: job, rule) {
                choice.passedOver.append((node.did, reason))
            } else {
                eligible.append((node, Framed.digest("nexus/choice/v1", job.id.bytes, node.did.text.bytes)))
            }
        }
        eligible.sort { left, right in
            let (l, r) = (left.node, right.node)
            // In steps of 100, so that a small slip does not outweigh a full queue.
            if l.reliability / 100 != r.reliability / 100 { return l.reliability > r.reliability }
            if l.load != r.load { return l.load < r.load }
            if l.latencyMilliseconds != r.latencyMilliseconds { return l.latencyMilliseconds < r.latencyMilliseconds }
            return left.tie < right.tie
        }
        let standing = job.attempts.filter { !$0.isReplaced }
        var operators = Set(standing.map(\.operator))
        var jurisdictions = Set(standing.map(\.jurisdiction))
        for (node, _) in eligible {
            if choice.nodes.count == count {
                choice.passedOver.append((node.did, "not needed"))
            } else if operators.contains(node.binding.operator) {
                choice.passedOver.append((node.did, "operator has a node in this job"))
            } else if rule.distinct.contains(.jurisdiction), jurisdictions.contains(node.binding.jurisdiction) {
                choice.passedOver.append((node.did, "jurisdiction has a node in this job"))
            } else {
                operators.insert(node.binding.operator)
                jurisdictions.insert(node.binding.jurisdiction)
                choice.nodes.append(node.did)
            }
        }
        return choice
    }

    private func ineligibility(_ node: NodePopulation.Node, for job: Job, _ rule: Clause.ExecutionRule) -> Text? {
        if node.session == nil { return "away" }
        if snapshot.isRevoked(node: node.did) { return "revoked" }
        if !snapshot.isApproved(operator: node.binding.operator) { return "operator not approved" }
        if !rule.jurisdictions.isEmpty, !rule.jurisdictions.contains(node.binding.jurisdiction) {
            return "jurisdiction not allowed"
        }
        if !rule.attestation.contains(node.attestation) { return "attestation not accepted" }
        if job.attempts.contains(where: { $0.node == node.did && $0.statement != nil }) { return "answered already" }
        if job.attempts.contains(where: { $0.node == node.did && $0.isOpen }) {
            return "is running it"
        }
        if node.load >= configuration.nodeQuota { return "node quota" }
        if nodes.load(ofOperator: node.binding.operator) >= configuration.operatorQuota { return "operator quota" }
        if nodes.load(in: node.binding.jurisdiction) >= configuration.jurisdictionQuota { return "jurisdiction quota" }
        return nil
    }

    func journalable(_ choice: Choice) -> JSONObject {
        [
            "chosen": .array(choice.nodes.map(\.json)),
            "passedOver": .array(
                choice.passedOver.map { ["node": $0.node.json, "reason": .string($0.reason)] }),
        ]
    }

    private mutating func journal(_ choice: Choice, for job: Job, asked: Int) {
        var record = journalable(choice)
        record["job"] = job.id.json
        record["asked"] = .int(asked)
        decide("schedule", record)
    }

    /// Makes the next attempt at a job and puts its assignment among the outgoing.
    mutating func attempt(
        _ id: Digest, on node: DID, _ rule: Clause.ExecutionRule, _ context: StepContext,
        _ outgoing: inout [(node: DID, assignments: [Effect.Assignment])]
    ) {
        guard var job = jobs[id], let known = nodes[node] else { return }
        let number = job.attempts.count + 1
        let nonce = Framed.digest(
            "nexus/nonce/v1", context.entropy, job.id.bytes, Array(String(number).utf8)
        ).bytes.prefix(16)
        let expiresAt = context.now + .milliseconds(rule.deadlineMilliseconds)
        let token = token(job, number, known, Array(nonce), context.now, expiresAt)
        let bytes = token.bytes
        let digest = Digest(of: bytes)
        job.attempts.append(
            Job.Attempt(
                number: number, node: node, operator: known.binding.operator, jurisdiction: known.binding.jurisdiction,
                token: digest, nonce: Array(nonce), engine: known.engine, snapshot: snapshotDigest,
                snapshotLogIndex: snapshot.logIndex, issuedAt: context.now, expiresAt: expiresAt, tokenBytes: bytes))
        jobs[id] = job
        tokens[digest] = (job: id, attempt: number - 1)
        tokenEnds.append((expiresAt, digest))
        nodes.change(node) { $0.load += 1 }
        let assignment = Effect.Assignment(
            clause: job.clause, tokenDigest: digest, tokenBytes: bytes, payload: job.payload)
        if let index = outgoing.firstIndex(where: { $0.node == node }) {
            outgoing[index].assignments.append(assignment)
        } else {
            outgoing.append((node, [assignment]))
        }
    }

    private func token(
        _ job: Job, _ number: Int, _ node: NodePopulation.Node, _ nonce: [UInt8], _ issuedAt: Instant,
        _ expiresAt: Instant
    ) -> JobToken {
        JobToken(
            rail: rail, job: job.id, attempt: number, node: node.did, clause: job.clause,
            module: clause(of: job).computation.module, engine: node.engine, inputCommitment: job.inputCommitment,
            snapshot: snapshotDigest,
            payload: job.payloadDigest, nonce: nonce, issuedAt: issuedAt, expiresAt: expiresAt)
    }

    /// The assignment of an attempt that was made before.
    func assignment(_ job: Job, _ attempt: Job.Attempt) -> Effect.Assignment {
        Effect.Assignment(
            clause: job.clause, tokenDigest: attempt.token, tokenBytes: attempt.tokenBytes, payload: job.payload)
    }
}
