import NexusBase
import NexusClause
import NexusEvidence
import NexusOrchestration
import NexusSimulation
import NexusTestSupport
import Testing

@Suite struct LifeOfAJobTests {
    @Test func `a job on three nodes is certified by two that agree, and its pack verifies`() throws {
        var world = try World.ready()
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let job = try world.job(id)
        #expect(job.status == .certified)
        #expect(job.attempts.map(\.outcome) == [.agreed, .agreed, .agreed])
        let report = try world.report(id)
        #expect(report.certificate != nil, "\(report.lines.last.map { "\($0)" } ?? "")")
        #expect(world.certified == [id])
    }

    @Test func `a certified payout sets off its actions with the amount that its rate gives`() throws {
        var world = try World.ready()
        let id = try world.submit(world.event("2015", november: "25.5", december: "25.5"))
        try world.settle()
        #expect(try world.job(id).signal == .trigger)
        #expect(world.receiver.received.map(\.action.name) == ["pay", "notify"])
        #expect(world.receiver.received[0].amount == (try ExactDecimal(parsing: "5000000")))
        #expect(world.core.deliveries.all.map(\.status) == [.delivered, .delivered])
    }

    @Test func `a certified non-payout fires nothing and has the same evidence`() throws {
        var world = try World.ready()
        let id = try world.submit(world.event("1990", november: "22.1", december: "22.3"))
        try world.settle()
        #expect(try world.job(id).signal == .pass)
        #expect(world.receiver.received.isEmpty)
        #expect(try world.report(id).certificate != nil)
    }

    @Test func `a second event for an occurrence is answered with the first job`() throws {
        var world = try World.ready()
        let first = try world.submit(world.event("2015"))
        for moment in 0..<2 {
            let request = try world.submit([world.event("2015", id: Text("another-\(moment)"))])[0]
            guard case .accepted(let job, let isNew)? = world.responses[request] else { throw WorldError("refused") }
            #expect(job == first && !isNew)
            try world.settle()
        }
        #expect(world.core.jobs.count == 1)
    }

    @Test func `two events for one occurrence in one submission make one job`() throws {
        var world = try World.ready()
        let requests = try world.submit([world.event("2015", id: "a"), world.event("2015", id: "b")])
        let answers = requests.compactMap { request -> Bool? in
            if case .accepted(_, let isNew)? = world.responses[request] { isNew } else { nil }
        }
        #expect(answers == [true, false])
        try world.settle()
        #expect(world.certified.count == 1)
    }

    @Test func `the pack of a job verifies when an event of the same trigger was refused before it in its submission`()
        throws
    {
        var world = try World.ready()
        let good = try world.event("2015")
        let bad = Event(
            clause: good.clause, occurrence: good.occurrence, trigger: good.trigger, inputs: [good.inputs[0]])
        let requests = try world.submit([bad, good])
        guard case .accepted(let id, _)? = world.responses[requests[1]] else { throw WorldError("refused") }
        try world.settle()
        #expect(try world.report(id).certificate != nil)
    }

    @Test func `a certificate is released only after the checkpoint that contains it`() throws {
        var world = try World.ready()
        let id = try world.submit(world.event("2015"))
        let end = world.now + .seconds(10)
        while world.certified.isEmpty, try world.next(before: end) {
            let logged = world.log.rollups.flatMap(\.leaves).contains {
                $0.occurrenceID == (world.core.jobs[id]?.occurrenceID)
            }
            if !logged { #expect(world.core.jobs[id]?.status != .certified) }
            if world.core.jobs[id]?.status != .certified { #expect(world.receiver.received.isEmpty) }
        }
        #expect(world.certified == [id])
    }

    @Test func `many jobs of one submission are certified in rollups of at most their maximum`() throws {
        var world = try World.ready(clause: { $0.with("maximum: 2100", "maximum: 9999") })
        let events = try (2000..<2030).map { try world.event(Text("\($0)"), november: "22", december: "22") }
        try world.submit(events)
        try world.settle()
        #expect(world.certified.count == 30)
        #expect(world.log.rollups.allSatisfy { $0.leaves.count <= EvidenceLimits.rollupMax })
        #expect(try world.report(world.certified[29]).certificate != nil)
    }
}
