import NexusAttestation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusOrchestration
import NexusPolicy
import NexusSimulation
import NexusTestSupport
import NexusTrust
import Testing

/// Who gets work on a rail that asks for admissions and evidence, and what becomes of work of those who lose it.
@Suite struct AdmissionTests {
    private static func finish(_ clause: String) -> String {
        clause.with("onRevocation: fence", "onRevocation: finish")
    }

    /// A rail with a rule; its nodes are admitted unless left out.
    private func world(
        without left: Set<Int> = [], every: Int = 3600, stale: Int = 7200, nodes: [Int] = [0, 1, 2],
        clause: (String) -> String = { $0 }, edit: (inout World) -> Void = { _ in }
    ) throws -> World {
        var plan = WorldPlan { $0.nodes = nodes }
        plan.attests = true
        var world = try World.ready(plan, clause: clause)
        edit(&world)
        world.govern(.ruleAdmission(document: try TestAdmission.rule(every: every, stale: stale).bytes))
        try world.run(500)
        for index in world.nodes.indices where !left.contains(index) { try admit(index, in: &world) }
        return world
    }

    private func admit(_ index: Int, in world: inout World) throws {
        let place = world.plan.operators[world.plan.nodes[index]]
        let owner = world.operatorDID(world.plan.nodes[index])
        world.govern(
            TestAdmission.admit(
                world.nodes[index].did, of: owner, try TestAdmission.credentials(of: owner, in: place)))
        try world.run(500)
    }

    private func reasons(_ world: World) -> [Text] {
        world.decisions("schedule").last?.list("passedOver").map { $0.text("reason") } ?? []
    }

    @Test func `nodes get work once they are admitted with credentials and vouched for, and packs of it verify`() throws
    {
        var world = try world(without: [0, 1, 2])
        let id = try world.submit(world.event("2015"))
        try world.run(200)
        #expect(try world.job(id).status == .waiting)
        #expect(try world.job(id).waitingBecause?.string.contains("not admitted") == true)
        for index in 0..<3 { try admit(index, in: &world) }
        try world.run(2000)
        #expect(try world.job(id).status == .certified)
        let report = try world.report(id)
        #expect(report.isAccepted)
        #expect(report.certificate?.attestation == ["simulated"])
        #expect(try world.replayed().stateDigest == world.core.stateDigest)
    }

    /// The payload is sealed to the key of the node's hello: evidence that binds another key is of no use.
    @Test func `a node whose evidence does not bind its sealing key gets no payload`() throws {
        var plan = WorldPlan()
        plan.attests = true
        var world = try World(plan)
        for (index, place) in plan.operators.enumerated() {
            world.govern(
                .approveOperator(
                    name: Text("Operator \(index + 1)"), did: world.operatorDID(index), jurisdiction: place))
        }
        world.govern(.approveIssuer(name: "GRA", did: Party.issuer.did))
        world.govern(.approveFeed(name: "ersst", did: Party.feed.did))
        try world.activate(TestClause.make())
        world.nodes[0].evidenceKey = [UInt8](repeating: 3, count: 32)
        try world.connectAll()
        try world.run(200)
        let refused = try #require(world.decisions("node.refused").last)
        #expect(refused.text("node") == world.nodes[0].did.text)
        #expect(refused.text("reason").string.contains("attestation.key-not-bound"))
        #expect(world.core.population[world.nodes[0].did] == nil)
        let id = try world.submit(world.event("2015"))
        try world.run(2000)
        #expect(try !world.job(id).attempts.contains { $0.node == world.nodes[0].did })
        #expect(try world.job(id).status == .certified, "the others do without it")
    }

    @Test func `evidence that is not renewed counts no more, and the clause says what becomes of running work`() throws
    {
        for isFenced in [true, false] {
            var world = try world(every: 2, stale: 4, nodes: [0, 1, 2], clause: isFenced ? { $0 } : Self.finish)
            // All vouched at the same time; one stops doing so and takes long for its work.
            try world.run(1000)
            world.nodes[0].vouches = false
            world.nodes[0].workMilliseconds = 6000...6000
            world.nodes[1].workMilliseconds = 6500...6500
            world.nodes[2].behaviour = .silent
            let id = try world.submit(world.event("2015"))
            try world.run(5000)
            let stale = try #require(world.decisions("node.stale").first)
            #expect(stale.text("node") == world.nodes[0].did.text && stale.text("reason") == "stale evidence")
            #expect(world.alerts.contains { $0.kind == .standing })
            let attempt = try #require(world.job(id).attempts.first { $0.node == world.nodes[0].did })
            #expect(attempt.outcome == (isFenced ? .refused : .pending))
            if isFenced { #expect(attempt.detail?.string.contains("stale evidence") == true) }
            try world.run(4000)
            #expect(try world.job(id).status == (isFenced ? .running : .certified), "fenced: \(isFenced)")
            let next = try world.submit(world.event("2016"))
            #expect(reasons(world).contains("stale evidence"), "no new token")
            #expect(try !world.job(next).attempts.contains { $0.node == world.nodes[0].did })
            // It vouches again, and gets work again.
            world.nodes[0].vouches = true
            try world.run(3000)
            let last = try world.submit(world.event("2017"))
            #expect(try world.job(last).attempts.contains { $0.node == world.nodes[0].did })
        }
    }

    @Test func `a suspended node gets no more work at once, and what it ran is given up or finished`() throws {
        for isFenced in [true, false] {
            var world = try world(clause: isFenced ? { $0 } : Self.finish)
            world.nodes[0].workMilliseconds = 900...900
            world.nodes[1].workMilliseconds = 950...950
            world.nodes[2].behaviour = .silent
            let id = try world.submit(world.event("2015"))
            world.govern(.suspendNode(did: world.nodes[0].did, reason: "looked odd"))
            try world.run(500)
            let attempt = try #require(world.job(id).attempts.first { $0.node == world.nodes[0].did })
            #expect(attempt.outcome == (isFenced ? .refused : .pending))
            try world.run(1500)
            #expect(try world.job(id).status == (isFenced ? .running : .certified))
            if !isFenced { #expect(try world.report(id).isAccepted) }
            world.nodes[2].behaviour = .honest
            let without = try world.submit(world.event("2016"))
            #expect(reasons(world).contains("suspended"))
            #expect(world.core.population[world.nodes[0].did]?.session != nil, "it stays connected")
            try admit(0, in: &world)
            let with = try world.submit(world.event("2017"))
            try world.run(3000)
            for id in [without, with] { #expect(try world.job(id).status == .certified) }
            #expect(try !world.job(without).attempts.contains { $0.node == world.nodes[0].did })
            #expect(try world.job(with).attempts.contains { $0.node == world.nodes[0].did })
            #expect(try world.replayed().stateDigest == world.core.stateDigest)
        }
    }

    @Test func `a revoked node finishes where the clause says so and is then let go; elsewhere what it signed is void`()
        throws
    {
        for isFenced in [true, false] {
            var world = try world(clause: isFenced ? { $0 } : Self.finish)
            world.nodes[0].workMilliseconds = 900...900
            world.nodes[1].workMilliseconds = 950...950
            world.nodes[2].behaviour = .silent
            let id = try world.submit(world.event("2015"))
            world.govern(.revokeNode(did: world.nodes[0].did, reason: "sold"))
            try world.run(500)
            #expect((world.core.population[world.nodes[0].did]?.session == nil) == isFenced)
            #expect(world.core.departing == (isFenced ? [] : [world.nodes[0].did]))
            try world.run(1500)
            #expect(try world.job(id).status == (isFenced ? .running : .certified))
            guard !isFenced else { continue }
            #expect(world.core.departing.isEmpty)
            #expect(world.core.population[world.nodes[0].did]?.session == nil)
            #expect(world.decisions("node.dismissed").count == 1)
            let report = try world.report(id)
            #expect(report.isAccepted)
            #expect(try world.job(id).attempts.first { $0.node == world.nodes[0].did }?.outcome == .agreed)
        }
    }

    /// "Grid Operator Level 3", as a policy of the rail asks for it.
    @Test func `competence is asked for in a policy, and a status list in the log ends it`() throws {
        var world = try world(without: [0, 1, 2])
        world.govern(
            .publishStatus(issuer: "GRA", list: try TestAdmission.statusList(revoked: [])), by: [Party.issuer])
        try world.run(500)
        for index in 0..<3 {
            let owner = world.operatorDID(index)
            let competence = try TestAdmission.credential(
                "GridOperator", about: world.nodes[index].did, ["level": .int(index == 1 ? 2 : 3)], index: 40 + index)
            world.govern(
                TestAdmission.admit(
                    world.nodes[index].did, of: owner,
                    try TestAdmission.credentials(of: owner, in: world.plan.operators[index]) + [competence]))
            try world.run(500)
        }
        let document = try ExamplePolicy.read("competence")
        try world.activate(document)
        let id = try world.submit(world.event("2015"))
        try world.run(500)
        #expect(try world.job(id).status == .frozen)
        #expect(try world.job(id).waitingBecause?.string.contains("Grid Operator Level 3") == true)
        // The second node's operator trains it.
        let better = try TestAdmission.credential(
            "GridOperator", about: world.nodes[1].did, ["level": 3], index: 43)
        world.govern(
            TestAdmission.admit(
                world.nodes[1].did, of: world.operatorDID(1),
                try TestAdmission.credentials(of: world.operatorDID(1), in: world.plan.operators[1]) + [better]))
        try world.run(500)
        let next = try world.submit(world.event("2016"))
        try world.run(2000)
        #expect(try world.job(next).status == .certified)
        world.govern(
            .publishStatus(issuer: "GRA", list: try TestAdmission.statusList(revoked: [42])), by: [Party.issuer])
        try world.run(500)
        let last = try world.submit(world.event("2017"))
        try world.run(500)
        #expect(try world.job(last).status == .frozen, "a revoked competence counts no more")
    }
}
