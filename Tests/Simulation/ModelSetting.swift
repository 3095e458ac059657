package import NexusBase
import NexusClause
import NexusEvidence
package import NexusOrchestration
import NexusTestSupport
import NexusTrust

/// What does not change in a model: three nodes of three operators, two events, and everything that is signed, made
/// once.
package final class ModelSetting {
    package let events: [Event]
    package var occurrences: [Text] { events.map(\.occurrence) }
    package let nodes: [WorldNode]
    package let configuration: RailConfiguration
    package let entropy = Framed.digest("model/entropy").bytes
    private let agents: [NodeAgent]
    private let trustKey: SigningKey = Party.rail
    private var statements: [Digest: Input.Answer.Content] = [:]
    private var rollups: [Digest: Envelope] = [:]
    private let start: Instant
    package let first: ModelState

    /// Without graces nobody waits for late statements or lost nodes: time passes to deadlines and retries alone.
    package init(hasGraces: Bool) throws {
        let plan = WorldPlan { plan in
            guard !hasGraces else { return }
            plan.configuration.sealGraceMilliseconds = 0
            plan.configuration.sessionGraceMilliseconds = 0
        }
        let world = try World.ready(plan, clause: { $0.with("retryMax: 2", "retryMax: 1") })
        nodes = world.nodes
        agents = world.nodes.map(\.agent)
        configuration = world.plan.configuration
        events = [
            try world.event("2015", november: "25.5", december: "25.5"),
            try world.event("2016", november: "22.1", december: "22.3"),
        ]
        start = world.now
        first = ModelState(
            core: world.core, now: world.now, isConnected: nodes.map { _ in true }, logSize: world.log.entries.count)
    }

    /// A sequence that depends on what the input says and not on when it came.
    func sequence(of input: Input) -> Int {
        switch input {
        case .submitted(let events):
            1_000_001 + (self.events.firstIndex { $0.occurrence == events[0].event.occurrence } ?? 0)
        case .answered(let node, _): 1_000_011 + (nodes.firstIndex { $0.did == node } ?? 0)
        case .sealed(let number, _, _): 1_000_101 + number
        default: 1_000_001
        }
    }

    func sealed(_ rollup: [UInt8]) throws -> Envelope {
        let digest = Digest(of: rollup)
        if let made = rollups[digest] { return made }
        let made = try Envelope.sign(rollup, by: trustKey)
        rollups[digest] = made
        return made
    }

    func statement(_ token: ModelState.Token, off error: Int) throws -> Input.Answer.Content {
        let name = Digest(ofParts: token.digest.bytes, [UInt8(error)])
        if let made = statements[name] { return made }
        var (agent, cache) = (agents[token.node], Envelope.VerifiedRoots())
        let work = try agent.admit(
            Envelope.sign(token.bytes, by: trustKey), payload: token.payload, cache: &cache, at: start)
        let said = agent.statement(
            about: work, result: try WorldModel.result(of: work, WorldNode.engine, off: error), fuelUsed: 5000,
            startedAt: start, finishedAt: start, wallTimeMicroseconds: 90)
        let envelope = try Envelope.sign(said.bytes, by: nodes[token.node].key)
        let made = Input.Answer.Content.statement(envelope, try CAC(in: envelope))
        statements[name] = made
        return made
    }
}

extension ModelState {
    /// What must hold in every state.
    mutating func check(_ setting: ModelSetting) {
        for id in acknowledged where core.jobs[id] == nil { broken = "an acknowledged job is gone" }
        if core.jobs.count > 2 { broken = "two jobs for one occurrence" }
        if Set(logged).count != logged.count { broken = "an occurrence is certified twice" }
        for job in core.jobs.values {
            guard case .quorum(let digest, _)? = job.decision else { continue }
            let agreed = job.attempts.filter { $0.statement?.resultDigest == digest }
            if Set(agreed.map(\.operator)).count < 2 { broken = "a decision without its quorum" }
            let liars = agreed.filter { attempt in wrong.contains { $0.token == attempt.token && !$0.isTwice } }
            let allLiars = wrong.filter { one in job.attempts.contains { $0.token == one.token } }
            if !liars.isEmpty, Set(allLiars.map(\.node)).count < 2 { broken = "a wrong result with one liar" }
            for attempt in job.attempts {
                guard let statement = attempt.statement, statement.resultDigest != digest else { continue }
                if !core.disputes.contains(where: { $0.job == job.id && $0.node == attempt.node }) {
                    broken = "a wrong statement is not in dispute"
                }
            }
        }
        for one in wrong where one.isTwice {
            guard let job = core.jobs.values.first(where: { $0.attempts.contains { $0.token == one.token } }) else {
                continue
            }
            let took = job.attempts.contains { $0.token == one.token && $0.statement != nil }
            let isFound = core.disputes.contains {
                $0.kind == .equivocation && $0.job == job.id && $0.node == one.node
            }
            if took, !isFound { broken = "two results for one token go unnoticed" }
        }
    }

    /// What must hold where nothing more happens.
    package var isSettled: Bool {
        core.jobs.values.allSatisfy { [.certified, .frozen].contains($0.status) }
            && core.deliveries.all.allSatisfy { $0.status == .delivered }
    }
}
