package import NexusBase
package import NexusClause
package import NexusEvidence
import NexusGovernance
package import NexusOrchestration
package import NexusTestInputs
import NexusTestSupport
package import NexusTrust

/// A rail, its nodes, validators, log and receivers in memory: the real core, agents, validators and signatures, with a
/// shell that does nothing but what a test can see. A value: copy it to branch a story. One seed gives one history.
package struct World {
    package let plan: WorldPlan
    package let trust: TrustFile
    package var core: Orchestrator
    package var now = Party.time(1000)
    /// The journal: record bytes as they would be on disk, and what the step decided.
    package var journal: [Record] = []
    package var log: WorldLog
    package var nodes: [WorldNode] = []
    package var receiver = WorldReceiver()
    /// What callers were told, and what people were.
    package var responses: [RequestID: Response] = [:]
    package var alerts: [Effect.Alert] = []
    /// Jobs in the order in which their certificates were released.
    package var certified: [Digest] = []
    package var clauses: [Clause] = []
    package var network: WorldNetwork
    /// The rail's disk; what is written to none is durable at once.
    package var store: WorldStore?
    package var railWall = WorldClock()
    package var isRailUp = true
    package var watch = WorldWatch()
    /// Effects are dropped while this holds: the process dies between the journal and what follows from it.
    package var isShellDead = false

    var railClock = RailClock(last: Party.time(1000))
    /// When the rail's process began.
    var bornAt = Party.time(1000)
    var clients: [WorldClient] = []
    /// The rail dies at the next delivery, without or with its machine's power.
    var deathAtDelivery: (point: Moment.DeliveryPoint, power: Bool)?
    /// The token that was sent last, for forgers.
    package var lastToken: (envelope: Envelope, payload: [UInt8], node: Int)?
    /// When the last message of a stream arrives: order is kept.
    var lastArrival: [WorldStream: Instant] = [:]
    /// Streams from which something is missing: nothing more arrives.
    var brokenStreams: Set<WorldStream> = []
    /// Sessions that the rail has not seen to end.
    var railSessions: Set<Int> = []
    /// What verifying governance came to.
    var verifiedGovernance: [WorldGovernance.Key: Result<GovernanceSnapshot, any Error>] = [:]
    var entropySeed: UInt64
    package var random: SplitMix64
    var events = WorldEvents()
    var nextRequest = 1
    var nextSession = 1
    var governance = 0

    package struct Record {
        package let bytes: [UInt8]
        package let sequence: Int
        package let decisions: [JSON]
        package let effects: [String]
        package let stateDigest: Digest?
    }

    package enum Response {
        case accepted(Digest, isNew: Bool)
        case refused(OrchestrationError)
        case governed(Int)
        case enrolled
    }

    /// An empty rail: its core started, its genesis on the way into the log.
    package init(_ plan: WorldPlan = WorldPlan()) throws {
        self.plan = plan
        random = SplitMix64(seed: plan.seed)
        entropySeed = plan.seed
        network = plan.network
        let genesis = try Genesis.test(validatorThreshold: plan.validators)
        trust = TrustFile(genesis: genesis, attestation: ["simulated"])
        core = Orchestrator(genesis: genesis)
        log = try WorldLog(trust: trust, validators: plan.validators)
        for index in plan.nodes.indices { nodes.append(try WorldNode(index, plan: plan, trust: trust)) }
        try take(.started(plan.configuration))
        try settle()
    }

    // MARK: The shell

    /// Journals an input, steps the core, and performs what follows.
    package mutating func take(_ input: Input) throws {
        guard isRailUp else { return }
        let sequence = journal.count * 2 + 1
        let entropy = Framed.digest("world/entropy", Array("\(entropySeed) \(sequence)".utf8)).bytes
        let time = railClock.read(wall: railWall.read(now), elapsed: now - bornAt)
        let context = StepContext(now: time, entropy: entropy, sequence: sequence)
        let bytes = InputRecord(input: input, context: context).bytes
        let effects = core.step(input, at: context)
        journal.append(
            Record(
                bytes: bytes, sequence: sequence, decisions: core.decisions,
                effects: plan.isRecording ? effects.map(\.outline) : [],
                stateDigest: plan.isRecording ? core.stateDigest : nil))
        if isShellDead { return }
        if store != nil { return hold(effects, bytes) }
        for effect in effects { try perform(effect) }
    }

    /// The process ends and starts again: memory is gone, the journal is replayed, sessions begin anew.
    package mutating func restart() throws {
        core = try replayed()
        events.removeRailEvents()
        isShellDead = false
        for index in nodes.indices { nodes[index].session = nil }
        railSessions = []
        try take(.started(plan.configuration))
        for index in nodes.indices where nodes[index].isUp { connect(index, after: 1) }
    }

    /// A fresh core over the journal as it would be read from disk.
    package func replayed() throws -> Orchestrator {
        var core = Orchestrator(genesis: trust.genesis)
        for record in journal {
            let read = try InputRecord(parsing: record.bytes, sequence: record.sequence)
            _ = core.step(read.input, at: read.context)
        }
        return core
    }

    package func record(_ sequence: Int) throws -> InputRecord {
        try InputRecord(parsing: journal[(sequence - 1) / 2].bytes, sequence: sequence)
    }

    // MARK: Time

    /// Runs what happens in the next milliseconds.
    package mutating func run(_ milliseconds: Int) throws {
        let end = now + .milliseconds(milliseconds)
        while try next(before: end) {}
        now = end
    }

    /// Runs until nothing more happens by itself, at most ten minutes.
    package mutating func settle() throws {
        let end = now + .seconds(600)
        while try next(before: end) {}
    }

    /// The next thing that happens: something arrives, or the core's clock rings. False if nothing does before `end`.
    package mutating func next(before end: Instant) throws -> Bool {
        let arrival = events.nextTime
        let due = isRailUp ? dueTime : Instant(milliseconds: .max)
        guard min(arrival ?? end, due) < end else { return false }
        if let arrival, arrival <= due {
            now = max(now, arrival)
            if let event = events.pop() { try happen(event) }
        } else {
            now = max(now, due)
            if core.isDue(at: shown) { try take(.tick) } else { now = now + .milliseconds(1) }
        }
        return true
    }

    /// What the rail's clock shows.
    private var shown: Instant { railClock.peek(wall: railWall.read(now), elapsed: now - bornAt) }

    /// When the rail's shell should look again whether something is due.
    private var dueTime: Instant {
        guard core.wakeup.milliseconds < .max else { return core.wakeup }
        let missing = (core.wakeup - shown).wholeMilliseconds
        return missing <= 0 ? now : now + .milliseconds(missing)
    }

    mutating func request() -> RequestID {
        defer { nextRequest += 1 }
        return RequestID(nextRequest)
    }
}

/// What a world is made of.
package struct WorldPlan {
    package var seed: UInt64 = 1
    /// The jurisdiction of each operator.
    package var operators: [Text] = ["PE", "CH", "KE"]
    /// The operator of each node.
    package var nodes = [0, 1, 2]
    /// Nodes that run a newer engine than the others.
    package var upgraded: Set<Int> = []
    /// How many of the two validators must cosign.
    package var validators = 2
    /// When the bindings of the nodes end.
    package var bindingMinutes = 1_000_000
    package var configuration = RailConfiguration()
    package var network = WorldNetwork()
    /// Keeps effects and state digests of each step, for replays.
    package var isRecording = false
    /// The rail asks nodes for evidence, as its shell does.
    package var attests = false

    package init(_ edit: (inout WorldPlan) -> Void = { _ in }) { edit(&self) }
}
