import Foundation
import NIOHTTP1
import NexusAPI
import NexusBase
import NexusClause
import NexusOrchestration
import NexusRail
import NexusTestSupport
import Subprocess
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct HTTPSecurityTests {
        /// A certificate of the loopback address, under an authority of the test's own. Blocks.
        private func certificate(in folder: String) throws {
            try Files.makeFolder(folder)
            let new = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            let commands = [
                "openssl req -x509 \(new) -keyout ca.key -out ca.pem -subj '/CN=Test CA' -days 2",
                "openssl req \(new) -keyout server.key -out server.csr -subj '/CN=rail'",
                "printf 'subjectAltName=IP:127.0.0.1\\n' > names",
                "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial 7 -out server.pem -days 2 "
                    + "-extfile names",
            ]
            let made = OpenSSLAuthority.run("cd '\(folder)' && " + commands.joined(separator: " && "))
            guard made.status == 0 else { throw ProcessFailure("openssl failed: \(made.output)") }
        }

        @Test func `over TLS a client with the authority gets answers, and nobody gets any in the clear`() async throws
        {
            let folder = FileManager.default.temporaryDirectory.path + "/nexus-tls-\(UUID().uuidString.prefix(8))"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try certificate(in: folder)
            let authority = "\(folder)/ca.pem"
            let options = ["--tls-certificate", "\(folder)/server.pem", "--tls-key", "\(folder)/server.key"]
            try await TestRail.serving(options, authority: authority) { rail, callers in
                let clause = try await rail.clause()
                let answer = try await callers(.submitter).post("/v1/jobs", rail.event(clause, 1997).json)
                #expect(answer.status == 201)
                // The same port without TLS: no answer, and nothing of the rail.
                let secure = callers(.viewer)
                let plain = try HTTPCaller(
                    base: secure.base.replacing("https://", with: "http://"), token: secure.token)
                await #expect(throws: (any Error).self) { try await plain.get("/healthz") }
                // TLS, but the authority is not trusted.
                let strict = try HTTPCaller(base: secure.base, token: secure.token)
                await #expect(throws: (any Error).self) { try await strict.get("/healthz") }
                // The cookie is for TLS alone.
                let session = try await callers(nil).post(
                    "/session", Array("token=\(secure.token ?? "")".utf8), type: "application/x-www-form-urlencoded")
                #expect(session.status == 303)
                #expect(session.headers["set-cookie"].first?.hasSuffix("; Secure") == true)
                try pythonClient(secure, authority, expecting: clause.id.description)
            }
        }

        /// The Python client, with the authority and without it. Blocks.
        private func pythonClient(_ caller: HTTPCaller, _ authority: String, expecting clause: String) throws {
            let sdk = "\(Surroundings.packageRoot)/SDK/python"
            guard OpenSSLAuthority.run("python3 -c 'import httpx, cryptography'").status == 0 else {
                print("skipped: the Python client over TLS; httpx and cryptography are not installed")
                #expect(!Surroundings.isContinuousIntegration)
                return
            }
            let script = """
                import ssl, sys, httpx
                from nexus_client import Client
                url, token, authority = sys.argv[1:]
                with Client(url, token, verify=ssl.create_default_context(cafile=authority)) as rail:
                    print(rail.clauses()[0].id)
                try:
                    with Client(url, token) as rail:
                        rail.clauses()
                except Exception as error:
                    chain = []
                    while error is not None:
                        chain.append(str(error))
                        error = error.__cause__ or error.__context__
                    assert any("CERTIFICATE_VERIFY_FAILED" in text for text in chain), chain
                    print("not trusted")
                """
            let file = "\(URL(filePath: authority).deletingLastPathComponent().path)/client.py"
            try script.write(toFile: file, atomically: true, encoding: .utf8)
            let run = OpenSSLAuthority.run(
                "PYTHONPATH='\(sdk):\(sdk)/client' python3 '\(file)' '\(caller.base)' '\(caller.token ?? "")' '\(authority)'"
            )
            #expect(run.status == 0, "\(run.output)")
            #expect(run.output.contains(clause) && run.output.contains("not trusted"), "\(run.output)")
        }

        @Test func `a browser's session is a cookie that no script reads, and only this site's forms make one`()
            async throws
        {
            try await TestRail.serving(plan: .init(nodes: 1, absent: [0])) { rail, callers in
                let (nobody, token) = (callers(nil), callers(.viewer).token ?? "")
                func post(_ body: String, _ headers: [(String, String)] = []) async throws -> HTTPCaller.Answer {
                    try await nobody.post(
                        "/session", Array(body.utf8), type: "application/x-www-form-urlencoded", headers)
                }
                let asked = try await nobody.get("/jobs/x?a=b")
                #expect(asked.status == 401)
                let form = String(decoding: asked.body, as: UTF8.self)
                #expect(form.contains("action=\"/session\"") && form.contains("value=\"/jobs/x?a=b\""))

                let made = try await post("token=\(token)&to=%2Fnodes", [("sec-fetch-site", "same-origin")])
                #expect(made.status == 303 && made.headers["location"] == ["/nodes"])
                let cookie = try #require(made.headers["set-cookie"].first)
                for part in ["nexus-token=\(token);", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
                    #expect(cookie.contains(part), "\(cookie)")
                }
                #expect(!cookie.contains("Secure"))
                let held = [("cookie", "nexus-token=\(token)")]
                #expect(try await nobody.get("/nodes", held).status == 200)
                // It reads, and never writes.
                let written = try await nobody.post("/v1/nodes/invitations", ["role": "node"], held)
                #expect(written.status == 401)

                for place in ["//evil.example", "https://evil.example", "/\\evil.example", "/a%0d%0aset-cookie:x"] {
                    let answer = try await post("token=\(token)&to=\(place)")
                    #expect(answer.headers["location"] == ["/"], "\(place)")
                }
                #expect(try await post("token=\(token)", [("sec-fetch-site", "cross-site")]).code == "api.forbidden")
                #expect(try await post("token=\(token)", [("origin", "https://evil.example")]).code == "api.forbidden")
                let wrong = try await post("token=nxt_wrong&to=/log")
                #expect(wrong.status == 401 && wrong.headers["set-cookie"].isEmpty)
                #expect(String(decoding: wrong.body, as: UTF8.self).contains("does not know that token"))
                #expect(try await nobody.post("/session", ["token": "x"]).code == "api.unsupported-type")
                #expect(try await post("token=" + String(repeating: "x", count: 9_000)).code == "api.too-large")
                let ended = try await nobody.post("/session/end", [], type: "application/x-www-form-urlencoded")
                #expect(ended.status == 303)
                #expect(ended.headers["set-cookie"].first?.hasPrefix("nexus-token=; ") == true)
                #expect(ended.headers["set-cookie"].first?.contains("Max-Age=0") == true)
            }
        }

        @Test func `metrics say how fresh each node's evidence is`() async throws {
            try await TestRail.serving { rail, callers in
                let page = String(decoding: try await callers(.viewer).get("/metrics").body, as: UTF8.self)
                for index in 0..<3 {
                    let node = try rail.did(ofNode: index)
                    let line = try #require(
                        page.split(separator: "\n").first {
                            $0.hasPrefix("nexus_node_evidence_age_seconds{node=\"\(node)\"} ")
                        })
                    let age = try #require(Double(line.split(separator: " ").last ?? ""))
                    #expect((0..<60).contains(age))
                }
                #expect(page.contains("\nnexus_nodes{state=\"connected\"} 3\n"))
                #expect(page.contains("\nnexus_nodes_barred 0\n"))
                // The state's digest is made of every job: an operator may ask for it.
                #expect(try await callers(.viewer).get("/v1/rail?state=true").code == "api.forbidden")
                var whole = try await callers(.operator).get("/v1/rail?state=true").fields()
                var status = try await rail.status()
                #expect(try whole.digest("state") == status.digest("state"))
                var plain = try await callers(.operator).get("/v1/rail").fields()
                #expect(plain.optional("state") == nil)
                #expect(try plain.integer("certified") == status.integer("certified"))
                // No admission rule is in force: nothing says how long evidence counts.
                #expect(!page.contains("\nnexus_node_evidence_fresh_seconds{"))
            }
        }

        @Test func `many token commands at once lose none of their changes`() async throws {
            try await TestRail.with(.init(nodes: 1, absent: [0])) { rail in
                let folder = ["--rail", rail.folder.path]
                let processes = try await withThrowingTaskGroup(of: ChildProcess.self) { group in
                    for index in 0..<16 {
                        group.addTask {
                            try await rail.start(
                                "token-\(index)",
                                ["token", "new", "--name", "desk-\(index)", "--role", "viewer"] + folder)
                        }
                    }
                    return try await group.reduce(into: [ChildProcess]()) { $0.append($1) }
                }
                for process in processes { #expect(await process.ended(within: .seconds(30)) == .exited(0)) }
                let file = try TokenFile(parsing: Files.read(rail.folder.tokens, bytesMax: 1 << 20))
                #expect(Set(file.entries.map(\.name.string)) == Set((0..<16).map { "desk-\($0)" }))
                // Revocations beside new ones.
                let old = file.entries.map(\.id.string)
                let changes = try await withThrowingTaskGroup(of: ChildProcess.self) { group in
                    for (index, id) in old.enumerated() {
                        group.addTask { try await rail.start("revoke-\(index)", ["token", "revoke", id] + folder) }
                    }
                    group.addTask {
                        try await rail.start("last", ["token", "new", "--name", "last", "--role", "viewer"] + folder)
                    }
                    return try await group.reduce(into: [ChildProcess]()) { $0.append($1) }
                }
                for process in changes { #expect(await process.ended(within: .seconds(30)) == .exited(0)) }
                let after = try TokenFile(parsing: Files.read(rail.folder.tokens, bytesMax: 1 << 20))
                #expect(after.entries.count == 17)
                #expect(after.entries.filter { $0.revokedAt != nil }.count == 16)
            }
        }
    }
}
