import Foundation
import NIOHTTP1
import NexusAPI
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusMesh
import NexusOrchestration
import NexusRail
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    /// What people sign, handed in over HTTP.
    @Suite struct HTTPGovernanceTests {
        /// A signed proposal as the routes take it.
        private func body(
            _ decision: Proposal.Decision, by keys: [SigningKey], on rail: TestRail, rail other: Digest? = nil
        ) throws -> JSON {
            let proposal = Proposal(rail: try other ?? rail.folder.trust().rail, proposedAt: .now, decision: decision)
            let ballots = try keys.map {
                try Ballot(proposal: proposal.digest, vote: .approve, votedAt: .now).sealed(by: $0).json
            }
            return ["ballots": .array(ballots), "proposal": .base64(proposal.bytes)]
        }

        private func stage(of clause: Clause, _ caller: HTTPCaller) async throws -> String {
            var fields = try await caller.get("/v1/clauses/\(clause.digest)").fields()
            return try fields.text("stage").string
        }

        /// How many decisions are in force.
        private func number(_ caller: HTTPCaller) async throws -> Int {
            let snapshot = try Fields.field("snapshot", of: await caller.get("/v1/governance").json())
            var fields = try Fields(snapshot, at: "snapshot")
            return try fields.integer("number")
        }

        @Test func `a clause is published and approved over HTTP, and a season under it is certified`() async throws {
            try await TestRail.serving { rail, callers in
                let (committee, clause) = (callers(.committee), try rail.draft())
                let publication = try body(
                    .publishClause(document: clause.json.canonicalBytes), by: [rail.issuer], on: rail)
                // The module comes first: without it nobody could compute.
                let early = try await committee.post("/v1/clauses", publication)
                #expect(early.status == 404 && early.code == "rail.not-found")
                let module = try await committee.post("/v1/modules", rail.module, type: "application/wasm")
                #expect(module.status == 201)
                #expect(try await callers(.operator).post("/v1/clauses", publication).code == "api.forbidden")
                #expect(try await committee.post("/v1/clauses", publication).status == 201)
                #expect(try await stage(of: clause, committee) == "draft")
                let event = try rail.event(clause, 1997, november: "26.2", december: "26.73")
                #expect(try await callers(.submitter).post("/v1/jobs", event.json).status == 403)

                let path = "/v1/clauses/\(clause.digest)/decisions"
                for next in [LifecycleStage.simulated, .reviewed, .active] {
                    let report = next == .simulated ? Digest(of: Array("a report".utf8)) : nil
                    let decision = Proposal.Decision.advanceClause(
                        digest: clause.digest, stage: next, report: report, note: "")
                    let answer = try await committee.post(
                        path, body(decision, by: Array(rail.committee.prefix(3)), on: rail))
                    #expect(answer.status == 201)
                    #expect(try await stage(of: clause, committee) == next.rawValue)
                }
                let answer = try await callers(.submitter).post("/v1/jobs", event.json)
                #expect(answer.status == 201)
                var fields = try answer.fields()
                let job = try fields.digest("job")
                try await rail.wait(for: job, "certified")
                let pack = try await callers(.auditor).get("/v1/jobs/\(job)/evidence")
                let report = PackVerifier(trust: try rail.folder.trust()).verify(pack.body)
                #expect(report.certificate != nil, "\(report.lines)")
            }
        }

        @Test func `a policy comes into force over HTTP, and the job's page shows its rules, values and verdict`()
            async throws
        {
            try await TestRail.serving { rail, callers in
                let caller = callers(.committee)
                let example = "\(Surroundings.packageRoot)/Examples/policies/two-approvals.json"
                let document = try JSON(parsing: Files.read(example, bytesMax: 1 << 20))
                try await rail.decide(.approveIssuer(name: "org.example.treasury", did: rail.issuer.did))
                let entries = "/v1/governance/entries"
                let publication = Proposal.Decision.publishPolicy(document: document.canonicalBytes)
                #expect(
                    try await caller.post(entries, body(publication, by: [rail.issuer], on: rail)).status == 201)
                for stage in [LifecycleStage.simulated, .reviewed, .active] {
                    let decision = Proposal.Decision.advancePolicy(digest: document.digest, stage: stage, note: "")
                    let keys = Array(rail.committee.prefix(3))
                    #expect(try await caller.post(entries, body(decision, by: keys, on: rail)).status == 201)
                }
                let clause = try await rail.clause()
                let job = try await rail.submit(rail.event(clause, 1997, november: "26.2", december: "26.73"))
                try await rail.wait(for: job, "certified")
                try await eventually("the page says that the actions are withheld") {
                    let page = String(decoding: try await callers(.auditor).get("/jobs/\(job)").body, as: UTF8.self)
                    return page.contains("<span class=\"soft\">release</span> <span class=\"chip refused\">refused")
                }
                let page = String(decoding: try await callers(.auditor).get("/jobs/\(job)").body, as: UTF8.self)
                for text in [
                    "What the rail’s policies said", "org.example.treasury::TwoApprovals@1.0.0", "chip permitted",
                    "class=\"block\"", "<dt><code>approvals</code></dt>", "chip told",
                ] {
                    #expect(page.contains(text), "the page lacks \(text)")
                }
                // A viewer sees no trace, and so no values.
                let plain = String(decoding: try await callers(.viewer).get("/jobs/\(job)").body, as: UTF8.self)
                #expect(!plain.contains("policies said"))
            }
        }

        @Test func `what was not decided as the rail's rules ask is refused with a code, and nothing changes`()
            async throws
        {
            try await TestRail.serving { rail, callers in
                let caller = callers(.committee)
                let clause = try await rail.clause(to: .reviewed)
                let path = "/v1/clauses/\(clause.digest)/decisions"
                let keys = Array(rail.committee.prefix(3))
                let decision = Proposal.Decision.advanceClause(
                    digest: clause.digest, stage: .active, report: nil, note: "")
                let before = try await number(caller)

                let good = try body(decision, by: keys, on: rail)
                // One letter of the first signature.
                let text = String(decoding: good.canonicalBytes, as: UTF8.self)
                let place = try #require(text.range(of: "\"sig\":\"")).upperBound
                var letters = Array(text)
                let index = text.distance(from: text.startIndex, to: place) + 10
                letters[index] = letters[index] == "A" ? "B" : "A"
                let forged = try JSON(parsing: Array(String(letters).utf8))

                let other = Proposal.Decision.advanceClause(
                    digest: clause.digest, stage: .active, report: nil, note: "another")
                let otherBallots: JSON = [
                    "ballots": try Fields.field("ballots", of: body(other, by: keys, on: rail)),
                    "proposal": try Fields.field("proposal", of: good),
                ]
                let cases: [(what: String, body: JSON, status: Int, code: String)] = [
                    ("two of three", try body(decision, by: Array(keys.prefix(2)), on: rail), 403, "too-few-votes"),
                    ("a forged signature", forged, 422, "trust.bad-signature"),
                    (
                        "one member twice", try body(decision, by: [keys[0], keys[0], keys[1]], on: rail), 403,
                        "bad-vote"
                    ),
                    (
                        "a stranger", try body(decision, by: Array(keys.prefix(2)) + [rail.issuer], on: rail), 403,
                        "bad-vote"
                    ),
                    ("ballots on another proposal", otherBallots, 403, "bad-vote"),
                    (
                        "another rail", try body(decision, by: keys, on: rail, rail: Digest(of: [1])), 403,
                        "other-rail"
                    ),
                ]
                for one in cases {
                    let answer = try await caller.post(path, one.body)
                    #expect(
                        answer.status == one.status && answer.code.hasSuffix(one.code),
                        "\(one.what): \(answer.status) \(answer.code)")
                    #expect(answer.headers["content-type"] == ["application/problem+json"])
                    #expect(try await stage(of: clause, caller) == "reviewed", "\(one.what)")
                }
                let elsewhere = try await rail.clause([("@1.0.0", "@1.0.1")], to: .reviewed)
                let wrongPath = try await caller.post("/v1/clauses/\(elsewhere.digest)/decisions", good)
                #expect(wrongPath.status == 400 && wrongPath.code == "api.bad-request")
                let wrongRoute = try await caller.post("/v1/clauses", good)
                #expect(wrongRoute.status == 400 && wrongRoute.code == "api.bad-request")
                let since = try await number(caller)

                #expect(try await caller.post(path, good).status == 201)
                #expect(try await stage(of: clause, caller) == "active")
                // The same bytes again, at both routes: decided once.
                for route in [path, "/v1/governance/entries"] {
                    let again = try await caller.post(route, good)
                    #expect(again.status == 409 && again.code.hasSuffix("already-decided"), "\(again.code)")
                }
                #expect(since > before)
                #expect(try await number(caller) == since + 1)
            }
        }
    }
}

extension Fields {
    /// One field of an object, whatever else it has.
    fileprivate static func field(_ key: Text, of json: JSON) throws -> JSON {
        var fields = try Fields(json, at: "")
        return try fields.required(key)
    }
}
