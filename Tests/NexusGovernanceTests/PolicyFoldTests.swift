import NexusBase
import NexusClause
import NexusGovernance
import NexusPolicy
import NexusTestSupport
import NexusTrust
import Testing

@Suite struct PolicyFoldTests {
    private func policy(_ edit: (inout JSON) -> Void = { _ in }) throws -> Policy {
        var json = try ExamplePolicy.read("jurisdiction").json
        edit(&json)
        return try Policy(json: json)
    }

    private func chain(_ steps: [GovernanceStep]) throws -> GovernanceChain {
        var chain = GovernanceChain(try Genesis.test())
        for step in steps { try chain.append(step) }
        return chain
    }

    private func last(_ chain: GovernanceChain) -> GovernanceSnapshot { chain.snapshots[chain.snapshots.count - 1] }

    @Test(arguments: ["jurisdiction", "eu-residency", "two-approvals"])
    func `an example is published by its issuer and taken to active by the committee`(name: String) throws {
        let policy = try ExamplePolicy.read(name)
        let chain = try chain(GovernanceStep.publish(policy) + GovernanceStep.activate(policy: policy.digest))
        let published = try #require(last(chain).policy(policy.digest))
        #expect(published.stage == .active && published.activatedBy == 5)
        #expect(last(chain).policy(id: policy.id)?.digest == policy.digest)
        #expect(last(chain).json["policies.0.stage"] == "active")
        var again = GovernanceSnapshot(genesis: try Genesis.test())
        for (index, bytes) in chain.entries.enumerated() {
            try again.apply(GovernanceEntry(parsing: bytes), at: index + 1)
        }
        #expect(again == last(chain) && again.digest == last(chain).digest)
    }

    @Test func `a rail without policies and approvals has the snapshot it always had`() throws {
        let json = try last(chain(PackScenario.standardGovernance(TestClause.make()))).json
        #expect(json["policies"] == nil && json["approvals"] == nil)
    }

    @Test func `a newer version supersedes the active one, under the same issuer and name only`() throws {
        let (old, new) = (try policy(), try policy { $0["id"] = "org.example.treasury::FinancialJurisdiction@1.0.1" })
        let other = try policy { $0["id"] = "org.example.treasury::Financial@1.0.0" }
        var steps = GovernanceStep.publish(old)
        for one in [other, new] { steps.append(GovernanceStep.publish(one)[1]) }
        for one in [old, other, new] { steps += GovernanceStep.activate(policy: one.digest) }
        let snapshot = last(try chain(steps))
        #expect(snapshot.policies.map(\.stage) == [.superseded, .active, .active])
    }

    private func refused(_ code: String, _ place: String? = nil, _ steps: [GovernanceStep]) throws {
        do {
            _ = try chain(steps)
            Issue.record("taken, \(code) was expected")
        } catch let error as any CodedFailure {
            #expect(error.qualifiedCode == code, "\(error.message)")
            if let place { #expect(error.place == place) }
        }
    }

    @Test func `nothing becomes active whose tests were not run`() throws {
        let policy = try policy()
        for stage in [LifecycleStage.reviewed, .active, .superseded] {
            try refused(
                "governance.not-allowed", nil, GovernanceStep.publish(policy) + [.advance(policy: policy.digest, stage)]
            )
        }
    }

    @Test func `a policy whose tests fail, or that has none, does not pass the stage simulated`() throws {
        let failing = try policy { $0["tests.1.expect"] = ["permitted": true] }
        try refused(
            "governance.not-allowed", "tests[1]",
            GovernanceStep.publish(failing) + [.advance(policy: failing.digest, .simulated)])
        let untested = try policy { $0["tests"] = [] }
        try refused(
            "governance.not-allowed", "tests",
            GovernanceStep.publish(untested) + [.advance(policy: untested.digest, .simulated)])
    }

    @Test func `tests that cost too much together do not pass`() throws {
        let costly = try policy {
            $0["rules.0.when"] = "lists.range(9000).all(a, a >= 0) && size(nodes) > 100"
            $0.edit("tests") { tests in
                tests = (0..<64).map {
                    ["name": .text("t\($0)"), "given": ["nodes": []], "expect": ["permitted": true]]
                }
            }
        }
        #expect(costly.runTests().allSatisfy { $0.failure == nil })
        try refused(
            "governance.not-allowed", nil,
            GovernanceStep.publish(costly) + [.advance(policy: costly.digest, .simulated)])
    }

    @Test func `a document is published once, by the issuer of its id, and must be a policy that a rail can fill`()
        throws
    {
        let policy = try policy()
        let steps = GovernanceStep.publish(policy)
        try refused("governance.unknown-subject", nil, [steps[1]])
        try refused("governance.not-allowed", nil, steps + [steps[1]])
        var foreign = steps
        foreign[1].voters = [(Party.committee[0], .approve)]
        try refused("governance.bad-vote", nil, foreign)
        let unknown = try self.policy {
            $0.edit("variables") { $0.append(["name": "weather", "type": "string"]) }
        }
        try refused("governance.not-allowed", "variables[3]", GovernanceStep.publish(unknown))
        let mistyped = try self.policy { $0["variables.2.type"] = "list(map(string, string))" }
        try refused("governance.not-allowed", "variables[2]", GovernanceStep.publish(mistyped))
        var document = policy.json
        document["rules.0.when"] = "nodse"
        let bytes = document.canonicalBytes
        try refused(
            "policy.undeclared", "rules[0].when:1:1",
            [steps[0], GovernanceStep(.publishPolicy(document: bytes), by: [Party.issuer])])
        try refused(
            "base.not-canonical", nil,
            [steps[0], GovernanceStep(.publishPolicy(document: bytes + [0x20]), by: [Party.issuer])])
    }

    @Test func `the limit of a document's bytes holds and one more is refused`() throws {
        func steps(_ bytes: Int) throws -> [GovernanceStep] {
            var json = try ExamplePolicy.read("jurisdiction").json
            json["description"] = ""
            json["description"] = .text(String(repeating: "x", count: bytes - json.canonicalBytes.count))
            #expect(json.canonicalBytes.count == bytes)
            return [
                GovernanceStep(.approveIssuer(name: "org.example.treasury", did: Party.issuer.did)),
                GovernanceStep(.publishPolicy(document: json.canonicalBytes), by: [Party.issuer]),
            ]
        }
        #expect(try last(chain(steps(GovernanceLimits.policyBytesMax))).policies.count == 1)
        #expect(throws: (any Error).self) { try chain(steps(GovernanceLimits.policyBytesMax + 1)) }
    }

    @Test func `members approve a job each for itself, once for a result`() throws {
        let (job, result) = (Digest(of: [1]), Digest(of: [2]))
        func approve(_ result: Digest?, _ members: [Int]) -> GovernanceStep {
            GovernanceStep(.approveJob(jobID: job, result: result, note: ""), by: members.map { Party.committee[$0] })
        }
        let chain = try chain([approve(result, [0]), approve(result, [1, 2]), approve(nil, [0])])
        #expect(last(chain).approvals(of: job, result: result).map(\.by) == Party.committee.prefix(3).map(\.did))
        #expect(last(chain).approvals(of: job, result: nil).map(\.entry) == [3])
        #expect(last(chain).json["approvals.0.by"] == Party.committee[0].did.json)
        try refused("governance.not-allowed", nil, [approve(result, [0]), approve(result, [1, 0])])
        try refused(
            "governance.bad-vote", nil,
            [GovernanceStep(.approveJob(jobID: job, result: nil, note: ""), by: [Party.stranger])])
        var rejected = approve(result, [0])
        rejected.voters = [(Party.committee[0], .reject)]
        try refused("governance.too-few-votes", nil, [rejected])
    }
}
