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

    /// By place, in order of release: those that were not let go of.
    private var rows: [Int: Delivery] = [:]
    public private(set) var count = 0
    /// Places of those that are not delivered.
    private var open: [Digest: Int] = [:]
    /// Places of those that were delivered since `takeSettled`.
    private var settledPlaces: [Int] = []
    /// Over those that were let go of.
    private var goneSum = DigestSum()

    /// Ids of what policies told.
    var notified: Set<Digest> = []

    /// Those that were not let go of, in order of release.
    public var all: [Delivery] { rows.keys.sorted().compactMap { rows[$0] } }

    /// The delivery at a place below `count`, unless it was let go of.
    public subscript(place: Int) -> Delivery? { rows[place] }

    func place(ofOpen action: Digest) -> Int? { open[action] }

    /// Gives the place.
    mutating func add(_ delivery: Delivery) -> Int {
        rows[count] = delivery
        open[delivery.action.id] = count
        count += 1
        return count - 1
    }

    /// The delivery must not have been let go of.
    // SAFETY: only deliveries that are delivered are let go of, and those are never changed again.
    mutating func change(_ place: Int, _ body: (inout Delivery) -> Void) { body(&rows[place]!) }

    mutating func settle(_ place: Int) {
        guard let delivery = rows[place] else { return }
        open[delivery.action.id] = nil
        settledPlaces.append(place)
    }

    mutating func takeSettled() -> [(Int, Delivery)] {
        defer { settledPlaces = [] }
        return settledPlaces.compactMap { place in rows[place].map { (place, $0) } }
    }

    mutating func letGo(of place: Int) {
        guard let delivery = rows.removeValue(forKey: place) else { return }
        goneSum.add(DigestSum.member(place, delivery.digest))
    }

    /// Over all of them, those that were let go of among them.
    var sum: DigestSum {
        var sum = goneSum
        for (place, delivery) in rows { sum.add(DigestSum.member(place, delivery.digest)) }
        return sum
    }

    /// After a restart nobody knows whether the last send arrived: gives the places of what is sent again.
    mutating func restart() -> [Int] {
        let places = open.values.sorted().filter { rows[$0]?.dueAt == nil }
        for place in places { rows[place]?.dueAt = Instant(milliseconds: 0) }
        return places
    }
}

extension DeliveryState.Delivery {
    /// As people are shown it.
    public var json: JSON {
        [
            "action": .string(action.action.name), "amount": action.amount?.json, "attempts": .int(attempts),
            "detail": .string(detail), "id": action.id.json, "job": action.job.json, "status": .text(status.rawValue),
        ]
    }

    fileprivate var digest: Digest {
        let json: JSON = [
            "attempts": .int(attempts), "dueAt": dueAt?.json, "id": action.id.json, "status": .text(status.rawValue),
        ]
        return json.digest
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
        deliver(
            deliveries.add(.init(action: delivery, status: .pending, attempts: 0, detail: "", dueAt: context.now)))
    }

    /// Sends an action, again perhaps; its id is the same each time.
    mutating func deliver(_ place: Int) {
        deliveries.change(place) { delivery in
            delivery.dueAt = nil
            delivery.attempts += 1
            delivery.status = .unknown
        }
        guard let delivery = deliveries[place] else { return }
        let action = delivery.action
        effects.append(
            .deliver(
                .init(
                    id: action.id, job: action.job, occurrence: action.occurrence, clauseID: action.clauseID,
                    action: action.action, signal: action.signal, rate: action.rate, amount: action.amount,
                    delivery: delivery.attempts, notice: action.notice)))
    }

    mutating func delivered(_ id: Digest, _ confirmed: Bool, _ detail: Text, _ context: StepContext) {
        guard let place = deliveries.place(ofOpen: id), let delivery = deliveries[place] else { return }
        let detail = Text(clipping: detail.string, to: OrchestrationLimits.messageBytesMax)
        deliveries.change(place) { delivery in
            delivery.detail = detail
            delivery.status = confirmed ? .delivered : .unknown
            if confirmed { delivery.dueAt = nil }
        }
        if confirmed {
            deliveries.settle(place)
        } else {
            if delivery.attempts < OrchestrationLimits.deliveriesMax {
                let wait = configuration.deliveryRetryMilliseconds << min(delivery.attempts - 1, 20)
                let dueAt = context.now + .milliseconds(min(wait, 3_600_000))
                deliveries.change(place) { $0.dueAt = dueAt }
                timers.set(.delivery(place), at: dueAt)
            }
            let message = "action \(delivery.action.action.name) (\(id.short)) is not confirmed: \(detail)"
            effects.append(.alert(.init(kind: .undelivered, job: delivery.action.job, message: message)))
        }
        decide("delivered", ["action": id.json, "confirmed": .bool(confirmed)])
    }
}

extension ExactDecimal {
    fileprivate var roundedToCents: ExactDecimal? { try? rounded(to: 2) }
}
