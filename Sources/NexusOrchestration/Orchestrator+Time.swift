import NexusBase
import NexusClause

extension Orchestrator {
    /// The earliest time at which something is due: an attempt's end, a lost node's grace, a batch, an action.
    func nextWakeup(after now: Instant) -> Instant {
        var next = Instant(milliseconds: .max)
        func consider(_ instant: Instant) { if instant < next { next = instant } }
        let grace = Duration.milliseconds(configuration.sessionGraceMilliseconds)
        for id in openJobs {
            guard let job = jobs[id] else { continue }
            switch job.status {
            case .waiting: consider(patience(of: job))
            case .decided:
                if let decidedAt = job.decidedAt, rollups.sealing == nil, rollups.committing == nil {
                    consider(decidedAt + .milliseconds(configuration.sealGraceMilliseconds))
                }
            default: break
            }
            let rule = clause(of: job).execution
            for attempt in job.attempts where attempt.isOpen {
                consider(end(of: attempt, rule))
                // A lost attempt is looked at once when its grace is over; then only its end counts.
                if let lostAt = attempt.lostAt, now < lostAt + grace { consider(lostAt + grace) }
            }
            for attempt in job.attempts where job.status == .running && attempt.statement == nil {
                if now < end(of: attempt, rule) { consider(end(of: attempt, rule)) }
            }
        }
        for place in deliveries.open {
            if let dueAt = deliveries.all[place].dueAt { consider(dueAt) }
        }
        return next
    }
}
