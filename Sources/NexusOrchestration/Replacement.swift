import NexusBase
import NexusClause
import NexusEvidence
import NexusTrust

extension Orchestrator {
    /// While a quorum is possible, nodes that sent nothing are replaced; when it is not, the job freezes for people.
    mutating func replaceOrFreeze(_ place: Int, _ context: StepContext, _ outgoing: inout Outgoing) {
        var isWanting = false
        for index in jobs[place].attempts.indices where isReplaceable(place, index, context) {
            guard stages[jobs[place].clause] == .active else { break }
            jobs[place].attempts[index].isReplaced = true
            let choice = choose(1, for: jobs[place], context)
            guard let node = choice.nodes.first else {
                jobs[place].attempts[index].isReplaced = false
                isWanting = true
                continue
            }
            guard allows(.scheduling, place, choosing: [node], context) else {
                jobs[place].attempts[index].isReplaced = false
                return
            }
            journal("replace", choice, for: place, asked: 1)
            let (job, replaced) = (jobs[place].id, jobs[place].attempts[index])
            effects.append(
                .alert(
                    .init(
                        kind: .replaced, job: job,
                        message: "attempt \(replaced.number) of job \(job.short) on \(replaced.node.short) is replaced")
                ))
            attempt(place, on: node, context, &outgoing)
        }
        if isWanting, !jobs[place].wantsNodes {
            jobs[place].wantsNodes = true
            wanting.append(place)
        }
        if let reason = hopelessness(place, context) { freeze(place, because: reason, context) }
    }

    /// Tries again for jobs that found no node, once a node came or a quota has room.
    mutating func replaceWanting(_ context: StepContext, _ outgoing: inout Outgoing) {
        guard isNodeFreed else { return }
        isNodeFreed = false
        let places = wanting
        wanting = []
        for place in places where jobs.isKept(place) {
            jobs[place].wantsNodes = false
            if jobs[place].status == .running { replaceOrFreeze(place, context, &outgoing) }
        }
    }

    /// Only a node that sent no statement is replaced, and not more often than the clause says.
    private func isReplaceable(_ place: Int, _ index: Int, _ context: StepContext) -> Bool {
        let attempt = jobs[place].attempts[index]
        guard !attempt.isReplaced, replacementsLeft(jobs[place]) > 0 else { return false }
        if attempt.sentNothing { return true }
        guard attempt.isOpen, let lostAt = attempt.lostAt else { return false }
        return context.now >= lostAt + .milliseconds(configuration.sessionGraceMilliseconds)
    }

    private func replacementsLeft(_ job: Job) -> Int { job.rule.retryMax - job.attempts.count(where: \.isReplaced) }

    /// Why no quorum can be reached any more; nil while one may be.
    private func hopelessness(_ place: Int, _ context: StepContext) -> String? {
        let job = jobs[place]
        guard job.status == .running else { return nil }
        let entitled = job.attempts.filter { isEntitled($0, job.rule) }
        let open = entitled.filter(\.isOpen)
        let signed = entitled.filter { $0.statement != nil }
        // Nodes that may still appear count until the attempts in whose place they would run are over.
        let replaceable = job.attempts.count { $0.sentNothing && !$0.isReplaced && context.now < end(of: $0, job.rule) }
        let spare = stages[job.clause] == .active ? min(replaceable, max(0, replacementsLeft(job))) : 0
        var results: [Digest] = []
        var agreed = 0
        var possible = parties(open, job.rule) + spare
        for received in signed.compactMap(\.statement) where !results.contains(received.resultDigest) {
            results.append(received.resultDigest)
            let group = signed.filter { $0.statement?.resultDigest == received.resultDigest }
            agreed = max(agreed, parties(group, job.rule))
            possible = max(possible, parties(group + open, job.rule) + spare)
        }
        if job.rule.unanimous, results.count > 1 { possible = 0 }
        guard possible < job.rule.needed else { return nil }
        return "\(agreed) agree of \(job.rule.needed) needed, \(results.count) different results"
    }

    /// How many distinct parties stand behind attempts, as the clause counts them.
    func parties(_ attempts: [Job.Attempt], _ rule: Clause.ExecutionRule) -> Int {
        let operators = Set(attempts.map(\.operator)).count
        return rule.distinct.contains(.jurisdiction)
            ? min(operators, Set(attempts.map(\.jurisdiction)).count) : operators
    }

    /// Stops a job that the nodes cannot decide: the committee may, by an override or by deprecating the clause.
    mutating func freeze(_ place: Int, because reason: String, _ context: StepContext) {
        let reason = Text(clipping: reason, to: OrchestrationLimits.messageBytesMax)
        jobs[place].status = .frozen
        jobs[place].waitingBecause = reason
        compareFrozen(place, context)
        let job = jobs[place]
        decide("frozen", ["job": job.id.json, "reason": .string(reason)])
        effects.append(
            .alert(
                .init(
                    kind: .frozen, job: job.id,
                    message:
                        "job \(job.id.short) of \(job.clauseID), occurrence \(job.occurrence), is frozen: \(reason); "
                        + "the committee may decide it by an override, or deprecate the clause")))
    }
}
