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

/// The three policies of `Examples/policies` on a rail in memory: published, approved, and asked at every step.
@Suite struct RailPolicyTests {
    /// What the last run of the filter at a step says of a policy.
    private func verdict(_ world: World, at step: Text) throws -> JSON {
        let runs = world.decisions("filter").filter { $0["step"] == .string(step) }
        guard let last = runs.last, last["policies"] != nil, let verdict = last.list("policies").last else {
            throw WorldError("no policy was asked at \(step)")
        }
        return verdict
    }

    // MARK: No financial action on nodes outside the clause's jurisdiction

    @Test func `a payment on nodes outside the clause's jurisdiction is refused when nodes are chosen, with the trace`()
        throws
    {
        var world = try World.ready(clause: { $0.with("jurisdictions: [PE, CH, KE]", "jurisdictions: []") })
        try world.activate(ExamplePolicy.read("jurisdiction"))
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let job = try world.job(id)
        #expect(job.status == .frozen)
        #expect(job.attempts.isEmpty, "no node was sent the job")
        let because = try #require(job.waitingBecause?.string)
        #expect(because.contains("is not in clause.jurisdictions ([\"PE\"])"))
        #expect(because.contains("a financial action runs only on nodes inside the clause's jurisdiction"))
        #expect(because.contains("org.example.treasury::FinancialJurisdiction@1.0.0/nodes-inside-jurisdiction"))

        let verdict = try verdict(world, at: "scheduling")
        #expect(verdict["permitted"] == .bool(false))
        #expect(verdict["policy"] == "org.example.treasury::FinancialJurisdiction@1.0.0")
        let refusal = try #require(verdict.list("refusals").first)
        #expect(refusal["rule"] == "nodes-inside-jurisdiction")
        #expect(refusal["trace.children"] != nil)
        #expect(verdict["values.nodes.0.jurisdiction"] != nil)
        #expect(verdict["values.nodes.0.credentials"] == .array([]))
        #expect(world.alerts.last?.kind == .frozen)
    }

    @Test func `a payment on nodes that the clause names is certified under the same policy`() throws {
        var world = try World.ready()
        try world.activate(ExamplePolicy.read("jurisdiction"))
        let id = try world.submit(world.event("2015"))
        try world.settle()
        #expect(try world.job(id).status == .certified)
        #expect(world.receiver.actions.count == 2)
        let runs = world.decisions("filter").filter { $0["policies"] != nil }
        #expect(runs.map { $0.text("step") } == ["event", "inputs", "scheduling", "certification", "release"])
        #expect(runs.allSatisfy { $0.list("policies")[0]["permitted"] == .bool(true) })
        #expect(
            try world.report(id).certificate != nil, "evidence verifies with the policy's entries in its governance")
    }

    @Test func `a node that stands in for another is asked about as well`() throws {
        // The first choice lies inside; the one that replaces a silent node does not.
        var world = try World.ready(
            WorldPlan {
                $0.operators = ["PE", "PE", "PE", "US"]
                $0.nodes = [0, 1, 2, 3]
            },
            clause: {
                $0.with("jurisdictions: [PE, CH, KE]", "jurisdictions: []")
                    .with("distinct: [operator, jurisdiction]", "distinct: [operator]")
            })
        try world.activate(ExamplePolicy.read("jurisdiction"))
        try world.crash(3, startingAgainAfter: 20)
        for index in 0..<3 { world.nodes[index].workMilliseconds = 100...100 }
        for index in 1..<3 { world.nodes[index].behaviour = .indeterminate }
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let job = try world.job(id)
        #expect(job.status == .frozen)
        #expect(!job.attempts.contains { $0.jurisdiction == "US" })
        #expect(job.waitingBecause?.string.contains("\"US\"") == true, "\(job.waitingBecause ?? "")")
    }

    // MARK: Personal data of EU residents stays in the EU

    private func clinic(_ operators: [Text]) throws -> World {
        let places = operators.map(\.string).joined(separator: ", ")
        var world = try World.ready(
            WorldPlan { $0.operators = operators },
            clause: {
                $0.with("jurisdiction: PE\n", "jurisdiction: FR\n").with("[PE, CH, KE]", "[\(places)]")
                    .with("clause.jurisdiction in jurisdictions", "size(jurisdictions) > 0")
                    .with("kind: text, editions: []", "kind: text, editions: [], residency: FR")
            })
        try world.activate(ExamplePolicy.read("eu-residency"))
        return world
    }

    @Test func `personal data of EU residents does not leave the EU`() throws {
        var world = try clinic(["FR", "DE", "CH"])
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let job = try world.job(id)
        #expect(job.status == .frozen && job.attempts.isEmpty)
        let because = try #require(job.waitingBecause?.string)
        #expect(because.contains("node.jurisdiction (\"CH\") is not in unionMembers"))
        #expect(because.contains("personal data of EU residents is processed inside the European Union only"))
        #expect(try verdict(world, at: "scheduling")["values.inputs.2.residency"] == "FR")
    }

    @Test func `inside the EU the same data is computed on`() throws {
        var world = try clinic(["FR", "DE", "IT"])
        let id = try world.submit(world.event("2015"))
        try world.settle()
        #expect(try world.job(id).status == .certified)
        #expect(try world.report(id).certificate != nil)
    }

    // MARK: Above a threshold, two distinct approvals and a word to the regulator's node

    /// A rail on which occurrence 2015 is certified with a payment above the threshold.
    private func withheld() throws -> (World, Digest) {
        var world = try World.ready()
        try world.activate(ExamplePolicy.read("two-approvals"))
        let id = try world.submit(world.event("2015"))
        try world.settle()
        return (world, id)
    }

    private func received(_ world: World) -> [Text] { world.receiver.received.map(\.action.name) }

    @Test func `a large payment is certified, withheld, and the regulator is told`() throws {
        let (world, id) = try withheld()
        let job = try world.job(id)
        #expect(job.status == .certified)
        #expect(received(world) == ["tell-the-regulator"])
        let told = world.receiver.received[0]
        #expect(told.action.endpoint == "regulator")
        #expect(told.notice?.policy == "org.example.treasury::TwoApprovals@1.0.0")
        #expect(told.notice?.because == "the regulator's node is told of every amount above the threshold")
        #expect(
            told.notice?.explanation.string.contains("decimal(action.amount) (4100000) > threshold (1000000)") == true)
        let because = try #require(job.waitingBecause?.string)
        #expect(because.contains("its actions are withheld"))
        #expect(because.contains("size() (0) < 2, by 2"))
        #expect(because.contains("an amount above the threshold needs two distinct approvals"))
        #expect(try verdict(world, at: "release")["values.approvals"] == .array([]))
        #expect(try world.report(id).certificate != nil, "the certificate is out; only its actions wait")
    }

    @Test func `two members of the committee let the payment through, one does not, and nothing is sent twice`() throws
    {
        var (world, id) = try withheld()
        try world.approve(id, by: [4])
        #expect(received(world) == ["tell-the-regulator"])
        #expect(try world.job(id).waitingBecause?.string.contains("size() (1) < 2, by 1") == true)
        try world.approve(id, by: [2])
        #expect(received(world) == ["tell-the-regulator", "pay", "notify"])
        #expect(try world.job(id).waitingBecause == nil)
        #expect(try verdict(world, at: "release")["values.approvals.1.by"] == Party.committee[2].did.json)
        #expect(world.core.snapshot.approvals.map(\.by) == [Party.committee[4].did, Party.committee[2].did])
        try world.approve(id, by: [3])
        #expect(received(world).count == 3)
    }

    @Test func `both approvals may stand in one entry`() throws {
        var (world, id) = try withheld()
        try world.approve(id, by: [0, 5])
        #expect(received(world) == ["tell-the-regulator", "pay", "notify"])
    }

    @Test func `a member approves a job once, and only with the result that was decided`() throws {
        var (world, id) = try withheld()
        try world.approve(id, by: [1])
        for (members, result, code) in [
            ([1], nil, "governance.not-allowed"), ([2], Digest(of: [1]), "orchestration.refused"),
        ] as [([Int], Digest?, String)] {
            let request = try world.approve(id, by: members, result: result)
            guard case .refused(let error)? = world.responses[request] else { throw WorldError("taken") }
            #expect(error.qualifiedCode == code || error.code.rawValue == code)
        }
        let stranger = world.govern(.approveJob(jobID: id, result: nil, note: ""), by: [Party.stranger])
        try world.settle()
        guard case .refused? = world.responses[stranger] else { throw WorldError("taken") }
        #expect(world.core.snapshot.approvals.count == 1)
        #expect(received(world) == ["tell-the-regulator"])
    }

    @Test func `a small payment needs nobody and the regulator hears nothing`() throws {
        var world = try World.ready(clause: { $0.with("limit: 10000000", "limit: 2000000") })
        try world.activate(ExamplePolicy.read("two-approvals"))
        try world.submit(world.event("2015"))
        try world.settle()
        #expect(received(world) == ["pay", "notify"])
    }

    @Test func `the regulator is told at least once, under one id`() throws {
        var world = try World.ready()
        try world.activate(ExamplePolicy.read("two-approvals"))
        world.receiver.refusals = 2
        try world.submit(world.event("2015"))
        try world.settle()
        #expect(received(world) == ["tell-the-regulator", "tell-the-regulator", "tell-the-regulator"])
        #expect(world.receiver.actions.count == 1)
        #expect(world.core.deliveries.all.map(\.status) == [.delivered])
    }

    @Test func `a rail that dies with a payment withheld still withholds it, and lets it through once approved`() throws
    {
        var (world, id) = try withheld()
        try world.restart()
        try world.settle()
        #expect(Set(received(world)) == ["tell-the-regulator"])
        #expect(try world.replayed().stateDigest == world.core.stateDigest)
        try world.approve(id, by: [0, 1])
        #expect(received(world).suffix(2) == ["pay", "notify"])
        #expect(try world.replayed().stateDigest == world.core.stateDigest)
    }

    // MARK: The life of a policy

    @Test func `a policy that is not active is not asked; one that is ended no more; a newer version takes its place`()
        throws
    {
        let policy = try ExamplePolicy.read("two-approvals")
        var world = try World.ready()
        for step in GovernanceStep.publish(policy) { world.govern(step.decision, by: step.voters.map(\.key)) }
        try world.settle()
        try world.submit(world.event("2014"))
        try world.settle()
        #expect(received(world) == ["pay", "notify"])
        for step in GovernanceStep.activate(policy: policy.digest) { world.govern(step.decision) }
        try world.settle()
        let id = try world.submit(world.event("2015"))
        try world.settle()
        #expect(try world.job(id).waitingBecause != nil)

        var next = policy.json
        next["id"] = "org.example.treasury::TwoApprovals@1.1.0"
        next["variables.3.value"] = "9000000"
        next["tests"] = [
            [
                "name": "below", "given": ["step": "release", "actions": [["amount": "1000000.01"]], "approvals": []],
                "expect": ["permitted": true],
            ]
        ]
        let newer = try Policy(json: next)
        for step in GovernanceStep.publish(newer) + GovernanceStep.activate(policy: newer.digest) {
            world.govern(step.decision, by: step.voters.map(\.key))
        }
        try world.settle()
        #expect(world.core.snapshot.policy(policy.digest)?.stage == .superseded)
        // Under the new threshold the payment that waited goes out.
        #expect(try world.job(id).waitingBecause == nil)
        #expect(received(world).suffix(2) == ["pay", "notify"])
    }

    @Test func `a policy whose rule cannot be evaluated refuses the event, and says so`() throws {
        let broken: JSON = [
            "type": "nexus.policy/v1", "id": "org.example::Broken@1.0.0",
            "variables": [["name": "event", "type": "map(string, dyn)"]],
            "rules": [
                [
                    "name": "urgency", "effect": "deny", "when": "event.urgency > 3",
                    "because": "urgent events are for people",
                ]
            ],
            "tests": [["name": "calm", "given": ["event": ["urgency": 1]], "expect": ["permitted": true]]],
        ]
        var world = try World.ready()
        try world.activate(Policy(json: broken))
        let error = try world.refusal(of: world.event("2015"))
        #expect(error.place == "event.org.example::Broken@1.0.0/urgency")
        #expect(error.message.contains("could not be evaluated"))
        #expect(error.message.contains("urgent events are for people"))
    }
}

/// Every check of the filter is an expression, and a refusal says why in a sentence.
@Suite struct FilterSentenceTests {
    private func refusal(
        clause edit: @escaping (String) -> String = { $0 }, kind: Text = "manual",
        prepare: (inout World) throws -> Void = { _ in }
    ) throws -> (message: String, check: JSON) {
        var world = try World.ready(clause: edit)
        try prepare(&world)
        try world.settle()
        let error = try world.refusal(of: world.event("2015", kind: kind))
        let checks = try #require(world.decisions("filter").last).list("checks")
        let failed = try #require(checks.first { $0["holds"] == .bool(false) })
        #expect(error.message.hasPrefix(failed.text("sentence").string))
        #expect(failed["trace.source"] != nil)
        return (error.message, failed)
    }

    @Test func `a refusal by the window says when it ended and by how much`() throws {
        let (message, check) = try refusal(clause: {
            $0.with(
                "from: 1950-01-01T00:00:00.000Z", "from: 1950-01-01T00:00:00.000Z\n  until: 1999-01-01T00:00:00.000Z")
        })
        #expect(message.contains("now (") && message.contains(">= until.value() (1999-01-01T00:00:00Z), by "))
        #expect(message.hasSuffix("events are taken inside the clause's window"))
        #expect(check["trace.children"] != nil)
    }

    @Test func `a refusal by the lifecycle, the trigger and the population names the values`() throws {
        let ended = try refusal(prepare: { world in
            world.govern(.advanceClause(digest: world.clauses[0].digest, stage: .deprecated, report: nil, note: ""))
        })
        #expect(ended.message.contains("stage (\"deprecated\") != 'active'"))
        let kind = try refusal(kind: "schedule")
        #expect(kind.message.contains("type (\"schedule\") is not in kinds ([\"reading\", \"manual\"])"))
        let few = try refusal(prepare: { world in
            for index in 0..<2 { world.govern(.revokeOperator(did: world.operatorDID(index), reason: "left")) }
        })
        #expect(few.message.contains("distinct (1) < needed (2), by 1"))
        #expect(few.check["trace.margin"] == -1)
    }

    @Test func `a clause's own policy may ask about the nodes that were chosen`() throws {
        var world = try World.ready(clause: {
            $0.with(
                "clause.jurisdiction in jurisdictions",
                "nodes.all(node, node.credentials.exists(c, c == 'hydrology') || step == 'event')")
        })
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let job = try world.job(id)
        #expect(job.status == .frozen)
        #expect(job.waitingBecause?.string.contains("a clause runs only where") == true)
    }

    @Test func `the terms of a certified result carry observed value, threshold and margin`() throws {
        var world = try World.ready()
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let result = try ExecutionResult(parsing: #require(world.job(id).result))
        let term = try #require(result.terms.first)
        #expect(term.name == "attachment" && term.verdict == .pass)
        #expect(term.observed == "25.23" && term.threshold == "24")
        #expect(term.margin?.description == "1.23" && term.unit == "°C")
        let json = try JSON(parsing: #require(world.job(id).result))
        #expect(json["terms.0.margin"] == "1.23")
        #expect(json["terms.1.margin"] == "-1.77")
    }
}
