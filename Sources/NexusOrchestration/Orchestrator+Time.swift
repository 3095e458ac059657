import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance

extension Orchestrator {
    /// Ends what has had its time, and looks again at what waited for it.
    mutating func lookAtTheClock(_ context: StepContext) {
        while let token = tokenEnds.next(dueAt: context.now) { forget(token, context) }
        while let matter = timers.next(dueAt: context.now) {
            guard !isMoot(matter) else { continue }
            switch matter {
            case .waiting(let place):
                guard context.now >= patience(of: jobs[place]) else { continue }
                freeze(place, because: waiting.reason(of: jobs[place].clause)?.string ?? "no nodes", context)
            case .attemptEnd(let place, let index):
                // One that was given more time has another timer.
                guard context.now >= end(of: jobs[place].attempts[index], jobs[place].rule) else { continue }
                if jobs[place].attempts[index].isOpen { finish(place, index, .silent, nil, context) }
                resolve(place, context)
            case .grace(let place, _): resolve(place, context)
            case .batch: break
            case .delivery(let place): deliver(place)
            case .attest(let place):
                guard let askAt = nodes.all[place].askAt, context.now >= askAt else { continue }
                challenge(place, context)
            case .stale(let place): checkStanding(nodes.all[place], context)
            }
        }
    }

    /// No answer to this token counts any more; when it was a closed job's last, nothing is expected for the job.
    private mutating func forget(_ token: Digest, _ context: StepContext) {
        guard let (place, index) = tokens[token] else { return }
        let grace = Duration.milliseconds(OrchestrationLimits.tokenGraceMilliseconds)
        let end = end(of: jobs[place].attempts[index], jobs[place].rule) + grace
        guard context.now >= end else { return tokenEnds.set(token, at: end) }
        tokens[token] = nil
        retire(place)
    }

    /// Until when an attempt's answer is awaited. An answer that came while the rail was down was lost, so that the
    /// node is given the clause's deadline again from the rail's start.
    func end(of attempt: Job.Attempt, _ rule: Clause.ExecutionRule) -> Instant {
        max(attempt.expiresAt, startedAt + .milliseconds(rule.deadlineMilliseconds))
    }

    /// Until when a job may wait for nodes; as `end(of:_:)`.
    private func patience(of job: Job) -> Instant {
        max(job.acknowledgedAt, startedAt) + .milliseconds(job.rule.deadlineMilliseconds)
    }

    /// Sets the timers of open work again after a start, which gave it more time.
    mutating func beginAgain() {
        for place in jobs.open {
            let end = startedAt + .milliseconds(jobs[place].rule.deadlineMilliseconds)
            if jobs[place].status == .waiting { timers.set(.waiting(job: place), at: end) }
            for index in jobs[place].attempts.indices where jobs[place].attempts[index].isOpen {
                timers.set(.attemptEnd(job: place, attempt: index), at: end)
            }
        }
    }

    /// Whether what was to be looked at has been settled since.
    func isMoot(_ matter: DueMatter) -> Bool {
        switch matter {
        case .waiting(let place), .attemptEnd(let place, _), .grace(let place, _), .batch(let place):
            guard jobs.isKept(place) else { return true }
        default: break
        }
        switch matter {
        case .waiting(let place): return jobs[place].status != .waiting
        case .attemptEnd(let place, let index):
            return jobs[place].status != .running && !jobs[place].attempts[index].isOpen
        case .grace(let place, let index):
            return jobs[place].status != .running || !jobs[place].attempts[index].isOpen
                || jobs[place].attempts[index].lostAt == nil
        case .batch(let place): return jobs[place].status != .decided
        case .delivery(let place): return deliveries[place]?.dueAt == nil
        case .attest(let place), .stale(let place):
            return nodes.all[place].session == nil || snapshot.admissionRule == nil
        }
    }

    /// The next time at which the shell should send a tick, if nothing else happens.
    mutating func setWakeup() {
        while let first = timers.first, isMoot(first.matter) { timers.removeFirst() }
        wakeup = timers.first?.time ?? Instant(milliseconds: .max)
    }
}
