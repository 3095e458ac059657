public import NexusBase
import NexusClause
import NexusEvidence

/// Actions on their way to their receivers, in order of release.
public struct DeliveryState: Sendable {
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Not sent yet.
        case pending
        /// The receiver confirmed the id.
        case delivered
        /// Handed out and not confirmed: the receiver may or may not have acted. Never dropped.
        case unknown
    }

    public struct Delivery: Sendable {
        public let action: Effect.ActionDelivery
        public internal(set) var status: Status
        public internal(set) var attempts: Int
        public internal(set) var detail: Text
        var dueAt: Instant?
    }

    public internal(set) var all: [Delivery] = []
    /// Places in `all` of those that are not delivered.
    var open: [Digest: Int] = [:]

    /// Ids of what policies told.
    var notified: Set<Digest> = []

    /// After a restart nobody knows whether the last send arrived: gives the places of what is sent again.
    mutating func restart() -> [Int] {
        let places = all.indices.filter { all[$0].status != .delivered && all[$0].dueAt == nil }
        for place in places { all[place].dueAt = Instant(milliseconds: 0) }
        return places
    }
}

extension Orchestrator {
    /// The actions that a job's certificate sets off, with their place in the clause and what is due.
    func due(_ job: Job) -> [(index: Int, action: Clause.Action, rate: ExactDecimal?, amount: ExactDecimal?)] {
        guard let signal = job.signal else { return [] }
        let clause = job.agreement.clause
        var result: ExecutionResult?
        return clause.actions.enumerated().compactMap { index, action in
            guard action.on.contains(signal) else { return nil }
            if job.supersedes != nil, !clause.correctionActions.contains(action.name) { return nil }
            result = result ?? job.result.flatMap { try? ExecutionResult(parsing: $0) }
            let rate = action.rate.flatMap { result?.output($0) }
            let amount = rate.flatMap { rate in
                action.limit.flatMap { limit in
                    (try? limit.rounded(to: 2).multiplied(by: rate.rounded(to: 6)))?.roundedToCents
                }
            }
            return (index, action, rate, amount)
        }
    }

    /// Step 9: the actions that a released certificate sets off.
    mutating func fire(_ place: Int, _ context: StepContext) {
        let job = jobs[place]
        guard let signal = job.signal else { return }
        for (index, action, rate, amount) in due(job) {
            let id = JobIdentity.actionID(
                occurrenceID: job.occurrenceID, index: job.correction * ClauseLimits.partsMax + index)
            enqueue(
                Effect.ActionDelivery(
                    id: id, job: job.id, occurrence: job.occurrence, clauseID: job.clauseID, action: action,
                    signal: signal, rate: rate, amount: amount, delivery: 0), context)
        }
    }

    /// Puts a delivery on its way.
    mutating func enqueue(_ delivery: Effect.ActionDelivery, _ context: StepContext) {
        deliveries.open[delivery.id] = deliveries.all.count
        deliveries.all.append(.init(action: delivery, status: .pending, attempts: 0, detail: "", dueAt: context.now))
        deliver(deliveries.all.count - 1)
    }

    /// Sends an action, again perhaps; its id is the same each time.
    mutating func deliver(_ place: Int) {
        deliveries.all[place].dueAt = nil
        deliveries.all[place].attempts += 1
        deliveries.all[place].status = .unknown
        let (action, attempts) = (deliveries.all[place].action, deliveries.all[place].attempts)
        effects.append(
            .deliver(
                .init(
                    id: action.id, job: action.job, occurrence: action.occurrence, clauseID: action.clauseID,
                    action: action.action, signal: action.signal, rate: action.rate, amount: action.amount,
                    delivery: attempts, notice: action.notice)))
    }

    mutating func delivered(_ id: Digest, _ confirmed: Bool, _ detail: Text, _ context: StepContext) {
        guard let place = deliveries.open[id] else { return }
        let detail = Text(clipping: detail.string, to: OrchestrationLimits.messageBytesMax)
        deliveries.all[place].detail = detail
        if confirmed {
            deliveries.all[place].status = .delivered
            deliveries.all[place].dueAt = nil
            deliveries.open[id] = nil
        } else {
            deliveries.all[place].status = .unknown
            let attempts = deliveries.all[place].attempts
            if attempts < OrchestrationLimits.deliveriesMax {
                let wait = configuration.deliveryRetryMilliseconds << min(attempts - 1, 20)
                let dueAt = context.now + .milliseconds(min(wait, 3_600_000))
                deliveries.all[place].dueAt = dueAt
                timers.set(.delivery(place), at: dueAt)
            }
            let message = "action \(deliveries.all[place].action.action.name) (\(id.short)) is not confirmed: \(detail)"
            effects.append(.alert(.init(kind: .undelivered, job: deliveries.all[place].action.job, message: message)))
        }
        decide("delivered", ["action": id.json, "confirmed": .bool(confirmed)])
    }
}

extension ExactDecimal {
    fileprivate var roundedToCents: ExactDecimal? { try? rounded(to: 2) }
}
