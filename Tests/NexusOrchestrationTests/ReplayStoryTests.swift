import NexusBase
import NexusEvidence
import NexusOrchestration
import NexusSimulation
import NexusTestSupport
import Testing

/// Method: a world of real agents and signatures is run from a seed over a network that loses and repeats messages,
/// while nodes crash; its journal is then read back as bytes.
@Suite struct ReplayStoryTests {
    private func story(seed: UInt64) throws -> World {
        let plan = WorldPlan {
            $0.seed = seed
            $0.isRecording = true
            $0.network.lossPercent = 10
            $0.network.duplicatePercent = 20
            $0.network.delayMilliseconds = 1...40
        }
        var world = try World.ready(plan)
        for index in 0..<3 { world.nodes[index].workMilliseconds = 1...200 }
        try world.submit(world.event("2015"))
        try world.run(Int(seed * 37 % 200))
        try world.submit(world.event("2016", november: "25.5", december: "26"))
        try world.crash(Int(seed % 3), startingAgainAfter: 400)
        try world.run(300)
        try world.submit(world.event("2015", id: "again"))
        try world.settle()
        return world
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `records read back give the same effects, decisions and state at every step`(seed: UInt64) throws {
        let world = try story(seed: seed)
        var core = Orchestrator(genesis: world.trust.genesis)
        for record in world.journal {
            let read = try InputRecord(parsing: record.bytes, sequence: record.sequence)
            let effects = core.step(read.input, at: read.context)
            #expect(effects.map(\.outline) == record.effects)
            #expect(core.decisions == record.decisions)
            #expect(core.stateDigest == record.stateDigest)
        }
        #expect(core.jobs.count == 2)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `an excerpt of a record says what the whole says`(seed: UInt64) throws {
        let world = try story(seed: seed)
        var seen: Set<String> = []
        for record in world.journal {
            let whole = try InputRecord(parsing: record.bytes, sequence: record.sequence)
            let excerpt = try RecordExcerpt(record.bytes, sequence: record.sequence)
            let context = try excerpt.context()
            #expect(context.now == whole.context.now && context.entropy == whole.context.entropy)
            switch whole.input {
            case .submitted(let events):
                for (index, event) in events.enumerated() { #expect(try excerpt.event(at: index) == event.event) }
                #expect(throws: OrchestrationError.self) { try excerpt.event(at: events.count) }
            case .answered(_, let answers):
                let statements = answers.compactMap { answer in
                    if case .statement(let envelope, _) = answer.content { (answer.token, envelope) } else { nil }
                }
                #expect(try excerpt.statements() == statements.map(\.1))
                for (token, envelope) in statements { #expect(try excerpt.statements(of: [token]) == [envelope]) }
                #expect(try excerpt.statements(of: []) == [])
            case .sealed(_, let envelope, let statements):
                for (leaf, statement) in statements.enumerated() {
                    let found = try excerpt.sealed(leaf: leaf)
                    #expect(found.rollup == envelope && found.statement == statement)
                }
                #expect(throws: OrchestrationError.self) { try excerpt.sealed(leaf: statements.count) }
            default:
                #expect(try excerpt.statements() == [])
                #expect(throws: OrchestrationError.self) { try excerpt.event(at: 0) }
            }
            seen.insert(excerpt.kind.string)
        }
        #expect(seen.isSuperset(of: ["submitted", "answered", "sealed", "committed", "opened"]))
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `a core that lets go of settled jobs decides the same, and gives them back whole`(seed: UInt64) throws {
        var world = try story(seed: seed)
        // Until the tokens are forgotten; then what asks for settled jobs again.
        try world.run(600_000)
        let first = try #require(world.core.jobs.values.first)
        try world.submit(world.event("2015", id: "once more"))
        try world.submit(world.event("2015", id: "corrected", supersedes: first.id))
        try world.settle()
        let (all, slim) = (world.core, try slimmed(world))
        let gone = all.jobs.values.filter { slim.core.jobs[$0.id] == nil }
        #expect(gone.count >= 2 && gone.contains { $0.id == first.id })
        for job in gone {
            let place = try #require(slim.core.jobs.place(of: job.id))
            let back = try slim.core.job(putAway: try #require(slim.putAway[.job(place)]))
            // Field by field: everything that describes them.
            #expect("\(back)" == "\(job)")
        }
        #expect(slim.core.deliveries.all.isEmpty && slim.core.deliveries.count == all.deliveries.count)
        for (place, delivery) in all.deliveries.all.enumerated() {
            #expect(slim.putAway[.delivery(place)] == delivery.json.canonicalBytes)
        }
        for status in Job.Status.allCases { #expect(slim.core.jobs.count(of: status) == all.jobs.count(of: status)) }
        #expect(slim.core.jobs.ids(beginningWith: Text(String(first.id.hex.prefix(8)))) == [first.id])
        #expect(throws: OrchestrationError.self) { _ = try slim.core.job(putAway: Array("{}".utf8)) }
    }

    @Test func `a core lets go of disputes, and gives them back whole`() throws {
        var world = try World.ready(WorldPlan { $0.isRecording = true })
        world.nodes[0].behaviour = .lying(by: 1)
        world.nodes[2].behaviour = .equivocating
        for season in 2015...2018 { try world.submit(world.event(Text("\(season)"))) }
        try world.settle()
        let (all, slim) = (world.core, try slimmed(world))
        #expect(all.disputes.count > 4 && slim.core.disputes.isEmpty)
        #expect(slim.core.disputeCount == all.disputes.count)
        for (place, dispute) in all.disputes.enumerated() {
            let back = try Dispute(putAway: #require(slim.putAway[.dispute(place)]))
            #expect(back == dispute)
            let job = try #require(all.jobs[dispute.job])
            #expect(job.disputes.map(\.number).contains(place))
        }
        #expect(throws: OrchestrationError.self) { _ = try Dispute(putAway: Array("{}".utf8)) }
    }

    @Test func `what was withdrawn in a line of waiting jobs is let go of, and the line goes on`() throws {
        var world = try World.ready(WorldPlan { $0.isRecording = true })
        for node in world.nodes.indices { try world.crash(node, startingAgainAfter: 500) }
        let ids = try ["2015", "2016", "2017"].map { try world.submit(world.event($0)) }
        try world.take(.cancelled(RequestID(2000), job: ids[1], reason: "a mistake"))
        try world.settle()
        #expect(try ids.map { try world.job($0).status } == [.certified, .withdrawn, .certified])
        #expect(try slimmed(world).core.jobs[ids[1]] == nil)
    }

    @Test func `what was withdrawn while it wanted another node is let go of, and the next node is used`() throws {
        var world = try World.ready(WorldPlan { $0.isRecording = true })
        let id = try world.submit(world.event("2015"))
        for node in world.nodes.indices.dropFirst() { try world.crash(node) }
        try world.run(5000)
        try world.take(.cancelled(RequestID(2000), job: id, reason: "a mistake"))
        try world.run(600_000)
        for node in world.nodes.indices.dropFirst() { try world.crash(node, startingAgainAfter: 10) }
        let next = try world.submit(world.event("2016"))
        try world.settle()
        #expect(try world.job(next).status == .certified)
        #expect(try slimmed(world).core.jobs[id] == nil)
    }

    /// The journal through a core that lets go of what is settled after every step.
    private func slimmed(_ world: World) throws -> (core: Orchestrator, putAway: [PutAway: [UInt8]]) {
        var core = Orchestrator(genesis: world.trust.genesis)
        var putAway: [PutAway: [UInt8]] = [:]
        for record in world.journal {
            let read = try InputRecord(parsing: record.bytes, sequence: record.sequence)
            let effects = core.step(read.input, at: read.context)
            #expect(effects.map(\.outline) == record.effects)
            #expect(core.decisions == record.decisions)
            #expect(core.stateDigest == record.stateDigest)
            for one in core.takeSettled() {
                #expect(putAway.updateValue(one.bytes, forKey: one.what) == nil, "told once")
                core.letGo(of: [one.what])
            }
            #expect(core.stateDigest == record.stateDigest)
        }
        return (core, putAway)
    }

    @Test func `one seed gives one history, another seed another`() throws {
        let (first, again, other) = (try story(seed: 3), try story(seed: 3), try story(seed: 4))
        #expect(first.journal.map(\.bytes) == again.journal.map(\.bytes))
        #expect(first.journal.map(\.bytes) != other.journal.map(\.bytes))
    }

    @Test func `a rail that dies at any step of a job loses nothing and certifies it once`() throws {
        var world = try World.ready()
        let id = try world.submit(world.event("2015", november: "25.5", december: "25.5"))
        let end = world.now + .seconds(10)
        var deaths = 0
        var isGoingOn = true
        while isGoingOn {
            for isShellDead in [false, true] {
                var branch = world
                branch.isShellDead = isShellDead
                if isShellDead { _ = try branch.next(before: end) }
                try branch.restart()
                try branch.settle()
                let job = try branch.job(id)
                #expect(job.status == .certified)
                let leaves = branch.log.rollups.flatMap(\.leaves).filter { $0.occurrenceID == job.occurrenceID }
                #expect(leaves.count == 1)
                #expect(Set(branch.receiver.actions).count == 2)
                #expect(branch.core.deliveries.all.map(\.status) == [.delivered, .delivered])
                deaths += 1
            }
            isGoingOn = try world.next(before: end)
        }
        #expect(deaths > 20)
    }
}
