import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
package import NexusOrchestration

/// What a step of the core changed, as far as the index tells of it. Made beside the core, so that folding waits for
/// nobody; the same step gives the same value whenever the journal is replayed.
package struct IndexStep: Sendable {
    struct IndexedJob: Sendable {
        let place: Int
        let job: Job
        let domain: Text
        let jurisdiction: Text
    }

    struct SealedRollup: Sendable {
        let number: Int
        let jobs: Int
    }

    struct PublishedCheckpoint: Sendable {
        let firstIndex: Int
        let count: Int
        let text: Text
        /// The rollup that it holds, with its log index.
        let rollup: (number: Int, logIndex: Int)?
    }

    package let sequence: Int
    let now: Instant
    /// Names the journal's record: its entropy was drawn for it alone.
    let mark: Digest
    let kind: String
    let caller: Caller?
    let jobs: [IndexedJob]
    /// All disputes that the core knows by now are counted; these are the new ones among them.
    let disputes: [(number: Int, dispute: Dispute)]
    let decisions: [JSON]
    let sealed: SealedRollup?
    let checkpoint: PublishedCheckpoint?

    /// Call it right after `core` took `input`.
    package init(_ input: Input, _ context: StepContext, _ core: Orchestrator) {
        sequence = context.sequence
        now = context.now
        mark = Digest(of: context.entropy)
        kind = input.kindName
        caller = context.caller
        decisions = core.decisions
        jobs = core.jobs.touched.map { place, job in
            let clause = core.snapshot.clause(job.clause)?.clause
            return IndexedJob(
                place: place, job: job, domain: clause?.domain ?? "", jurisdiction: clause?.jurisdiction ?? "")
        }
        disputes = core.openedDisputes.map { (number: $0.place, dispute: $0.dispute) }
        switch input {
        case .sealed(let number, _, let statements):
            sealed = .init(number: number, jobs: statements.count)
            checkpoint = nil
        case .committed(let firstIndex, let count, let text):
            sealed = nil
            let number = core.rollupState.number
            let logIndex = core.rollupState.logIndex[number].flatMap {
                (firstIndex..<firstIndex + count).contains($0) ? (number, $0) : nil
            }
            checkpoint = .init(firstIndex: firstIndex, count: count, text: text, rollup: logIndex)
        default:
            sealed = nil
            checkpoint = nil
        }
    }
}

extension Input {
    fileprivate var kindName: String {
        switch self {
        case .started: "started"
        case .governed: "governed"
        case .submitted: "submitted"
        case .opened: "opened"
        case .closed: "closed"
        case .attested: "attested"
        case .answered: "answered"
        case .sealed: "sealed"
        case .committed: "committed"
        case .invited: "invited"
        case .redeemed: "redeemed"
        case .delivered: "delivered"
        case .cancelled: "cancelled"
        case .tick: "tick"
        }
    }
}
