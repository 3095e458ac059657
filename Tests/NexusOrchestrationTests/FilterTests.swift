import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusOrchestration
import NexusSimulation
import NexusTestSupport
import NexusTrust
import Testing

@Suite struct FilterTests {
    /// The names of the checks that failed in the last run of the filter.
    private func failed(_ world: World) -> [Text] {
        guard let last = world.decisions("filter").last else { return [] }
        return last.list("checks").filter { $0["holds"] == .bool(false) }.map { $0.text("name") }
    }

    private func refusal(
        _ check: Text, clause edit: @escaping (String) -> String = { $0 },
        prepare: (inout World) throws -> Void = { _ in },
        kind: Text = "manual"
    ) throws {
        var world = try World.ready(clause: edit)
        try prepare(&world)
        try world.settle()
        let alerts = world.alerts.count
        let error = try world.refusal(of: world.event("2015", kind: kind))
        #expect(error.code == .refused)
        #expect(error.place == "event.\(check)")
        #expect(failed(world).first == check)
        #expect(world.alerts.count == alerts + 1 && world.alerts.last?.kind == .refusal)
        #expect(world.core.jobs.count == 0)
    }

    @Test func `a clause that is not active is refused by the check lifecycle`() throws {
        try refusal(
            "lifecycle",
            prepare: { world in
                world.govern(
                    .advanceClause(digest: world.clauses[0].digest, stage: .deprecated, report: nil, note: "ended"))
            })
    }

    @Test func `an event outside the clause's window is refused by the check window`() throws {
        let until = "\n  until: 1999-01-01T00:00:00.000Z"
        try refusal(
            "window", clause: { $0.with("from: 1950-01-01T00:00:00.000Z", "from: 1950-01-01T00:00:00.000Z" + until) })
    }

    @Test func `an event of a kind that the clause does not take is refused by the check trigger`() throws {
        try refusal("trigger", kind: "schedule")
    }

    @Test func `a rail with too few operators for the quorum is refused by the check population`() throws {
        try refusal(
            "population",
            prepare: { world in
                for index in 0..<2 { world.govern(.revokeOperator(did: world.operatorDID(index), reason: "left")) }
            })
    }

    @Test func `a policy of the clause that does not hold is refused with its reason`() throws {
        var world = try World.ready(clause: {
            $0.with("expression: clause.jurisdiction in jurisdictions", "expression: size(operators) > 3")
        })
        let error = try world.refusal(of: world.event("2015"))
        #expect(error.place == "event.jurisdictionRepresented")
        #expect(error.message.contains("a clause runs only where an operator stands under its own law"))
        #expect(failed(world) == ["jurisdictionRepresented"])
    }

    @Test
    func `a job that is taken leaves the trace of every check at event, inputs, scheduling, certification and release`()
        throws
    {
        var world = try World.ready()
        try world.submit(world.event("2015"))
        try world.settle()
        let runs = world.decisions("filter")
        #expect(runs.map { $0.text("step") } == ["event", "inputs", "scheduling", "certification", "release"])
        let names = runs[0].list("checks").map { $0.text("name") }
        #expect(names == ["lifecycle", "window", "trigger", "tier", "population", "jurisdictionRepresented"])
        for check in runs.flatMap({ $0.list("checks") }) {
            #expect(check["holds"] == .bool(true))
            #expect(!check.text("expression").isEmpty)
            guard case .object? = check["values"] else { throw WorldError("a check without values") }
        }
    }

    @Test func `a job whose clause was superseded before it got nodes is frozen by the filter at scheduling`() throws {
        var world = try World.ready()
        for node in 0..<3 { try world.crash(node) }
        let id = try world.submit(world.event("2015"))
        try world.activate(TestClause.make { $0.with("ExtremeElNino@1.0.0", "ExtremeElNino@1.1.0") })
        let job = try world.job(id)
        #expect(job.status == .frozen)
        #expect(job.waitingBecause?.string.contains("stage (\"superseded\") != 'active'") == true)
    }

    @Test func `what nodes signed while the clause was active still certifies when a newer version came`() throws {
        var world = try World.ready()
        for index in 0..<3 { world.nodes[index].workMilliseconds = 5000...5000 }
        let id = try world.submit(world.event("2015"))
        try world.run(100)
        try world.activate(TestClause.make { $0.with("ExtremeElNino@1.0.0", "ExtremeElNino@1.1.0") })
        try world.settle()
        #expect(try world.job(id).status == .certified)
        #expect(try world.report(id).certificate != nil)
    }

    @Test func `a certificate whose clause was deprecated before its release keeps its actions back`() throws {
        var world = try World.ready()
        let id = try world.submit(world.event("2015"))
        let end = world.now + .seconds(10)
        while try world.job(id).status != .decided, try world.next(before: end) {}
        world.govern(.advanceClause(digest: world.clauses[0].digest, stage: .deprecated, report: nil, note: "ended"))
        try world.settle()
        // Decided before the deprecation was in the log, released after or before it: never fired after.
        let isDeprecatedFirst =
            world.decisions("filter").last { $0.text("step") == "release" }?
            .list("checks").contains { $0["holds"] == .bool(false) } ?? false
        #expect(try world.job(id).status == .certified)
        #expect(isDeprecatedFirst == world.receiver.received.isEmpty)
    }

    @Test func `an event is refused when it names no clause, binds a wrong input, or a reading of another value`()
        throws
    {
        var world = try World.ready()
        #expect(try world.refusal(of: world.event("2015", clause: "GRA::Nothing@1.0.0")).code == .unknownClause)
        #expect(try world.refusal(of: world.event("1949")).code.rawValue == "clause.out-of-range")
        let good = try world.event("2015")
        func edited(_ edit: (inout [Event.Input]) throws -> Void) throws -> Event {
            var inputs = good.inputs
            try edit(&inputs)
            return Event(clause: good.clause, occurrence: good.occurrence, trigger: good.trigger, inputs: inputs)
        }
        let cases: [(inout [Event.Input]) throws -> Void] = [
            { $0.removeLast() },
            { $0.append($0[0]) },
            {
                $0[0] = Event.Input(
                    name: $0[0].name, value: Array("20".utf8), edition: "final", retrievedAt: $0[0].retrievedAt,
                    reading: $0[0].reading)
            },
            {
                $0[0] = Event.Input(
                    name: $0[0].name, value: $0[0].value, edition: "final", retrievedAt: $0[0].retrievedAt, reading: nil
                )
            },
            {
                $0[0] = Event.Input(
                    name: $0[0].name, value: $0[0].value, edition: "draft", retrievedAt: $0[0].retrievedAt,
                    reading: $0[0].reading)
            },
            {
                $0[2] = Event.Input(
                    name: $0[2].name, value: $0[2].value, edition: "final", retrievedAt: $0[2].retrievedAt,
                    reading: $0[0].reading)
            },
            { inputs in
                guard let reading = inputs[0].reading else { return }
                let second = try Envelope.sign(reading.payload, by: Party.stranger).signatures
                inputs[0] = Event.Input(
                    name: inputs[0].name, value: inputs[0].value, edition: "final", retrievedAt: inputs[0].retrievedAt,
                    reading: Envelope(
                        payloadType: reading.payloadType, payload: reading.payload,
                        signatures: second + reading.signatures))
            },
        ]
        for edit in cases { #expect(try world.refusal(of: edited(edit)).code.rawValue == "clause.bad-binding") }
        #expect(world.core.jobs.count == 0)
    }
}
