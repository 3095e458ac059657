import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusOrchestration
import NexusSimulation
import NexusTestSupport
import NexusTrust
import Testing

@Suite struct SchedulingTests {
    /// Five nodes of four operators; the last has two in Kenya.
    private static let wide = WorldPlan {
        $0.operators = ["PE", "CH", "KE", "KE"]
        $0.nodes = [0, 1, 2, 3, 3]
    }

    private func reasons(_ choice: JSON) -> [Text] { choice.list("passedOver").map { $0.text("reason") } }

    private func reason(_ world: World, _ node: Int) -> Text? {
        world.decisions("schedule").last?.list("passedOver")
            .first { $0.text("node") == world.nodes[node].did.text }?.text("reason")
    }

    @Test func `the choice and its reasons are journaled in the step that makes the tokens`() throws {
        var world = try World.ready(Self.wide)
        let before = world.journal.count
        let id = try world.submit(world.event("2015"))
        let choice = try #require(world.journal[before].decisions.last { $0["decision"] == .string("schedule") })
        #expect(choice.text("job") == id.text)
        #expect(choice.list("chosen").count == 3)
        #expect(reasons(choice).count == 2)
        #expect(try world.job(id).attempts.map(\.node.text).map { JSON.string($0) } == choice.list("chosen"))
    }

    @Test func `chosen nodes are of distinct operators and jurisdictions`() throws {
        var world = try World.ready(Self.wide)
        for season in 1960..<1990 {
            let id = try world.submit(world.event(Text("\(season)")))
            let attempts = try world.job(id).attempts
            #expect(Set(attempts.map(\.operator)).count == 3)
            #expect(Set(attempts.map(\.jurisdiction)).count == 3)
        }
        let last = try #require(world.decisions("schedule").last)
        #expect(reasons(last).contains("jurisdiction has a node in this job"))
    }

    /// The engine is part of the result, so nodes of different engines could not agree.
    @Test func `a job's nodes run one engine, the one that most parties can run it with`() throws {
        var world = try World.ready(
            WorldPlan {
                $0.operators = ["PE", "CH", "KE", "NZ"]
                $0.nodes = [0, 1, 2, 3]
                $0.upgraded = [0]
            }, clause: { $0.with("jurisdictions: [PE, CH, KE]", "jurisdictions: [PE, CH, KE, NZ]") })
        for season in 1960..<1970 {
            let id = try world.submit(world.event(Text("\(season)")))
            #expect(Set(try world.job(id).attempts.map(\.node)) == Set(world.nodes[1...3].map(\.did)))
            #expect(reason(world, 0) == "runs another engine")
        }
        try world.settle()
        for season in 1960..<1970 {
            let id = try #require(world.core.jobs.values.first { $0.occurrence == Text("\(season)") }).id
            #expect(try world.job(id).status == .certified)
        }
    }

    @Test func `nodes that are away, revoked, elsewhere or otherwise attested are passed over with the reason`() throws
    {
        var world = try World.ready(
            Self.wide, clause: { $0.with("jurisdictions: [PE, CH, KE]", "jurisdictions: [PE, CH]") })
        world.govern(.revokeNode(did: world.nodes[4].did, reason: "stolen"))
        try world.settle()
        try world.crash(3)
        try world.submit(world.event("2015"))
        #expect(reason(world, 2) == "jurisdiction not allowed")
        #expect(reason(world, 3) == "away")
        #expect(reason(world, 4) == "away")
    }

    @Test func `a node whose binding has expired gets no more tokens`() throws {
        var world = try World.ready(WorldPlan { $0.bindingMinutes = 1001 })
        world.now = Party.time(1002)
        let id = try world.submit(world.event("2015"))
        let job = try world.job(id)
        #expect(job.status == .waiting)
        #expect(job.waitingBecause?.string.contains("binding expired") == true)
    }

    @Test func `quotas of node, operator and jurisdiction hold jobs back until there is room`() throws {
        let quotas: [(WritableKeyPath<RailConfiguration, Int>, String)] = [
            (\.nodeQuota, "node quota"), (\.operatorQuota, "operator quota"),
            (\.jurisdictionQuota, "jurisdiction quota"),
        ]
        for (quota, reason) in quotas {
            var world = try World.ready(WorldPlan { $0.configuration[keyPath: quota] = 2 })
            try world.submit((1960..<1966).map { try world.event(Text("\($0)"), november: "22", december: "22") })
            let states = world.core.jobs.values.map(\.status)
            #expect(states == [.running, .running, .waiting, .waiting, .waiting, .waiting])
            #expect(world.core.jobs.values[2].waitingBecause?.string.contains(reason) == true)
            #expect(world.nodes.allSatisfy { world.core.population[$0.did]?.load == 2 })
            try world.settle()
            #expect(world.certified.count == 6)
            #expect(world.nodes.allSatisfy { world.core.population[$0.did]?.load == 0 })
        }
    }

    @Test func `among waiting jobs priority goes first, then the deadline, then arrival`() throws {
        var world = try World.ready(WorldPlan { $0.configuration.nodeQuota = 1 })
        let soon = world.now + .seconds(1)
        try world.submit([
            world.event("1960"), world.event("1961"), world.event("1962", deadline: soon + .seconds(9)),
            world.event("1963", deadline: soon), world.event("1964", priority: 9), world.event("1965", priority: 0),
        ])
        try world.settle()
        let order = world.decisions("schedule").map { $0.text("job") }
        let seasons = order.compactMap { job in world.core.jobs.values.first { $0.id.text == job }?.occurrence }
        #expect(seasons == ["1964", "1963", "1962", "1960", "1961", "1965"])
    }

    @Test func `a job that finds no nodes within its deadline is for people`() throws {
        var world = try World.ready()
        for node in 0..<2 { try world.crash(node) }
        let id = try world.submit(world.event("2015"))
        #expect(try world.job(id).status == .waiting)
        try world.settle()
        #expect(try world.job(id).status == .frozen)
        #expect(world.alerts.last?.kind == .frozen)
    }

    @Test func `a job that waits starts when nodes come`() throws {
        var world = try World.ready()
        for node in 0..<2 { try world.crash(node, startingAgainAfter: 3000) }
        let id = try world.submit(world.event("2015"))
        try world.settle()
        #expect(try world.job(id).status == .certified)
    }

    @Test func `an unreliable node is chosen after reliable ones`() throws {
        var world = try World.ready(Self.wide)
        world.nodes[2].behaviour = .refusing(code: "node.busy", message: "no")
        for season in 1960..<1980 {
            try world.submit(world.event(Text("\(season)")))
            try world.settle()
        }
        let late = try world.submit(world.event("1999"))
        #expect(try world.job(late).attempts.allSatisfy { $0.node != world.nodes[2].did })
    }

    @Test func `one operator's many nodes never make a quorum`() throws {
        var world = try World.ready(
            WorldPlan {
                $0.operators = ["PE", "CH"]
                $0.nodes = [0, 0, 0, 0]
            })
        let id = try world.submit(world.event("2015"))
        try world.settle()
        #expect(try world.job(id).status == .frozen)
        #expect(world.certified.isEmpty)
    }
}
