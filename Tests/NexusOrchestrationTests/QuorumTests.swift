import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusOrchestration
import NexusSimulation
import NexusTestSupport
import NexusTrust
import Testing

@Suite struct QuorumTests {
    private static let wide = WorldPlan {
        $0.operators = ["PE", "CH", "KE", "PE", "CH"]
        $0.nodes = [0, 1, 2, 3, 4]
    }
    private static let byOperator: @Sendable (String) -> String = {
        $0.with("distinct: [operator, jurisdiction]", "distinct: [operator]")
    }
    private static let unanimous: @Sendable (String) -> String = { $0.with("unanimous: false", "unanimous: true") }

    private func quorum(_ world: World, _ id: Digest) throws -> QuorumStatement {
        try QuorumStatement(parsing: world.pack(id).quorum)
    }

    // MARK: Replacement

    @Test
    func `a node that refuses is replaced, and the quorum statement lists every attempt with its token and outcome`()
        throws
    {
        var world = try World.ready(Self.wide, clause: Self.byOperator)
        for node in 0..<5 { world.nodes[node].behaviour = .refusing(code: "node.busy", message: "full") }
        let id = try world.submit(world.event("2015"))
        for node in 0..<5 { world.nodes[node].behaviour = .honest }
        let first = try world.job(id).attempts[0].node
        let refusing = try #require(world.nodes.firstIndex { $0.did == first })
        world.nodes[refusing].behaviour = .refusing(code: "node.busy", message: "full")
        try world.settle()
        let job = try world.job(id)
        #expect(job.status == .certified)
        #expect(job.attempts.count == 4 && job.attempts[0].outcome == .refused)
        #expect(job.attempts[3].node != first && job.attempts[3].nonce != job.attempts[0].nonce)
        let statement = try quorum(world, id)
        #expect(statement.attempts.map(\.token) == job.attempts.map(\.token))
        #expect(statement.attempts[0].outcome == .refused && statement.attempts[0].detail == "node.busy: full")
        #expect(try world.report(id).certificate != nil)
    }

    @Test func `only nodes that sent no statement are replaced, at most retryMax times`() throws {
        var world = try World.ready(Self.wide, clause: Self.byOperator)
        for node in 0..<5 { world.nodes[node].behaviour = .indeterminate }
        world.nodes[0].behaviour = .lying(by: 1)
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let job = try world.job(id)
        #expect(job.status == .frozen)
        #expect(job.attempts.count == 5, "three and retryMax 2")
        #expect(job.attempts.count { $0.isReplaced } == 2)
        #expect(job.attempts.allSatisfy { !$0.isReplaced || $0.statement == nil })
    }

    @Test func `a silent node is replaced when its token ends`() throws {
        var world = try World.ready(Self.wide, clause: { Self.byOperator(Self.unanimous($0)) })
        for node in 0..<3 { world.nodes[node].behaviour = .silent }
        let id = try world.submit(world.event("2015"))
        let silent = try world.job(id).attempts.count { attempt in
            world.nodes[0..<3].contains { $0.did == attempt.node }
        }
        try world.run(9990)
        #expect(try world.job(id).attempts.count == 3)
        try world.run(100)
        #expect(try world.job(id).attempts.count { $0.outcome == .silent } == silent)
        #expect(try world.job(id).attempts.count > 3)
    }

    @Test func `a node that dies in mid-run is replaced after its grace, and the run completes`() throws {
        var world = try World.ready(Self.wide, clause: { Self.byOperator(Self.unanimous($0)) })
        for node in 0..<5 { world.nodes[node].workMilliseconds = 100...100 }
        let id = try world.submit(world.event("2015"))
        try world.run(20)
        let victim = try world.job(id).attempts[1].node
        try world.crash(#require(world.nodes.firstIndex { $0.did == victim }))
        try world.settle()
        let job = try world.job(id)
        #expect(job.status == .certified)
        #expect(job.attempts.count == 4)
        #expect(world.alerts.contains { $0.kind == .replaced })
    }

    @Test func `with no grace at all a lost node is replaced at once`() throws {
        var world = try World.ready(
            WorldPlan {
                $0 = Self.wide
                $0.configuration.sessionGraceMilliseconds = 0
            }, clause: { Self.byOperator(Self.unanimous($0)) })
        for node in 0..<5 { world.nodes[node].workMilliseconds = 100...100 }
        let id = try world.submit(world.event("2015"))
        try world.run(20)
        let victim = try world.job(id).attempts[1].node
        try world.crash(#require(world.nodes.firstIndex { $0.did == victim }))
        #expect(try world.job(id).attempts.count == 4)
    }

    @Test func `a lost node that comes back in time answers what it has, and nobody is replaced`() throws {
        var world = try World.ready(clause: Self.unanimous)
        for node in 0..<3 { world.nodes[node].workMilliseconds = 100...100 }
        let id = try world.submit(world.event("2015"))
        try world.run(20)
        try world.disconnect(1)
        try world.settle()
        #expect(try world.job(id).status == .certified)
        #expect(try world.job(id).attempts.count == 3)
    }

    @Test func `a node whose session ended before its token came gets the token when it is back`() throws {
        var world = try World.ready(clause: Self.unanimous)
        let id = try world.submit(world.event("2015"))
        try world.disconnect(1)
        try world.run(1000)
        #expect(try world.job(id).status == .certified)
        #expect(try world.job(id).attempts.map(\.outcome) == [.agreed, .agreed, .agreed])
    }

    @Test func `an attempt that found no replacement gets one when a node appears`() throws {
        var world = try World.ready(Self.wide, clause: { Self.byOperator(Self.unanimous($0)) })
        for node in 3..<5 { try world.crash(node) }
        world.nodes[2].workMilliseconds = 500...500
        let id = try world.submit(world.event("2015"))
        try world.run(20)
        try world.crash(2)
        try world.run(3000)
        #expect(try world.job(id).status == .running)
        #expect(try world.job(id).attempts.count == 3)
        world.nodes[3].isUp = true
        try world.connectAll()
        try world.settle()
        #expect(try world.job(id).status == .certified)
    }

    @Test func `a job whose nodes all refuse freezes when the attempts run out, and is not forgotten`() throws {
        var world = try World.ready()
        for node in 0..<3 { world.nodes[node].behaviour = .refusing(code: "node.busy", message: "no") }
        let id = try world.submit(world.event("2015"))
        try world.settle()
        #expect(try world.job(id).status == .frozen)
    }

    // MARK: Agreement and disputes

    @Test func `a differing statement opens a dispute that names the first differing field and keeps both statements`()
        throws
    {
        var world = try World.ready()
        world.nodes[1].behaviour = .lying(by: 1)
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let job = try world.job(id)
        #expect(job.status == .certified)
        let dispute = try #require(world.core.disputes.first)
        #expect(world.core.disputes.count == 1)
        #expect(dispute.kind == .differed && dispute.node == world.nodes[1].did)
        #expect(dispute.firstDifference == "result.outputs.index")
        let kept = try world.envelopes(in: dispute.sequences)
        #expect(kept[dispute.statement] != nil && kept[dispute.against] != nil)
        #expect(try world.report(id).certificate != nil)
        #expect(try quorum(world, id).attempts.contains { $0.outcome == .differed && $0.node == world.nodes[1].did })
    }

    @Test func `two results for one token are equivocation, kept once however many are sent`() throws {
        var world = try World.ready()
        world.nodes[1].behaviour = .equivocating
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let disputes = world.core.disputes.filter { $0.kind == .equivocation }
        #expect(disputes.count == 1 && disputes[0].node == world.nodes[1].did)
        #expect(disputes[0].firstDifference == "result.outputs.index")
        let kept = try world.envelopes(in: disputes[0].sequences)
        let (one, other) = (try #require(kept[disputes[0].statement]), try #require(kept[disputes[0].against]))
        #expect(try CAC(in: one).token == CAC(in: other).token)
        #expect(try CAC(in: one).resultDigest != CAC(in: other).resultDigest)
        #expect(world.certified == [id])
    }

    @Test func `a decided job waits a little for a node that has not answered`() throws {
        var world = try World.ready()
        world.nodes[2].workMilliseconds = 50...50
        let id = try world.submit(world.event("2015"))
        try world.settle()
        #expect(try quorum(world, id).attempts.map(\.outcome) == [.agreed, .agreed, .agreed])
    }

    @Test func `a late statement is recorded and compared after the certificate`() throws {
        var world = try World.ready()
        world.nodes[2].behaviour = .lying(by: 2)
        world.nodes[2].workMilliseconds = 3000...3000
        let id = try world.submit(world.event("2015"))
        try world.run(1000)
        #expect(try world.job(id).status == .certified && world.core.disputes.isEmpty)
        try world.settle()
        #expect(world.core.disputes.map(\.kind) == [.differed])
        #expect(try world.job(id).attempts.contains { $0.outcome == .differed })
        #expect(try quorum(world, id).attempts.contains { $0.outcome == .pending })
        #expect(try world.report(id).certificate != nil)
    }

    @Test func `a statement after its token's end is not counted`() throws {
        var world = try World.ready(clause: Self.unanimous)
        world.nodes[2].workMilliseconds = 11_000...11_000
        let id = try world.submit(world.event("2015"))
        try world.settle()
        #expect(try world.job(id).status == .frozen)
        #expect(try world.job(id).attempts.filter { $0.outcome == .silent }.allSatisfy { $0.statement == nil })
    }

    @Test func `unanimous means all n, and one that differs freezes the job at once`() throws {
        var world = try World.ready(clause: Self.unanimous)
        let agreed = try world.submit(world.event("2014"))
        try world.settle()
        #expect(try world.job(agreed).attempts.map(\.outcome) == [.agreed, .agreed, .agreed])
        #expect(try world.report(agreed).certificate != nil)
        world.nodes[0].behaviour = .lying(by: 1)
        let id = try world.submit(world.event("2015"))
        try world.run(1000)
        #expect(try world.job(id).status == .frozen)
        #expect(world.core.disputes.count >= 1)
        #expect(world.certified == [agreed])
    }

    @Test func `a unanimous job does not start with fewer than all its nodes`() throws {
        var world = try World.ready(clause: Self.unanimous)
        try world.crash(0)
        let id = try world.submit(world.event("2015"))
        #expect(try world.job(id).status == .waiting)
    }

    @Test func `three different results freeze the job and put two nodes in dispute with the first`() throws {
        var world = try World.ready()
        world.nodes[1].behaviour = .lying(by: 1)
        world.nodes[2].behaviour = .lying(by: 2)
        let id = try world.submit(world.event("2015"))
        try world.settle()
        #expect(try world.job(id).status == .frozen)
        #expect(world.core.disputes.count == 2)
        #expect(world.alerts.contains { $0.kind == .frozen })
        #expect(world.certified.isEmpty && world.receiver.received.isEmpty)
    }

    @Test func `two nodes of one operator count once`() throws {
        var world = try World.ready(
            WorldPlan {
                $0.nodes = [0, 0, 1, 2]
                $0.configuration.sessionGraceMilliseconds = 10
            }, clause: { Self.byOperator($0.with("retryMax: 2", "retryMax: 1")) })
        for node in 0..<4 { world.nodes[node].workMilliseconds = 200...200 }
        world.nodes[2].behaviour = .silent
        world.nodes[3].behaviour = .silent
        let id = try world.submit(world.event("2015"))
        try world.run(20)
        let first = try #require(
            world.nodes[0..<2].firstIndex { node in
                (try? world.job(id).attempts.contains { $0.node == node.did }) ?? false
            })
        try world.disconnect(first)
        try world.settle()
        let job = try world.job(id)
        #expect(job.attempts.count { $0.statement != nil && $0.operator == world.operatorDID(0) } == 2)
        #expect(job.status == .frozen)
    }

    @Test func `a node's words are cut to what a quorum statement takes`() throws {
        var world = try World.ready()
        world.nodes[0].behaviour = .refusing(
            code: Text(String(repeating: "é", count: 128)), message: Text(String(repeating: "👩‍👩‍👧‍👦", count: 160)))
        let id = try world.submit(world.event("2015"))
        try world.settle()
        let detail = try #require(quorum(world, id).attempts.compactMap(\.detail).first)
        #expect(detail.utf8.count <= OrchestrationLimits.detailBytesMax && detail.utf8.count > 480)
        #expect(try world.report(id).certificate != nil)
    }

    @Test func `a statement that says more than its token allowed counts as a refusal`() throws {
        let edits: [(String, (inout JSON) -> Void)] = [
            ("trigger", { $0["predicate.trigger.source"] = "elsewhere" }),
            ("governance.jurisdiction", { $0["predicate.governance.jurisdiction"] = "XX" }),
            ("governance.snapshotDigest", { $0["predicate.governance.logIndex"] = 1 }),
            ("startedAt", { $0["predicate.startedAt"] = "2020-01-01T00:00:00.000Z" }),
            ("runtime.moduleDigest", { $0["predicate.runtime.moduleDigest"] = Digest(of: [1]).json }),
            ("attestation.kind", { $0["predicate.attestation.kind"] = "tdx" }),
            ("inputs", { $0["predicate.inputs.0.edition"] = "other" }),
        ]
        for (place, edit) in edits {
            var world = try World.ready()
            world.nodes[1].editStatement = edit
            let id = try world.submit(world.event("2015"))
            try world.settle()
            let details = try world.job(id).attempts.compactMap(\.detail)
            #expect(details == [Text("statement-mismatch: \(place)")])
            #expect(try world.report(id).certificate != nil)
        }
    }
}
