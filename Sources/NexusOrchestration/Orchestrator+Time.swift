import NexusBase
import NexusClause
import NexusEvidence

extension Orchestrator {
    /// Ends what has had its time, and looks again at what waited for it.
    mutating func lookAtTheClock(_ context: StepContext) {
        while let token = tokenEnds.next(dueAt: context.now) { forget(token) }
        while let matter = timers.next(dueAt: context.now) {
            guard !isMoot(matter) else { continue }
            switch matter {
            case .waiting(let place):
                freeze(place, because: waiting.reason(of: jobs[place].clause)?.string ?? "no nodes", context)
            case .attemptEnd(let place, let index):
                if jobs[place].attempts[index].isOpen { finish(place, index, .silent, nil, context) }
                resolve(place, context)
            case .grace(let place, _): resolve(place, context)
            case .batch: break
            case .delivery(let place): deliver(place)
            }
        }
    }

    /// No answer to this token counts any more; when it was a closed job's last, nothing is expected for the job.
    private mutating func forget(_ token: Digest) {
        guard let (place, _) = tokens.removeValue(forKey: token) else { return }
        retire(place)
    }

    /// Whether what was to be looked at has been settled since.
    private func isMoot(_ matter: DueMatter) -> Bool {
        switch matter {
        case .waiting(let place): return jobs[place].status != .waiting
        case .attemptEnd(let place, let index):
            return jobs[place].status != .running && !jobs[place].attempts[index].isOpen
        case .grace(let place, let index):
            return jobs[place].status != .running || !jobs[place].attempts[index].isOpen
                || jobs[place].attempts[index].lostAt == nil
        case .batch(let place): return jobs[place].status != .decided
        case .delivery(let place): return deliveries.all[place].dueAt == nil
        }
    }

    /// The next time at which the shell should send a tick, if nothing else happens.
    mutating func setWakeup() {
        while let first = timers.first, isMoot(first.matter) { timers.removeFirst() }
        wakeup = timers.first?.time ?? Instant(milliseconds: .max)
    }
}
