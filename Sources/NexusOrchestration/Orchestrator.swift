public import NexusBase
import NexusClause
import NexusEvidence
public import NexusGovernance
public import NexusTrust

/// The rail's core as one value: governance filter, input resolver, scheduler, proof aggregator, rollup coordinator and
/// action dispatcher over one state. No clock, no network, no files, no randomness of its own.
///
/// The shell journals an input, calls `step`, and performs the effects once the record is durable. Stepping the journal
/// again gives the same state, the same decisions and the same effects.
public struct Orchestrator: Sendable {
    public internal(set) var configuration = RailConfiguration()
    /// Governance in force: every entry of it is in the log.
    public internal(set) var snapshot: GovernanceSnapshot {
        didSet { noteSnapshot() }
    }
    /// The digest of `snapshot`, kept because every token names it.
    public private(set) var snapshotDigest: Digest
    /// Where each clause stands in `snapshot`, for look-ups.
    private(set) var stages: [Digest: LifecycleStage] = [:]
    /// Governance with the entries that are on their way into the log.
    var accepted: GovernanceSnapshot
    var proposals: [(request: RequestID, entry: GovernanceEntry)] = []

    var nodes = NodePopulation()
    public internal(set) var jobs = JobTable()
    /// Jobs without nodes.
    var waiting = WaitingLines()
    /// Running jobs with an attempt to replace, for which no node was found; in order of finding out.
    var wanting: [Int] = []
    /// Whether a node came, or a quota has room again, since `wanting` was looked at.
    var isNodeFreed = false
    /// Which job and attempt a token belongs to, while an answer may come.
    var tokens: [Digest: (job: Int, attempt: Int)] = [:]
    /// When tokens are forgotten.
    var tokenEnds = Timers<Digest>()
    /// What the core looks at by itself, and when.
    var timers = Timers<DueMatter>()
    var occurrences = OccurrenceTable()
    /// Roots of the committed inputs that jobs were given.
    var committedRoots: Set<Digest> = []
    var disputed = DisputeTable()
    var rollups = RollupState()
    public internal(set) var deliveries = DeliveryState()
    /// Places of certified jobs whose actions the filter holds back.
    var withheld: [Int] = []
    var invitations = Invitations()
    /// Revoked nodes whose last work may finish; they are let go of then.
    public internal(set) var departing: [DID] = []
    /// Log indices of the governance entries, by number less one.
    public internal(set) var governanceIndices: [Int] = []
    var agreements: [Digest: Agreement] = [:]
    /// Why the core did what it did in the current step: journaled beside the input, compared on replay.
    public internal(set) var decisions: [JSON] = []
    var effects: [Effect] = []
    /// When the process started last: nobody could answer before.
    var startedAt = Instant(milliseconds: 0)
    /// When the core next has something to do by itself.
    package internal(set) var wakeup = Instant(milliseconds: .max)

    public init(genesis: Genesis) {
        snapshot = GovernanceSnapshot(genesis: genesis)
        snapshotDigest = snapshot.digest
        accepted = snapshot
        rollups.previous = genesis.rail
    }

    public var rail: Digest { snapshot.rail }
    /// Jobs for which something may still happen.
    public var openJobs: Int { jobs.openCount }

    /// Takes one input and says what follows.
    public mutating func step(_ input: Input, at context: StepContext) -> [Effect] {
        effects = []
        decisions = []
        jobs.forgetTouched()
        disputed.forgetTouched()
        switch input {
        case .started(let configuration): start(configuration, context)
        case .governed(let request, let proposal, let ballots): govern(request, proposal, ballots)
        case .submitted(let events):
            for (index, submission) in events.enumerated() { submit(submission, at: index, context) }
        case .opened(let session): open(session, context)
        case .attested(let node, let session, let verdict): attested(node, session, verdict, context)
        case .closed(let node, let session): close(node, session, context)
        case .answered(let node, let answers): for answer in answers { take(answer, from: node, context) }
        case .sealed(let number, let envelope, _): sealed(number, envelope, context)
        case .committed(let first, let count, _): committed(first, count, context)
        case .delivered(let action, let confirmed, let detail): delivered(action, confirmed, detail, context)
        case .cancelled(let request, let job, let reason): cancel(request, job, reason)
        case .invited(let secret, let role, let expiresAt): invitations.add(secret, role, expiresAt)
        case .redeemed(let request, let secret, let role, let did): redeem(request, secret, role, did, context)
        case .tick: break
        }
        lookAtTheClock(context)
        schedule(context)
        dismiss()
        seal(context)
        commit()
        setWakeup()
        return effects
    }

    /// Whether a tick at `now` would find something due.
    public func isDue(at now: Instant) -> Bool { now >= wakeup }

    mutating func decide(_ kind: StaticString, _ members: JSONObject) {
        var members = members
        members["decision"] = .text("\(kind)")
        decisions.append(.object(members))
    }

    private mutating func noteSnapshot() {
        snapshotDigest = snapshot.digest
        for published in snapshot.clauses { stages[published.clause.digest] = published.stage }
    }
}

extension Orchestrator {
    private mutating func start(_ configuration: RailConfiguration, _ context: StepContext) {
        self.configuration = configuration
        startedAt = context.now
        // Whoever asked is gone, and the new process counts its requests from the beginning.
        proposals = proposals.map { (RequestID.nobody, $0.entry) }
        beginAgain()
        for node in nodes.connected { lose(node.did, context) }
        nodes.disconnectAll()
        rollups.restart()
        for place in deliveries.restart() { timers.set(.delivery(place), at: context.now) }
    }

    private mutating func govern(_ request: RequestID, _ bytes: [UInt8], _ ballots: [Envelope]) {
        do {
            let proposal = try Proposal(parsing: bytes)
            try checkSubject(proposal.decision)
            let entry = try accepted.entry(deciding: proposal, ballots: ballots)
            try accepted.apply(entry, at: accepted.logIndex)
            proposals.append((request, entry))
            decide("governance.accepted", ["entry": .int(entry.number), "kind": .string(proposal.decision.kind)])
        } catch {
            refuse(request, error, job: nil)
        }
    }

    /// An override decides a job that is frozen, under its own ids; an approval names what was decided.
    private func checkSubject(_ decision: Proposal.Decision) throws {
        if case .approveJob(let id, let result, _) = decision { return try checkApproval(of: id, result: result) }
        guard case .overrideOccurrence(let occurrenceID, let jobID, _, _) = decision else { return }
        guard let job = jobs[jobID], job.occurrenceID == occurrenceID, job.status == .frozen else {
            throw OrchestrationError(.refused, "only a frozen job is decided by an override")
        }
    }

    mutating func refuse(_ request: RequestID, _ error: any Error, job: Digest?) {
        let failure = error as? any CodedFailure
        let coded =
            error as? OrchestrationError
            ?? OrchestrationError(
                .init(rawValue: failure?.qualifiedCode ?? "unknown"), failure?.message ?? "\(error)", at: failure?.place
            )
        effects.append(.refused(request, coded))
        effects.append(.alert(.init(kind: .refusal, job: job, message: coded.description)))
        decide("refused", ["code": .text(coded.code.rawValue), "message": .text(coded.message)])
    }
}
