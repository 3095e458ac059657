import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

extension Orchestrator {
    /// Assignments by node, in order of the first to each.
    struct Outgoing {
        var nodes: [(node: DID, assignments: [Effect.Assignment])] = []

        mutating func add(_ assignment: Effect.Assignment, to node: DID) {
            if let index = nodes.firstIndex(where: { $0.node == node }) {
                nodes[index].assignments.append(assignment)
            } else {
                nodes.append((node, [assignment]))
            }
        }
    }

    mutating func send(_ outgoing: Outgoing) {
        for (node, assignments) in outgoing.nodes { effects.append(.assign(node: node, assignments)) }
    }

    /// Makes the next attempt at a job and puts its assignment among the outgoing.
    mutating func attempt(_ place: Int, on node: DID, _ context: StepContext, _ outgoing: inout Outgoing) {
        guard let known = nodes[node] else { return }
        let number = jobs[place].attempts.count + 1
        let nonce = Array(
            Framed.digest(
                "nexus/nonce/v1", context.entropy, jobs[place].id.bytes, Array(String(number).utf8)
            ).bytes.prefix(EvidenceLimits.nonceBytes))
        let expiresAt = context.now + .milliseconds(jobs[place].rule.deadlineMilliseconds)
        let bytes = token(jobs[place], number, known, nonce, context.now, expiresAt).bytes
        let digest = Digest(of: bytes)
        jobs[place].attempts.append(
            Job.Attempt(
                number: number, node: node, operator: known.binding.operator, jurisdiction: known.binding.jurisdiction,
                token: digest, nonce: nonce, engine: known.engine,
                snapshot: snapshotDigest, snapshotLogIndex: snapshot.logIndex, issuedAt: context.now,
                expiresAt: expiresAt, tokenBytes: bytes))
        tokens[digest] = (job: place, attempt: number - 1)
        tokenEnds.set(digest, at: expiresAt + .milliseconds(OrchestrationLimits.tokenGraceMilliseconds))
        timers.set(.attemptEnd(job: place, attempt: number - 1), at: expiresAt)
        nodes.addLoad(1, to: node)
        outgoing.add(assignment(jobs[place], jobs[place].attempts[number - 1]), to: node)
    }

    private func token(
        _ job: Job, _ number: Int, _ node: NodePopulation.Node, _ nonce: [UInt8], _ issuedAt: Instant,
        _ expiresAt: Instant
    ) -> JobToken {
        JobToken(
            rail: rail, job: job.id, attempt: number, node: node.did, clause: job.clause,
            module: job.agreement.clause.computation.module, engine: node.engine, inputCommitment: job.inputCommitment,
            snapshot: snapshotDigest, payload: job.payloadDigest, nonce: nonce, issuedAt: issuedAt, expiresAt: expiresAt
        )
    }

    /// The assignment of an attempt.
    func assignment(_ job: Job, _ attempt: Job.Attempt) -> Effect.Assignment {
        Effect.Assignment(
            clause: job.clause, tokenDigest: attempt.token, tokenBytes: attempt.tokenBytes, payload: job.payload)
    }

    /// Closes the books on an attempt and the node's load.
    mutating func finish(
        _ place: Int, _ index: Int, _ outcome: QuorumStatement.Attempt.Outcome, _ detail: Text?, _ context: StepContext
    ) {
        jobs[place].attempts[index].outcome = outcome
        jobs[place].attempts[index].detail = detail
        jobs[place].attempts[index].tokenBytes = []
        let (did, issuedAt) = (jobs[place].attempts[index].node, jobs[place].attempts[index].issuedAt)
        noteRoom(at: did)
        nodes.addLoad(-1, to: did)
        let elapsed = Int((context.now - issuedAt).wholeMilliseconds)
        nodes.change(did) { node in
            node.answered += 1
            node.latencyMilliseconds += (elapsed - node.latencyMilliseconds) / 8
            switch outcome {
            case .pending, .agreed: node.reliability = min(1000, node.reliability + 1)
            case .silent, .indeterminate, .refused: node.reliability = max(0, node.reliability - 20)
            case .differed, .void: break
            }
        }
    }

    /// Whether a quota that was full is no longer.
    private mutating func noteRoom(at did: DID) {
        guard !wanting.isEmpty, let node = nodes[did] else { return }
        if node.load >= configuration.nodeQuota
            || nodes.load(ofOperator: node.binding.operator) >= configuration.operatorQuota
            || nodes.load(in: node.binding.jurisdiction) >= configuration.jurisdictionQuota
        {
            isNodeFreed = true
        }
    }
}
