import Foundation
import NexusBase
import Testing

@testable import NexusDashboard

/// The addresses: which documents a page asks for, and what it makes of them.
@Suite struct SiteTests {
    /// The API as a table of answers; every path that was asked is in it, or refused as not found.
    static func ask(_ answers: [(path: String, json: JSON)], refusing status: Int = 404) -> DashboardSite.Ask {
        { path in
            let bare = path.prefix { $0 != "?" }
            return answers.first { $0.path == bare }.map { .json($0.json) } ?? .refused(status: status)
        }
    }

    static let visitor = DashboardSite.Visitor(caller: "viewer", formKey: "f0", formID: "id-1")
    static let nobody = DashboardSite.Visitor(caller: nil, formKey: nil, formID: "id-2")

    static let job: JSON = [
        "job": "sha256:abcdef1234567890", "clause": "GRA::ExtremeElNino@1.0.0", "occurrence": "1997",
        "status": "certified",
        "signal": "TRIGGER", "acknowledgedAt": "2026-11-21T19:31:04.000Z", "certifiedAt": "2026-11-21T19:31:04.412Z",
        "disputes": 1,
        "terms": [
            ["name": "attachment", "observed": "26.465", "threshold": "24", "margin": "2.465", "verdict": "PASS"],
            ["name": "fullPayment", "observed": "26.465", "threshold": "27", "margin": "-0.535", "verdict": "FAIL"],
        ],
        "result": [
            "terms": [
                [
                    "name": "attachment", "observed": "26.465", "threshold": "24", "margin": "2.465", "verdict": "PASS",
                ],
                [
                    "name": "fullPayment", "observed": "26.465", "threshold": "27", "margin": "-0.535",
                    "verdict": "FAIL",
                ],
            ]
        ],
        "attempts": [
            ["attempt": 1, "node": "did:key:z1", "operator": "did:key:zA", "outcome": "agreed"],
            [
                "attempt": 2, "node": "did:key:z2", "operator": "did:key:zB", "outcome": "differed",
                "detail": "outputs.index",
            ],
        ],
    ]

    /// As in lists, where disputes are counted.
    static let answers: [(path: String, json: JSON)] = [
        (
            "/v1/rail",
            [
                "name": "Demo", "rail": "sha256:4f0c", "certified": 61, "jobs": 61, "connectedNodes": 2, "logSize": 74,
                "disputes": 1, "frozen": 1,
            ]
        ), ("/v1/jobs", ["items": .array([job])]), ("/v1/search", ["items": .array([job]), "next": "cur/sor"]),
        ("/v1/jobs/sha256%3Aabcdef1234567890", job), ("/v1/disputes", ["items": []]),
        (
            "/v1/nodes",
            [
                "items": [
                    [
                        "node": "did:key:z1", "operator": "did:key:zA", "jurisdiction": "PE", "connected": true,
                        "attestation": "simulated", "load": 2, "reliability": 99, "answered": 61,
                    ]
                ]
            ]
        ),
        (
            "/v1/clauses",
            ["items": [["id": "GRA::ExtremeElNino@1.0.0", "title": "Extreme El Niño cover", "stage": "active"]]]
        ),
        (
            "/v1/clauses/GRA%3A%3AExtremeElNino%401.0.0",
            [
                "id": "GRA::ExtremeElNino@1.0.0", "title": "Extreme El Niño cover", "stage": "active",
                "digest": "sha256:c",
                "document": [
                    "text": "Nothing is due up to 24 °C.", "language": "en", "computation": ["fuel": 10_000_000],
                    "actions": [
                        ["name": "pay", "limit": "1234567.50", "currency": "USD", "rate": "share", "on": ["TRIGGER"]]
                    ],
                    "terms": [
                        ["name": "attachment", "role": "trigger", "expression": "index > attach", "unit": "°C"],
                        ["name": "fullPayment", "role": "information", "expression": "index >= exhaust", "unit": "°C"],
                    ],
                ],
            ]
        ),
        (
            "/v1/governance",
            [
                "digest": "sha256:9",
                "snapshot": ["number": 3, "operators": [["did": "did:key:zA", "name": "Pacífico"]]],
            ]
        ),
        (
            "/v1/checkpoints",
            [
                "items": [
                    [
                        "logSize": 2, "at": "2026-11-21T19:31:04.412Z",
                        "checkpoint": "demo\n2\nroot\n\n— demo AA==\n— val BB==\n",
                    ]
                ]
            ]
        ),
    ]

    func page(_ segments: [String], query: [(name: String, value: String)] = []) async throws -> String {
        let answer = try await DashboardSite().answer(
            segments: segments, query: query, visitor: Self.visitor, ask: Self.ask(Self.answers))
        return try #require(answer).body
    }

    @Test func overviewTellsOfTrouble() async throws {
        let html = try await page([])
        #expect(html.contains("One job is frozen"))
        #expect(html.contains("Extreme El Niño cover"))
        #expect(html.contains("412 ms"))
        #expect(html.contains("seen as viewer"))
    }

    @Test func clauseDrawsItsEvaluations() async throws {
        let html = try await page(["clauses", "GRA::ExtremeElNino@1.0.0"])
        #expect(html.contains("Nothing is due up to 24 °C."))
        #expect(html.contains("10,000,000") && html.contains("up to 1,234,567.50 USD"))
        #expect(html.components(separatedBy: "<circle").count == 2)
        #expect(html.components(separatedBy: "class=\"threshold\"").count == 3)
    }

    @Test func jobShowsWhatTheLookerMaySee() async throws {
        let html = try await page(["jobs", "sha256:abcdef1234567890"])
        #expect(html.contains("2.465 °C"))
        #expect(html.contains("Pacífico"))
        #expect(html.contains("One differed"))
        #expect(html.contains("Download the evidence pack"))
    }

    @Test func jobShowsWhatPoliciesSaid() async throws {
        let policy: JSON = [
            "id": "org.example::Large@1.0.0", "digest": "sha256:p",
            "document": [
                "rules": [
                    ["name": "limit", "effect": "deny", "when": "spend > limit", "because": "too much"],
                    ["name": "tell", "effect": "notify", "when": "spend > 7", "because": "they asked"],
                    ["name": "known", "effect": "require", "when": "spend > 0", "because": "nothing is spent"],
                ]
            ],
        ]
        func decision(_ step: String, _ more: JSONObject) -> JSON {
            var verdict = more
            verdict["digest"] = "sha256:p"
            verdict["policy"] = "org.example::Large@1.0.0"
            verdict["values"] = ["limit": 10, "spend": 12]
            return ["decision": "filter", "step": .text(step), "checks": [], "policies": [.object(verdict)]]
        }
        let finding: JSON = [
            "rule": "limit", "because": "too much", "sentence": "refused because spend (12) > limit (10)",
        ]
        let trace: JSON = [
            "decisions": [
                decision("event", ["permitted": true]),
                decision("release", ["permitted": false, "refusals": [finding], "notifications": [["rule": "tell"]]]),
            ]
        ]
        let more = [("/v1/policies", ["items": [policy]] as JSON), ("/v1/jobs/sha256%3Aabcdef1234567890/trace", trace)]
        let answer = try await DashboardSite().answer(
            segments: ["jobs", "sha256:abcdef1234567890"], query: [], visitor: Self.nobody,
            ask: Self.ask(more.map { (path: $0.0, json: $0.1) } + Self.answers))
        let html = try #require(answer).body
        #expect(html.contains("What the rail’s policies said"))
        // Who must be told is asked at release only: two rules at the event, three at the release.
        #expect(html.components(separatedBy: "<code class=\"block\">spend ").count == 6)
        #expect(html.components(separatedBy: "chip holds\">holds").count == 4)
        #expect(html.contains("chip refused\">refused") && html.contains("chip told\">told"))
        #expect(html.contains("refused because spend (12) &gt; limit (10)"))
        #expect(html.components(separatedBy: "<dd><code>12</code>").count == 3)
        #expect(!(try await page(["jobs", "sha256:abcdef1234567890"]).contains("policies said")))
    }

    @Test func formsAreForThoseWhoMaySendThem() async throws {
        func page(_ roles: [String], _ visitor: DashboardSite.Visitor = Self.visitor) async throws -> String {
            let me: JSON = ["id": "1", "name": "me", "roles": .array(roles.map { .text($0) })]
            let open: JSON = ["job": "sha256:00", "clause": "GRA::X@1.0.0", "occurrence": "2051", "status": "waiting"]
            let answers = [("/v1/me", me), ("/v1/jobs/sha256%3A00", open)].map { (path: $0.0, json: $0.1) }
            let site = try DashboardSite()
            var html = ""
            for segments in [["hand-in"], ["jobs", "sha256:00"]] {
                let found = try await site.answer(
                    segments: segments, query: [], visitor: visitor, ask: Self.ask(answers + Self.answers))
                html += try #require(found).body
            }
            return html
        }
        let forms = ["events", "decision", "module", "invitation", "withdrawal"]
        func sent(_ html: String) -> [String] { forms.filter { html.contains("action=\"/hand-in/\($0)\"") } }
        #expect(sent(try await page(["submitter"])) == ["events"])
        #expect(sent(try await page(["committee"])) == ["decision", "module"])
        #expect(sent(try await page(["operator"])) == ["module", "invitation", "withdrawal"])
        #expect(sent(try await page(["viewer", "auditor"])) == [])
        #expect(try await page(["viewer"]).contains("This token has: viewer."))
        // Every form carries the session's key; without a browser's session there is none.
        let all = try await page(["submitter", "committee", "operator"])
        #expect(all.components(separatedBy: "name=\"form\" value=\"f0\"").count == forms.count + 1)
        #expect(sent(try await page(["operator", "submitter"], Self.nobody)) == [])
    }

    @Test func decisionsArePagedNewestFirst() async throws {
        let proposal: JSON = [
            "predicate": ["decision": ["did": "did:key:zNode", "kind": "node.suspend", "reason": "late"]]
        ]
        let entry: JSON = ["ballots": [], "number": 7, "proposal": .base64(proposal.canonicalBytes)]
        let entries: JSON = ["items": [["entry": entry, "logIndex": 9, "number": 7]], "next": "cur"]
        let found = try await DashboardSite().answer(
            segments: ["governance"], query: [], visitor: Self.visitor,
            ask: Self.ask([(path: "/v1/governance/entries", json: entries)] + Self.answers))
        let html = try #require(found).body
        #expect(html.contains("suspended: late"))
        #expect(html.contains("href=\"/governance?cursor=cur#decisions\""))
    }

    @Test func searchKeepsItsFilters() async throws {
        let html = try await page(["evidence"], query: [("signal", "TRIGGER"), ("occurrence", "1997")])
        #expect(html.contains("<option selected>TRIGGER"))
        #expect(html.contains("occurrence=1997&amp;signal=TRIGGER&amp;cursor=cur%2Fsor"))
        #expect(html.contains("The latest 1 certified job<"))
        #expect(try await page(["evidence"], query: [("cursor", "a")]).contains("1 earlier certified job<"))
    }

    @Test func nodesShowTheirStanding() async throws {
        let html = try await page(["nodes"])
        #expect(html.contains("2 open") && html.contains("9.9 %") && html.contains("simulated"))
    }

    @Test(arguments: [["log"], ["governance"], ["clauses"]])
    func otherPagesRender(_ segments: [String]) async throws {
        #expect(try await page(segments).contains("Demo"))
    }

    @Test func refusalsArePages() async throws {
        let site = try DashboardSite()
        for (status, says) in [(401, "Token of this rail"), (404, "There is no such page")] {
            let found = try await site.answer(
                segments: [], query: [], visitor: Self.nobody, ask: Self.ask([], refusing: status))
            let answer = try #require(found)
            #expect(answer.status == status)
            #expect(answer.body.contains(says))
        }
        let other = try await site.answer(
            segments: ["v2"], query: [], visitor: Self.nobody, ask: Self.ask(Self.answers))
        #expect(other == nil)
    }

    @Test func refusalsLeadBackToWhatWasAskedFor() async throws {
        let site = try DashboardSite()
        let found = try await site.answer(
            segments: ["clauses", "GRA::X@1.0.0"], query: [("a", "b c")], visitor: Self.nobody,
            ask: Self.ask([], refusing: 401))
        #expect(try #require(found).body.contains("value=\"/clauses/GRA%3A%3AX%401.0.0?a=b%20c\""))
    }

    @Test func assetsAreServed() async throws {
        let site = try DashboardSite()
        for (segments, type) in [
            (["assets", "dashboard.css"], "text/css"), (["assets", "dashboard.js"], "text/javascript"),
            (["verify"], "text/html; charset=utf-8"),
        ] {
            let found = try await site.answer(segments: segments, query: [], visitor: Self.nobody, ask: Self.ask([]))
            let answer = try #require(found)
            #expect(answer.contentType == type)
            #expect(answer.isAsset && !answer.body.isEmpty)
        }
    }

    @Test func addressesAreEscapedWhole() {
        #expect(PageReader.escaped("a/b?c&d é") == "a%2Fb%3Fc%26d%20%C3%A9")
        #expect(PageReader.escaped("A-z_0.~") == "A-z_0.~")
    }
}
