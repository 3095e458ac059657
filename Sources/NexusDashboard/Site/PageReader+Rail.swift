import NexusBase

extension PageReader {
    func nodes() async throws -> NodesPage {
        let names = try await operatorNames()
        var page = NodesPage()
        page.nodes = try await must("/v1/nodes?limit=200")["items"].items.map { node in
            var card = NodeCard()
            card.id = node["node"].string
            let did = node["operator"].string
            card.operatorName = names.first { $0.did == did }?.name ?? did
            card.jurisdiction = node["jurisdiction"].string
            card.isConnected = node["connected"].isTrue
            card.state = node["revoked"].isTrue ? "revoked" : card.isConnected ? "connected" : "not connected"
            card.attestation = node["attestation"].string
            card.isSimulated = card.attestation == "simulated"
            card.load = node["load"].text.map { "\($0) open" }
            card.facts = [Fact("answered", node["answered"].grouped)]
            // Of a thousand, as the rail counts it.
            if let reliability = node["reliability"].int {
                card.facts.append(Fact("reliability", "\(reliability / 10).\(reliability % 10) %"))
            }
            if let latency = node["latencyMilliseconds"].text { card.facts.append(Fact("latency", "\(latency) ms")) }
            return card
        }
        return page
    }

    func log() async throws -> LogPage {
        let rail = try await must("/v1/rail")
        let checkpoints = try await must("/v1/checkpoints?limit=200")["items"].items
        var page = LogPage()
        page.latest = checkpoints.first?["checkpoint"].text
        let lines = (page.latest ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        page.facts = [
            Fact("origin", lines.first ?? ""), Fact("entries", rail["logSize"].grouped),
            Fact("published", checkpoints.first?["at"].time ?? "–"),
        ]
        page.growth = GrowthChart(
            steps: checkpoints.reversed().compactMap { one in one["logSize"].int.map { (one["at"].time, $0) } }
        ).svg(title: "Entries in the log at each checkpoint")
        page.checkpoints = checkpoints.prefix(20).map(Self.checkpoint)
        let log = lines.first
        page.cosigners = Self.signers(page.latest ?? "").filter { $0 != log }.map { Fact($0, "cosigned the latest") }
        return page
    }

    private static func checkpoint(_ json: Document) -> CheckpointRow {
        let text = json["checkpoint"].string
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var row = CheckpointRow()
        row.size = json["logSize"].string
        row.at = json["at"].time
        row.root = lines.count > 2 ? String(lines[2]) : ""
        let others = signers(text).count - 1
        row.signatures = others < 1 ? "the log's" : "the log's and \(others) more"
        return row
    }

    /// The names on a note's signature lines.
    private static func signers(_ note: String) -> [String] {
        note.split(separator: "\n").filter { $0.hasPrefix("— ") }.compactMap { line in
            line.split(separator: " ").dropFirst().first.map(String.init)
        }
    }

    func governance() async throws -> GovernancePage {
        let answer = try await must("/v1/governance")
        let snapshot = answer["snapshot"]
        var page = GovernancePage()
        page.facts = [
            Fact("decisions", snapshot["number"].string), Fact("snapshot", answer["digest"].string, isCode: true),
            Fact("head", snapshot["head"].string, isCode: true),
        ]
        page.operators = snapshot["operators"].items.map(Self.party)
        page.issuers = snapshot["issuers"].items.map(Self.party)
        page.feeds = snapshot["feeds"].items.map(Self.party)
        page.revokedNodes = snapshot["revokedNodes"].items.map(\.string)
        page.policies = try await may("/v1/policies?limit=200")["items"].items.map {
            Fact($0["id"].string, $0["stage"].string)
        }
        let cursor = parameter("cursor").map { "&cursor=" + Self.escaped($0) } ?? ""
        let (decisions, next) = try await decisions("limit=50" + cursor)
        page.decisions = decisions
        page.older = next.map { "/governance?cursor=\(Self.escaped($0))#decisions" }
        return page
    }

    private static func party(_ json: Document) -> PartyRow {
        var row = PartyRow()
        row.name = json["name"].string
        row.did = json["did"].string
        row.jurisdiction = json["jurisdiction"].text
        row.isRevoked = json["revokedBy"].int != nil
        return row
    }

    func evidence() async throws -> EvidencePage {
        var page = EvidencePage()
        page.clause = parameter("clause")
        page.occurrence = parameter("occurrence")
        page.jurisdiction = parameter("jurisdiction")
        let signal = parameter("signal")
        page.signals = ["TRIGGER", "PASS", "FAIL", "ESCALATE"].map { Choice($0, isChosen: $0 == signal) }
        let filters = ["clause", "occurrence", "jurisdiction", "signal"].compactMap { name in
            parameter(name).map { "\(name)=" + Self.escaped($0) }
        }
        let cursor = parameter("cursor").map { ["cursor=" + Self.escaped($0)] } ?? []
        let asked = (["limit=50", "status=certified"] + filters + cursor).joined(separator: "&")
        let found = try await must("/v1/search?" + asked)
        let titles = try await titles()
        page.found = found["items"].items.map { Self.row($0, titles: titles) }
        page.next = found["next"].text.map {
            "/evidence?" + (filters + ["cursor=" + Self.escaped($0)]).joined(separator: "&")
        }
        let (count, noun) = (page.found.count, page.found.count == 1 ? "certified job" : "certified jobs")
        page.count =
            switch (page.found.isEmpty, cursor.isEmpty, page.next) {
            case (true, _, _): "Nothing found"
            case (_, false, _): "\(count) earlier \(noun)"
            case (_, _, nil): "\(count) \(noun)"
            default: "The latest \(count) \(noun)"
            }
        return page
    }
}
