import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusOrchestration
import NexusSimulation
import NexusTestSupport
import NexusTrust
import Testing

@Suite struct PeopleDecideTests {
    /// A world in which occurrence 2015 is frozen.
    private func frozen(_ plan: WorldPlan = WorldPlan()) throws -> (World, Job) {
        var world = try World.ready(plan)
        for node in 1..<3 { world.nodes[node].behaviour = .lying(by: node) }
        let id = try world.submit(world.event("2015"))
        try world.settle()
        for node in 1..<3 { world.nodes[node].behaviour = .honest }
        let job = try world.job(id)
        guard job.status == .frozen else { throw WorldError("not frozen") }
        return (world, job)
    }

    @Test func `the committee decides a frozen occurrence by an override, recorded as that and never as agreement`()
        throws
    {
        var (world, job) = try frozen()
        world.govern(
            .overrideOccurrence(occurrenceID: job.occurrenceID, jobID: job.id, signal: .pass, reason: "looked at"))
        try world.settle()
        #expect(try world.job(job.id).status == .certified)
        let statement = try QuorumStatement(parsing: world.pack(job.id).quorum)
        guard case .override(_, .pass) = statement.decision else { throw WorldError("not an override") }
        #expect(statement.attempts.allSatisfy { $0.outcome == .differed })
        let report = try world.report(job.id)
        #expect(report.certificate != nil, "\(report.lines)")
    }

    @Test func `an override of a job that is not frozen is refused`() throws {
        var world = try World.ready()
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let job = try world.job(id)
        let request = world.govern(
            .overrideOccurrence(occurrenceID: job.occurrenceID, jobID: id, signal: .trigger, reason: "we want it"))
        try world.settle()
        guard case .refused? = world.responses[request] else { throw WorldError("not refused") }
    }

    @Test func `two of six keys override nothing`() throws {
        var (world, job) = try frozen()
        let request = world.govern(
            .overrideOccurrence(occurrenceID: job.occurrenceID, jobID: job.id, signal: .pass, reason: "two"),
            by: Array(Party.committee.prefix(2)))
        try world.settle()
        guard case .refused(let error)? = world.responses[request] else { throw WorldError("not refused") }
        #expect(error.code.rawValue == "governance.too-few-votes")
        #expect(try world.job(job.id).status == .frozen)
    }

    @Test func `deprecating the clause withdraws what is not decided and frees the occurrence for a new version`()
        throws
    {
        var (world, job) = try frozen()
        world.govern(.advanceClause(digest: job.clause, stage: .deprecated, report: nil, note: "flawed"))
        try world.settle()
        #expect(try world.job(job.id).status == .withdrawn)
        try world.activate(TestClause.make { $0.with("ExtremeElNino@1.0.0", "ExtremeElNino@1.1.0") })
        let next = try world.submit(world.event("2015", clause: "GRA::ExtremeElNino@1.1.0"))
        try world.settle()
        #expect(next != job.id)
        #expect(world.certified == [next])
        #expect(world.core.openJobs == 0)
    }

    @Test func `a withdrawn correction leaves the certificate that it would have corrected in its place`() throws {
        var world = try World.ready()
        let first = try world.submit(world.event("2015"))
        try world.settle()
        for node in 1..<3 { world.nodes[node].behaviour = .lying(by: node) }
        let correction = try world.submit(world.event("2015", november: "23", id: "c", supersedes: first))
        try world.settle()
        world.govern(.advanceClause(digest: world.clauses[0].digest, stage: .deprecated, report: nil, note: "flawed"))
        try world.settle()
        #expect(try world.job(correction).status == .withdrawn)
        for node in 1..<3 { world.nodes[node].behaviour = .honest }
        try world.activate(TestClause.make { $0.with("ExtremeElNino@1.0.0", "ExtremeElNino@1.1.0") })
        let request = try world.submit([world.event("2015", clause: "GRA::ExtremeElNino@1.1.0", id: "again")])[0]
        guard case .accepted(let standing, let isNew)? = world.responses[request] else { throw WorldError("refused") }
        #expect(standing == first && !isNew)
    }

    @Test func `a job that is not decided can be taken back, once, and what was decided stands`() throws {
        var (world, job) = try frozen()
        func cancel(_ id: Digest, _ number: Int) throws -> OrchestrationError.Code? {
            try world.take(.cancelled(RequestID(2000 + number), job: id, reason: "a mistake"))
            switch world.responses[RequestID(2000 + number)] {
            case .accepted(id, isNew: false)?: return nil
            case .refused(let error)?: return error.code
            default: throw WorldError("no answer")
            }
        }
        #expect(try cancel(Digest(of: [1]), 1) == .unknownJob)
        #expect(try cancel(job.id, 2) == nil)
        #expect(try cancel(job.id, 3) == nil)
        #expect(try world.job(job.id).status == .withdrawn)
        #expect(try world.job(job.id).waitingBecause == "cancelled: a mistake")
        let next = try world.submit(world.event("2015", id: "again"))
        try world.settle()
        #expect(try world.job(next).status == .certified)
        #expect(try cancel(next, 4) == .alreadyDecided)
        #expect(try world.replayed().stateDigest == world.core.stateDigest)
    }

    // MARK: Revocation

    @Test func `a revocation voids statements that are not in the log, and the job is decided again without them`()
        throws
    {
        var world = try World.ready(WorldPlan { $0.configuration.sealGraceMilliseconds = 1000 })
        world.nodes[2].workMilliseconds = 500...500
        let id = try world.submit(world.event("2015"))
        try world.run(100)
        #expect(try world.job(id).status == .decided)
        world.govern(.revokeNode(did: world.nodes[0].did, reason: "stolen"))
        try world.run(100)
        #expect(try world.job(id).status == .running)
        try world.settle()
        #expect(try world.job(id).status == .certified)
        let statement = try QuorumStatement(parsing: world.pack(id).quorum)
        #expect(statement.attempts.first { $0.node == world.nodes[0].did }?.outcome == .void)
        let report = try world.report(id)
        #expect(report.certificate != nil, "\(report.lines)")
    }

    @Test func `a revocation that leaves no quorum freezes the job`() throws {
        var world = try World.ready(WorldPlan { $0.configuration.sealGraceMilliseconds = 1000 })
        world.nodes[2].behaviour = .silent
        let id = try world.submit(world.event("2015"))
        try world.run(100)
        #expect(try world.job(id).status == .decided)
        world.govern(.revokeOperator(did: world.operatorDID(0), reason: "bankrupt"))
        try world.settle()
        #expect(try world.job(id).status == .frozen)
        #expect(world.certified.isEmpty)
    }

    @Test func `a rollup that is being signed goes into the log before the revocation that came meanwhile`() throws {
        var world = try World.ready()
        let id = try world.submit(world.event("2015"))
        let end = world.now + .seconds(10)
        while try world.job(id).status != .sealed, try world.next(before: end) {}
        world.govern(.revokeNode(did: world.nodes[0].did, reason: "stolen"))
        try world.settle()
        #expect(try world.job(id).status == .certified)
        let job = try world.job(id)
        let rollup = try #require(job.rollup.flatMap { world.core.rollupState.logIndex[$0] })
        #expect(rollup < world.core.governanceIndices[world.core.governanceIndices.count - 1])
        #expect(try world.report(id).certificate != nil)
    }

    @Test func `a revoked node is put out and does not come back`() throws {
        var world = try World.ready()
        world.govern(.revokeNode(did: world.nodes[0].did, reason: "stolen"))
        try world.settle()
        #expect(world.core.population[world.nodes[0].did]?.session == nil)
        try world.connectAll()
        #expect(world.core.population[world.nodes[0].did]?.session == nil)
        #expect(world.decisions("node.refused").count == 1)
    }

    // MARK: Corrections and actions

    @Test func `a correction names the certificate it corrects and fires only what the clause says`() throws {
        var world = try World.ready()
        let first = try world.submit(world.event("2015", november: "25", december: "26"))
        try world.settle()
        #expect(world.receiver.received.map(\.action.name) == ["pay", "notify"])
        let second = try world.submit(world.event("2015", november: "26", december: "26", id: "c1", supersedes: first))
        try world.settle()
        #expect(world.certified == [first, second])
        #expect(world.receiver.received.map(\.action.name) == ["pay", "notify", "notify"])
        #expect(Set(world.receiver.actions).count == 3)
        let third = try world.submit(world.event("2015", november: "27", december: "26", id: "c2", supersedes: second))
        try world.settle()
        #expect(Set(world.receiver.actions).count == 4)
        #expect(try QuorumStatement(parsing: world.pack(third).quorum).supersedes == second)
        #expect(try world.report(third).certificate != nil)
        #expect(try world.refusal(of: world.event("2015", id: "c3", supersedes: first)).code == .badCorrection)
    }

    @Test func `a correction of what was never certified is refused`() throws {
        var world = try World.ready()
        #expect(try world.refusal(of: world.event("2015", supersedes: Digest(of: [1]))).code == .badCorrection)
        let id = try world.submit(world.event("2015"))
        #expect(try world.refusal(of: world.event("2015", id: "c", supersedes: id)).code == .badCorrection)
    }

    @Test func `an action's id is the hash of occurrence and index, the same at every delivery`() throws {
        var world = try World.ready()
        world.receiver.refusals = 3
        let id = try world.submit(world.event("2015", november: "25", december: "26"))
        try world.run(500)
        #expect(world.core.deliveries.all.map(\.status) == [.unknown, .unknown])
        try world.settle()
        let occurrence = try world.job(id).occurrenceID
        #expect(
            world.receiver.actions
                == [0, 1].map { JobIdentity.actionID(occurrenceID: occurrence, index: $0) })
        #expect(world.receiver.received.count == 5)
        #expect(world.core.deliveries.all.map(\.status) == [.delivered, .delivered])
    }

    @Test func `an unconfirmed action is sent again after waits that double, and stays unknown in the end`() throws {
        var world = try World.ready()
        world.receiver.refusals = 1000
        try world.submit(world.event("2015", november: "25", december: "26"))
        for _ in 0..<40 { try world.run(3_600_000) }
        let sent = world.receiver.received.filter { $0.action.name == "pay" }
        #expect(sent.count == OrchestrationLimits.deliveriesMax)
        #expect(sent.map(\.delivery) == Array(1...OrchestrationLimits.deliveriesMax))
        #expect(world.core.deliveries.all.map(\.status) == [.unknown, .unknown])
        #expect(world.alerts.contains { $0.kind == .undelivered })
    }

    // MARK: Enrolment

    @Test func `an enrolment token lets one party in, once, in its role and time`() throws {
        var world = try World.ready()
        let secret = Digest(of: Array("secret".utf8))
        func redeem(_ secret: Digest, _ role: Text, _ number: Int) throws -> OrchestrationError.Code? {
            let request = RequestID(1000 + number)
            try world.take(.redeemed(request, secret: secret, role: role, did: "did:key:z1"))
            switch world.responses[request] {
            case .enrolled?: return nil
            case .refused(let error)?: return error.code
            default: throw WorldError("no answer")
            }
        }
        try world.take(.invited(secret: secret, role: "node", expiresAt: world.now + .seconds(60)))
        #expect(try redeem(Digest(of: [1]), "node", 1) == .tokenUnknown)
        #expect(try redeem(secret, "validator", 2) == .tokenUnknown)
        #expect(try redeem(secret, "node", 3) == nil)
        #expect(try redeem(secret, "node", 4) == .tokenSpent)
        try world.restart()
        #expect(try redeem(secret, "node", 5) == .tokenSpent)
        let late = Digest(of: [2])
        try world.take(.invited(secret: late, role: "node", expiresAt: world.now + .seconds(60)))
        world.now = world.now + .seconds(60)
        #expect(try redeem(late, "node", 6) == .tokenExpired)
    }
}
