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
import Subprocess
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct HTTPAPITests {
        @Test
        func `a season goes from its reading over HTTP to a pack that verifies, and every write names its caller`()
            async throws
        {
            try await TestRail.serving { rail, callers in
                let clause = try await rail.clause()
                let (submitter, viewer, auditor) = (callers(.submitter), callers(.viewer), callers(.auditor))
                let event = try rail.event(clause, 1997, november: "26.2", december: "26.73")
                let first = try await submitter.post("/v1/jobs", event.json, [("idempotency-key", "season-1997")])
                #expect(first.status == 201)
                var answer = try first.fields()
                let job = try answer.digest("job")
                #expect(first.headers["location"] == ["/v1/jobs/\(job)"])
                // The same again, under the same key, under none, and with the key on another body.
                let again = try await submitter.post("/v1/jobs", event.json, [("idempotency-key", "season-1997")])
                #expect(again.status == 201 && again.body == first.body)
                #expect(try await submitter.post("/v1/jobs", event.json).status == 200)
                let other = try rail.event(clause, 1998)
                let reused = try await submitter.post("/v1/jobs", other.json, [("idempotency-key", "season-1997")])
                #expect(reused.status == 422 && reused.code == "api.key-reused")

                try await rail.wait(for: job, "certified")
                try await eventually("the index has the certificate") {
                    try await viewer.get("/v1/jobs?status=certified").body.count > 60
                }
                #expect(try await viewer.get("/v1/jobs/\(job)/evidence").code == "api.forbidden")
                let pack = try await auditor.get("/v1/jobs/\(job)/evidence")
                let report = PackVerifier(trust: try rail.folder.trust()).verify(pack.body)
                #expect(report.certificate != nil, "\(report.lines)")

                let trace = String(decoding: try await auditor.get("/v1/jobs/\(job)/trace").body, as: UTF8.self)
                for word in [
                    "\"caller\":{", "season-1997", "\"submitter-desk\"", "\"decision\":\"filter\"", "\"checkpoint\"",
                ] {
                    #expect(trace.contains(word), "the trace lacks \(word)")
                }
                // The key is known after a restart too: the journal has it.
                try await rail.process("rail").kill9()
                try await rail.startServing(callers(nil))
                let later = try await submitter.post("/v1/jobs", other.json, [("idempotency-key", "season-1997")])
                #expect(later.status == 422 && later.code == "api.key-reused")
                let repeated = try await submitter.post("/v1/jobs", event.json, [("idempotency-key", "season-1997")])
                var standing = try repeated.fields()
                #expect(try standing.digest("job") == job)
            }
        }

        @Test func `changes go on after the last one that was seen, also over a restart of the rail`() async throws {
            try await TestRail.serving { rail, callers in
                let clause = try await rail.clause()
                let viewer = callers(.viewer)
                let job = try await rail.submit(rail.event(clause, 1997))
                try await rail.wait(for: job, "certified")
                var seen: [HTTPCaller.Message] = []
                try await viewer.follow(after: 0) { message in
                    seen.append(message)
                    return !(message.event == "job" && message.data.contains("\"status\":\"certified\""))
                }
                #expect(seen.map(\.id) == Array(1...seen.count))
                let half = seen.count / 2
                try await rail.process("rail").kill9()
                try await rail.startServing(callers(nil))
                var rest: [HTTPCaller.Message] = []
                try await viewer.follow(after: half) { message in
                    rest.append(message)
                    return rest.count < seen.count - half
                }
                #expect(rest == Array(seen[half...]))
            }
        }

        @Test func `a status list is served to anyone under its URL's path, as its issuer signed it`() async throws {
            try await TestRail.serving { rail, callers in
                let url: Text = "https://rail.example/v1/status-lists/GRA/1"
                let list = try DataIntegrity.sign(
                    StatusList(purpose: .revocation).credential(
                        url: url, issuer: rail.issuer.did.text, validFrom: .now + .seconds(-60)), by: rail.issuer,
                    created: .now + .seconds(-60)
                ).canonicalBytes
                let nobody = callers(nil)
                #expect(try await nobody.get("/v1/status-lists/GRA/1").status == 404)
                try await rail.decide(.publishStatus(issuer: "GRA", list: list), by: [rail.issuer])
                let answer = try await nobody.get("/v1/status-lists/GRA/1")
                #expect(answer.status == 200 && answer.body == list)
                #expect(answer.headers["content-type"] == ["application/vc"])
                #expect(answer.headers["cache-control"] == ["public, max-age=60"])
                #expect(try await nobody.get("/v1/status-lists/GRA/2").status == 404)
            }
        }

        @Test func `bad input is refused with a code, and nothing is lost or shown`() async throws {
            try await TestRail.serving { rail, callers in
                let clause = try await rail.clause()
                let (submitter, viewer, nobody) = (callers(.submitter), callers(.viewer), callers(nil))
                for path in ["/v1/rail", "/v1/jobs", "/metrics", "/v1/log/checkpoint", "/v1/events", "/v1/governance"] {
                    let answer = try await nobody.get(path)
                    #expect(answer.status == 401 && answer.code == "api.unauthenticated", "\(path)")
                }
                #expect(try await nobody.get("/healthz").status == 200)
                #expect(try await nobody.get("/readyz").status == 200)
                var forged = viewer
                forged.token = String(try #require(viewer.token).dropLast(4)) + "AAAA"
                #expect(try await forged.get("/v1/rail").status == 401)
                let event = try rail.event(clause, 1997)
                #expect(try await viewer.post("/v1/jobs", event.json).code == "api.forbidden")

                let cases: [(body: String, type: String, status: Int, code: String)] = [
                    ("{", "application/json", 400, "base.malformed-json"),
                    ("{\"a\":1,\"a\":2}", "application/json", 400, "base.duplicate-key"),
                    ("[]", "application/json", 400, "api.bad-request"),
                    ("{}", "application/json", 400, "base.missing-field"),
                    ("{\"clause\":7,\"occurrence\":\"1\",\"inputs\":[]}", "application/json", 400, "base.wrong-type"),
                    ("{}", "text/plain", 415, "api.unsupported-type"),
                    (
                        "{\"clause\":\"GRA::No@1.0.0\",\"occurrence\":\"1\",\"inputs\":[]}", "application/json", 404,
                        "orchestration.unknown-clause"
                    ),
                    (String(repeating: " ", count: (2 << 20) + 1), "application/json", 413, "api.too-large"),
                    (String(repeating: "[", count: 100_000), "application/json", 413, "base.too-large"),
                ]
                for one in cases {
                    let answer = try await submitter.post("/v1/jobs", Array(one.body.utf8), type: one.type)
                    let isAsked = answer.status == one.status && answer.code == one.code
                    #expect(isAsked, "\(one.body.prefix(40)): \(answer.status) \(answer.code)")
                    #expect(answer.headers["content-type"] == ["application/problem+json"])
                }
                // Paths that are no UTF-8 stand in RouteTests: this client would send another.
                for path in [
                    "/v1/log/tile/../../rail.json", "/v1/log/tile/%2e%2e/keys/rail.key", "/v1/log/../../tokens.json",
                    "/v1/jobs/..%2f..%2ftokens.json", "/tokens.json", "/v1/jobs/%00",
                ] {
                    let answer = try await viewer.get(path)
                    #expect(answer.status == 404, "\(path): \(answer.status)")
                }
                #expect(try await viewer.get("/v1/jobs?limit=0").code == "api.bad-request")
                #expect(try await viewer.get("/v1/jobs?cursor=zzz").code == "index.bad-cursor")
                #expect(try await viewer.get("/v1/jobs", method: .DELETE).status == 405)
                // The rail is as well as before.
                #expect(try await submitter.post("/v1/jobs", event.json).status == 201)
            }
        }

        @Test func `a tag that stands is not sent again, a revoked token is nobody's, and too many requests wait`()
            async throws
        {
            try await TestRail.serving(["--rate", "5"]) { rail, callers in
                let viewer = callers(.viewer)
                let governance = try await viewer.get("/v1/governance")
                let tag = try #require(governance.headers["etag"].first)
                let repeated = try await viewer.get("/v1/governance", [("if-none-match", tag)])
                #expect(repeated.status == 304 && repeated.body.isEmpty)
                let head = try await viewer.get("/v1/governance", method: .HEAD)
                #expect(head.body.isEmpty && head.headers["etag"] == [tag])
                let clause = try await rail.clause()
                let plain = try await viewer.get("/v1/clauses/\(clause.digest)")
                let packed = try await viewer.get("/v1/clauses/\(clause.digest)", [("accept-encoding", "gzip")])
                #expect(packed.headers["content-encoding"] == ["gzip"] && packed.body.count < plain.body.count)
                #expect(packed.headers["etag"] == plain.headers["etag"])

                var statuses: [Int] = []
                for _ in 0..<30 { statuses.append(try await viewer.get("/v1/me").status) }
                #expect(statuses.contains(429) && Set(statuses).isSubset(of: [200, 429]))
                try await rail.command(["token", "revoke", rail.tokenID(of: viewer), "--rail", rail.folder.path])
                try await eventually("the token is refused", within: .seconds(3)) {
                    try await viewer.get("/v1/me").status == 401
                }
            }
        }

        @Test func `a stop under load answers what it took, and every answer is in the journal after the restart`()
            async throws
        {
            try await TestRail.serving { rail, callers in
                let clause = try await rail.clause()
                let submitter = callers(.submitter)
                let seasons = try (0..<200).map { try rail.event(clause, 3000 + $0) }
                let acknowledged = try await withThrowingTaskGroup(of: [Digest].self) { group in
                    for worker in 0..<8 {
                        group.addTask {
                            var taken: [Digest] = []
                            for index in stride(from: worker, to: seasons.count, by: 8) {
                                guard let answer = try? await submitter.post("/v1/jobs", seasons[index].json),
                                    answer.status == 201, var fields = try? answer.fields()
                                else { break }
                                taken.append(try fields.digest("job"))
                            }
                            return taken
                        }
                    }
                    group.addTask {
                        try await Task.sleep(for: .milliseconds(300))
                        try rail.process("rail").signal(SIGTERM)
                        return []
                    }
                    return try await group.reduce(into: [Digest]()) { $0 += $1 }
                }
                let ended = try await rail.process("rail").ended(within: .seconds(20))
                #expect(ended == .exited(0))
                #expect(!acknowledged.isEmpty)
                try await rail.startServing(callers(nil))
                for job in acknowledged { _ = try await rail.job(job) }
            }
        }

        @Test func `an operator withdraws a job that waits, and the journal says who`() async throws {
            try await TestRail.serving(plan: .init(nodes: 3, absent: [1, 2])) { rail, callers in
                let clause = try await rail.clause()
                let job = try await rail.submit(rail.event(clause, 1997))
                let body: JSON = ["reason": "a wrong reading"]
                #expect(try await callers(.submitter).post("/v1/jobs/\(job)/cancel", body).status == 403)
                let answer = try await callers(.operator).post("/v1/jobs/\(job)/cancel", body)
                #expect(answer.status == 200)
                var detail = try await rail.job(job)
                #expect(try detail.text("status") == "withdrawn")
                #expect(try detail.text("because") == "cancelled: a wrong reading")
                let invitation = try await callers(.operator).post("/v1/nodes/invitations", ["role": "node"])
                #expect(invitation.status == 201)
                #expect(
                    try await callers(.operator).post("/v1/modules", rail.module, type: "application/wasm").status
                        == 201)
                #expect(
                    try await callers(.operator).post("/v1/modules", [1, 2], type: "application/wasm").status == 400)
            }
        }
    }
}
