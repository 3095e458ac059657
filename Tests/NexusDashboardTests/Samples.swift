import Foundation
import NexusDashboard

/// Pages filled with the example's own record: 61 seasons of the El Niño clause.
enum Samples {
    struct Season {
        let year: Int
        let index: Double
        var signal: String { index > 24 ? "TRIGGER" : "PASS" }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func seasons() throws -> [Season] {
        let record = root.appending(path: "Examples/el-nino/nino12-ersst-v3b.csv")
        let lines = try String(contentsOf: record, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: ",")
        }
        return lines.compactMap { cells in
            guard cells.count >= 3, let year = Int(cells[0]), let november = Double(cells[cells.count - 2]),
                let december = Double(cells[cells.count - 1])
            else { return nil }
            return Season(year: year, index: (november + december) / 2)
        }
    }

    static func chrome() -> Chrome {
        var chrome = Chrome()
        chrome.rail = "El Niño demonstration"
        chrome.railID = "sha256:" + String(repeating: "4f0c", count: 16)
        chrome.caller = "demo viewer"
        chrome.formKey = String(repeating: "7c", count: 32)
        return chrome
    }

    static func row(_ season: Season) -> JobRow {
        var row = JobRow()
        row.id = "sha256:" + String(repeating: String(season.year), count: 16)
        row.shortID = String(row.id.dropFirst(7).prefix(6))
        row.clauseID = "GRA::ExtremeElNino@1.0.0"
        row.clauseTitle = "Extreme El Niño cover"
        row.occurrence = String(season.year)
        row.status = "certified"
        row.signal = season.signal
        row.acknowledgedAt = "2026-11-21 19:31:04"
        row.took = "412 ms"
        row.isCertified = true
        return row
    }

    static func dispute() -> DisputeRow {
        var dispute = DisputeRow()
        dispute.number = "1"
        dispute.job = "sha256:1997"
        dispute.shortJob = "199719"
        dispute.operatorName = "Cooperativa Norte"
        dispute.kind = "signed another result"
        dispute.field = "outputs.index"
        dispute.openedAt = "2026-11-21 19:31:06"
        return dispute
    }

    static func overview() throws -> OverviewPage {
        var page = OverviewPage()
        page.tiles = [
            Tile("certified", "61", note: "of 61 jobs"), Tile("nodes connected", "3", note: "of 3"),
            Tile("median to certificate", "0.4 s"), Tile("entries in the log", "74"),
            Tile("disputes", "1", note: "open", isAlarm: true),
        ]
        page.throughput = ColumnChart(columns: (0..<24).map { ("\($0):00", $0 % 5 == 0 ? 0 : ($0 * 7) % 23) })
            .svg(title: "Certified jobs by hour")
        page.recent = try seasons().suffix(8).reversed().map(row)
        page.disputes = [dispute()]
        return page
    }

    static func clauses() -> ClausesPage {
        var page = ClausesPage()
        page.clauses = [clauseRow("1.0.0", stage: "active")]
        return page
    }

    static func clauseRow(_ version: String, stage: String) -> ClauseRow {
        var row = ClauseRow()
        row.id = "GRA::ExtremeElNino@\(version)"
        row.path = "/clauses/GRA::ExtremeElNino@\(version)"
        row.title = "Extreme El Niño cover"
        row.stage = stage
        row.domain = "insurance.parametric"
        row.jurisdiction = "PE"
        row.jobs = "61 evaluations"
        return row
    }

    static func terms(index: String?) -> [TermRow] {
        [
            ("attachment", "trigger", "index > attach", "24 °C"),
            ("fullPayment", "information", "index >= exhaust", "27 °C"),
        ]
        .map { name, role, expression, threshold in
            var term = TermRow()
            (term.name, term.role, term.expression) = (name, role, expression)
            guard let index else { return term }
            term.observed = "\(index) °C"
            term.threshold = threshold
            term.margin = role == "trigger" ? "2.465 °C" : "-0.535 °C"
            term.verdict = role == "trigger" ? "PASS" : "FAIL"
            return term
        }
    }

    static func decision(_ number: Int, _ text: String) -> DecisionRow {
        var row = DecisionRow()
        row.number = String(number)
        row.at = "2026-11-21 19:30:0\(number % 10)"
        row.decision = text
        row.signers = (0..<3).map { "did:key:z6Mkv\($0)qGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z" }
        return row
    }

    static func clause() throws -> ClausePage {
        var page = ClausePage()
        page.heading = "Extreme El Niño cover"
        page.id = "GRA::ExtremeElNino@1.0.0"
        page.stage = "active"
        page.language = "en"
        page.text = """
            1. Purpose. This agreement pays the insured a share of the limit when the sea off northern Peru is \
            extraordinarily warm at the end of a year.
            2. Index. The index of a season is the mean of the sea surface temperatures of November and December.
            3. Payment. Nothing is due up to 24 °C. From 24 °C to 27 °C the share rises in a straight line.
            """
        page.parties = [
            Fact("insured", "Regional water users' association"), Fact("insurer", "Global Resilience Assurance"),
        ]
        page.terms = terms(index: nil)
        page.parameters = [Fact("attach", "24 °C"), Fact("exhaust", "27 °C")]
        page.machine = [
            Fact("nodes", "2 of 3, distinct operators and jurisdictions"), Fact("jurisdictions", "PE, CH, KE"),
            Fact("risk class", "financial"), Fact("attestation", "simulated"),
            Fact("module", "sha256:c25889f562d69ddc296b00cefa6b5f378a63466b416c171c00d05ef639d859ce", isCode: true),
        ]
        page.actions = [
            Fact("pay", "up to 10,000,000 USD × payoutRate, on TRIGGER"), Fact("notify", "alerts, on TRIGGER"),
        ]
        page.versions = [clauseRow("1.0.0", stage: "active"), clauseRow("0.9.0", stage: "superseded")]
        page.approvals = [decision(6, "simulated"), decision(7, "reviewed"), decision(8, "active")]
        let seasons = try seasons()
        page.chart = chart(seasons).svg(title: "Index of 61 seasons against 24 °C and 27 °C")
        page.chartCaption = "Mean of November and December, °C. Above 24 °C a share is due, from 27 °C all of it."
        page.evaluations = seasons.map { season in
            var row = EvaluationRow()
            row.job = "/jobs/\(season.year)"
            row.occurrence = String(season.year)
            row.value = String(format: "%.3f °C", season.index)
            row.signal = season.signal
            return row
        }
        return page
    }

    static func chart(_ seasons: [Season]) -> ThresholdChart {
        ThresholdChart(
            points: seasons.map {
                ThresholdChart.Point(
                    label: String($0.year), value: $0.index, signal: $0.signal, path: "/jobs/\($0.year)")
            },
            thresholds: [.init(name: "attach", value: 24), .init(name: "exhaust", value: 27)], unit: "°C")
    }

    static func answers() -> AnswerTable {
        let nodes = [("Pacífico", "PE", "agreed"), ("Helvetia", "CH", "agreed"), ("Rift", "KE", "differed")].map {
            who in
            var node = AnsweringNode()
            (node.operatorName, node.jurisdiction, node.outcome) = who
            node.attestation = "simulated"
            node.isSimulated = true
            return node
        }
        return AnswerTable(
            nodes: nodes,
            rows: [
                ("engine", ["wasmtime 50.0.1", "wasmtime 50.0.1", "wasmtime 50.0.1"]),
                ("index", ["26.465", "26.465", "26.464"]), ("payoutRate", ["0.8217", "0.8217", "0.8213"]),
                ("signal", ["TRIGGER", "TRIGGER", "TRIGGER"]),
            ])
    }

    static func job() -> JobPage {
        var page = JobPage()
        page.id = "sha256:" + String(repeating: "1997", count: 16)
        page.shortID = "199719"
        page.clauseID = "GRA::ExtremeElNino@1.0.0"
        page.clausePath = "/clauses/GRA::ExtremeElNino@1.0.0"
        page.clauseTitle = "Extreme El Niño cover"
        page.occurrence = "1997"
        page.status = "certified"
        page.signal = "TRIGGER"
        page.sentence = "The conditions are met: 82.2 % of the limit is due."
        page.isCertified = true
        page.steps = [
            TimelineStep(
                at: "2026-11-21 19:31:04.101", "Event received", detail: "manual, from the demonstration's desk"),
            TimelineStep(
                at: "2026-11-21 19:31:04.140", "Three nodes were sent the job", detail: "Pacífico, Helvetia, Rift"),
            TimelineStep(at: "2026-11-21 19:31:04.290", "Two statements agree"),
            TimelineStep(at: "2026-11-21 19:31:04.310", "One differs", detail: "Rift, first in index", state: "wrong"),
            TimelineStep(
                at: "2026-11-21 19:31:04.420", "In the log", detail: "rollup 48, under a checkpoint of 74 entries"),
            TimelineStep(at: "2026-11-21 19:31:04.513", "Certified", detail: "cosigned by two validators"),
            TimelineStep(at: "", "Payment instruction on its way", state: "now"),
        ]
        page.terms = terms(index: "26.465")
        var check = CheckRow()
        check.name = "jurisdictionRepresented"
        check.step = "event"
        check.expression = "clause.jurisdiction in jurisdictions"
        check.values = "clause.jurisdiction = 'PE'; jurisdictions = ['PE', 'CH', 'KE']"
        check.verdict = "permitted"
        page.checks = [check]
        page.policies = [policy()]
        page.answers = answers()
        page.disputes = [dispute()]
        page.facts = [Fact("job", page.id, isCode: true), Fact("fuel", "10,000,000"), Fact("trigger", "manual")]
        return page
    }

    static func policy() -> PolicyRow {
        var row = PolicyRow()
        row.id = "org.example.treasury::TwoApprovals@1.0.0"
        row.step = "release"
        row.verdict = "refused"
        var rule = RuleRow()
        rule.name = "two-approvals"
        rule.effect = "deny"
        rule.expression = "actions.exists(a, decimal(a.amount) > threshold) && approvals.size() < 2"
        rule.outcome = "refused"
        rule.sentence = "refused because size of approvals (0) < 2: a large payment needs two members of the committee"
        var other = RuleRow()
        other.name = "tell-the-regulator"
        other.effect = "notify"
        other.expression = "actions.exists(a, decimal(a.amount) > threshold)"
        other.outcome = "told"
        row.rules = [rule, other]
        row.values = [
            Fact("actions", #"[{"amount":"4106250","currency":"USD","name":"pay"}]"#), Fact("approvals", "[]"),
            Fact("threshold", "1000000"),
        ]
        return row
    }

    static func nodes() -> NodesPage {
        var page = NodesPage()
        page.nodes = [("Pacífico", "PE", true), ("Helvetia", "CH", true), ("Rift", "KE", false)].map { who in
            var node = NodeCard()
            (node.operatorName, node.jurisdiction, node.isConnected) = who
            node.id = "did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z"
            node.state = who.2 ? "connected" : "last seen 19:20:11"
            node.attestation = "simulated"
            node.isSimulated = true
            node.load = "2 of 8 slots"
            node.reliability = "61 of 61 answered"
            return node
        }
        return page
    }

    static func log() -> LogPage {
        var page = LogPage()
        page.facts = [Fact("origin", "el-nino.example/rail"), Fact("entries", "74"), Fact("checkpoints", "62")]
        page.growth = GrowthChart(steps: (1...62).map { ("19:31:\($0 % 60)", 12 + $0) }).svg(
            title: "Entries in the log")
        page.checkpoints = (0..<6).map { place in
            var row = CheckpointRow()
            row.size = String(74 - place)
            row.at = "2026-11-21 19:31:5\(9 - place)"
            row.signatures = "log and 2 validators"
            row.root = "ZOpMWmzCmlRrO3dFdwwi/EwJxk/RdyUv404Qxok04as="
            return row
        }
        page.cosigners = [Fact("validator one", "cosigned 74"), Fact("validator two", "cosigned 74")]
        page.latest =
            "el-nino.example/rail\n74\nZOpMWmzCmlRrO3dFdwwi/EwJxk/RdyUv404Qxok04as=\n\n— el-nino.example/rail hv6NCmN…\n"
        return page
    }

    static func handIn() -> HandInPage {
        var page = HandInPage()
        (page.mayGovern, page.maySubmit, page.maySendModules) = (true, true, true)
        page.roles = "committee, submitter"
        page.key = "a1"
        page.outcome = HandInPage.Outcome(isTaken: false, heading: "1 of 2 refused")
        page.outcome?.lines = [
            .init("sha256:" + String(repeating: "1997", count: 16), path: "/jobs/x", detail: "a new job"),
            .init("orchestration.unknown-clause", detail: "no clause of this id is published"),
        ]
        return page
    }

    static func governance() -> GovernancePage {
        var page = GovernancePage()
        page.facts = [
            Fact("committee", "3 of 6"), Fact("entries", "12"),
            Fact("snapshot", "sha256:" + String(repeating: "9a1b", count: 16), isCode: true),
        ]
        page.operators = [("Pacífico", "PE", false), ("Helvetia", "CH", false), ("Rift", "KE", true)].map { who in
            var row = PartyRow()
            (row.name, row.jurisdiction, row.isRevoked) = (who.0, who.1, who.2)
            row.did = "did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z"
            return row
        }
        page.issuers = Array(page.operators.prefix(1))
        page.feeds = Array(page.operators.prefix(1))
        page.decisions = [decision(1, "operator Pacífico approved"), decision(2, "operator Helvetia approved")]
        return page
    }

    static func evidence() throws -> EvidencePage {
        var page = EvidencePage()
        page.clause = "GRA::ExtremeElNino"
        page.signals = ["TRIGGER", "PASS", "FAIL", "ESCALATE"].map { Choice($0, isChosen: $0 == "TRIGGER") }
        page.found = try seasons().filter { $0.signal == "TRIGGER" }.map(row)
        page.count = "\(page.found.count) certified jobs"
        page.next = "/evidence?cursor=abc"
        return page
    }
}
