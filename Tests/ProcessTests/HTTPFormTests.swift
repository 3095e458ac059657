import Foundation
import NIOHTTP1
import NexusAPI
import NexusBase
import NexusClause
import NexusGovernance
import NexusMesh
import NexusOrchestration
import NexusRail
import NexusTrust
import Subprocess
import Testing

@testable import nexus

extension RealProcesses {
    /// The forms of the pages, as a browser sends them.
    @Suite struct HTTPFormTests {
        struct Browser {
            let caller: HTTPCaller
            let cookie: String

            /// Whoever holds this token's session.
            init(_ caller: HTTPCaller) {
                self.caller = caller.with(token: nil)
                cookie = "nexus-token=\(caller.token ?? "")"
            }

            func page(_ path: String) async throws -> String {
                String(decoding: try await caller.get(path, [("cookie", cookie)]).body, as: UTF8.self)
            }

            /// What the forms of this session carry.
            func key() async throws -> String {
                let parts = try await page("/hand-in").components(separatedBy: "name=\"form\" value=\"")
                return String(try #require(parts.dropFirst().first).prefix(64))
            }

            func send(
                _ kind: String, _ fields: [(String, String)],
                _ headers: [(String, String)] = [("sec-fetch-site", "same-origin")]
            ) async throws -> HTTPCaller.Answer {
                var text = ""
                for (name, value) in fields {
                    text += "--b0\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
                }
                return try await caller.post(
                    "/hand-in/\(kind)", Array((text + "--b0--\r\n").utf8), type: "multipart/form-data; boundary=b0",
                    headers + [("cookie", cookie)])
            }
        }

        @Test func `an operator withdraws and invites, a submitter submits, and only from the rail's own pages`()
            async throws
        {
            try await TestRail.serving(plan: .init(nodes: 3, absent: [1, 2])) { rail, callers in
                let clause = try await rail.clause()
                let (submitter, browser) = (Browser(callers(.submitter)), Browser(callers(.operator)))
                guard case .object(var data) = try rail.event(clause, 1997).json else {
                    throw ProcessFailure("no event")
                }
                data["trigger"] = nil
                data["occurrence"] = nil
                let event: JSON = [
                    "data": .object(data), "id": "e1", "source": "desk", "specversion": "1.0", "subject": "1997",
                    "type": "nexus.trigger.manual",
                ]
                let fields = [("form", try await submitter.key()), ("key", "once"), ("text", event.canonicalString)]
                let taken = try await submitter.send("events", fields)
                let text = String(decoding: taken.body, as: UTF8.self)
                #expect(taken.status == 200 && text.contains("a new job"), "\(text.suffix(2000))")
                // Sent twice it counts once.
                #expect(
                    String(decoding: try await submitter.send("events", fields).body, as: UTF8.self).contains(
                        "a new job"))
                var list = try await callers(.viewer).get("/v1/jobs").fields()
                let jobs = try list.list("items") { json, place in
                    var job = try Fields(json, at: place)
                    return try job.digest("job")
                }
                #expect(jobs.count == 1)
                let job = try #require(jobs.first)

                let key = try await browser.key()
                #expect(try await browser.page("/jobs/\(job)").contains("Withdraw this job"))
                #expect(!(try await submitter.page("/jobs/\(job)").contains("Withdraw this job")))
                let withdrawal = [("job", "\(job)"), ("reason", "a mistake")]
                // Each of the three alone keeps another site out: the session, the page's key, the page's site.
                #expect(try await browser.send("withdrawal", withdrawal).status == 403)
                let foreign = [("form", try await submitter.key())] + withdrawal
                #expect(try await browser.send("withdrawal", foreign).status == 403)
                let own = [("form", key)] + withdrawal
                #expect(try await browser.send("withdrawal", own, [("sec-fetch-site", "cross-site")]).status == 403)
                #expect(try await browser.send("withdrawal", own, [("origin", "https://evil.example")]).status == 403)
                #expect(try await submitter.send("withdrawal", foreign).status == 403)
                let done = try await browser.send("withdrawal", own)
                #expect(done.status == 303 && done.headers["location"] == ["/jobs/\(job)"])
                try await rail.wait(for: job, "withdrawn")

                let invited = try await browser.send("invitation", [("form", key), ("role", "node"), ("minutes", "5")])
                #expect(invited.status == 200 && invited.headers["cache-control"] == ["no-store"])
                #expect(String(decoding: invited.body, as: UTF8.self).contains("Good once"))
                for (kind, fields) in [
                    ("events", [("text", "{")]), ("invitation", [("role", "node"), ("minutes", "0")]),
                    ("module", [("file", "no module")]), ("decision", [("file", "{}")]), ("decision", []),
                ] {
                    let answer = try await browser.send(kind, [("form", key)] + fields)
                    let text = String(decoding: answer.body, as: UTF8.self)
                    #expect(
                        (400...499).contains(answer.status) && text.contains("Not taken"), "\(kind): \(answer.status)")
                }
            }
        }

        @Test func `members sign one decision apart, and it is handed in together`() async throws {
            try await TestRail.serving(plan: .init(nodes: 1, absent: [0])) { rail, callers in
                let folder = FileManager.default.temporaryDirectory.path + "/nexus-form-\(UUID().uuidString.prefix(8))"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                defer { try? FileManager.default.removeItem(atPath: folder) }
                let governor = try Governor(rail.folder)
                var files: [String] = []
                let signed = try governor.signed(
                    .approveFeed(name: "tide", did: rail.issuer.did), approving: [], rejecting: [])
                for key in rail.committee {
                    var mine = signed
                    try mine.vote(.approve, by: key, at: .now)
                    files.append(mine.json.canonicalString)
                }
                let browser = Browser(callers(.committee))
                let key = try await browser.key()
                let few = try await browser.send("decision", [("form", key), ("file", files[0])])
                #expect(few.status == 403 || few.status == 409 || few.status == 422, "\(few.status)")
                let answer = try await browser.send("decision", [("form", key)] + files.map { ("file", $0) })
                #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self).suffix(1500))")
                #expect(try await browser.page("/governance").contains("Feed tide approved"))
                var page = try await callers(.viewer).get("/v1/governance/entries?limit=1").fields()
                let newest = try page.list("items") { json, place in
                    var entry = try Fields(json, at: place)
                    return try entry.integer("number")
                }
                let cursor = try page.text("next").string
                var older = try await callers(.viewer).get("/v1/governance/entries?limit=1&cursor=\(cursor)").fields()
                let next = try older.list("items") { json, place in
                    var entry = try Fields(json, at: place)
                    return try entry.integer("number")
                }
                #expect(next == newest.map { $0 - 1 })
            }
        }
    }
}
