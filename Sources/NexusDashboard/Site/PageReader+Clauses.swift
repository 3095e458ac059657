import NexusBase

extension PageReader {
    func clauses() async throws -> ClausesPage {
        var page = ClausesPage()
        page.clauses = try await must("/v1/clauses?limit=200")["items"].items.map(Self.clauseRow)
        return page
    }

    static func clauseRow(_ clause: Document) -> ClauseRow {
        var row = ClauseRow()
        row.id = clause["id"].string
        row.path = "/clauses/" + escaped(row.id)
        row.title = clause["title"].string
        row.stage = clause["stage"].string
        row.domain = clause["domain"].string
        row.jurisdiction = clause["jurisdiction"].string
        return row
    }

    func clause(_ id: String) async throws -> ClausePage {
        let path = "/v1/clauses/" + Self.escaped(id)
        let found = try await must(path)
        let document = found["document"]
        var page = ClausePage()
        page.heading = found["title"].string
        page.id = found["id"].string
        page.stage = found["stage"].string
        page.language = document["language"].string
        page.text = document["text"].string
        page.parties = document["parties"].items.map { Fact($0["role"].string, $0["name"].string) }
        page.terms = document["terms"].items.map { Self.term(agreed: $0, found: Document(nil)) }
        page.parameters = document["parameters"].items.map {
            Fact($0["name"].string, Self.withUnit($0["value"].string, $0["unit"].text))
        }
        page.machine = Self.machine(document)
        page.actions = document["actions"].items.map(Self.action)
        page.versions = try await may(path + "/versions")["items"].items.map(Self.clauseRow)
        page.approvals = try await decisions("limit=200&clause=" + Self.escaped(found["digest"].string)).rows.reversed()
        try await evaluate(&page, document)
        return page
    }

    static func withUnit(_ value: String, _ unit: String?) -> String {
        unit.map { "\(value) \($0)" } ?? value
    }

    private static func machine(_ document: Document) -> [Fact] {
        let execution = document["execution"]
        let list = { (key: Text) in execution[key].items.map(\.string).joined(separator: ", ") }
        let distinct = list("distinct")
        return [
            Fact(
                "agreement",
                "\(execution["quorum"].string) of \(execution["nodes"].string)"
                    + (distinct.isEmpty ? "" : ", distinct in \(distinct)")),
            Fact("jurisdictions", list("jurisdictions").isEmpty ? "any" : list("jurisdictions")),
            Fact("risk class", execution["riskClass"].string), Fact("attestation", list("attestation")),
            Fact("fuel", document["computation"]["fuel"].grouped),
            Fact("module", document["computation"]["module"].string, isCode: true),
        ]
    }

    private static func action(_ action: Document) -> Fact {
        let on = action["on"].items.map(\.string).joined(separator: ", ")
        let limit = action["limit"].text.map { _ in
            "up to \(action["limit"].grouped) \(action["currency"].string) × \(action["rate"].string)"
        }
        return Fact(action["name"].string, "\(limit ?? action["endpoint"].string), on \(on)")
    }

    static func term(agreed: Document, found: Document) -> TermRow {
        var row = TermRow()
        row.name = agreed["name"].string
        row.role = agreed["role"].string
        row.expression = agreed["expression"].string
        let unit = agreed["unit"].text
        row.observed = found["observed"].text.map { withUnit($0, unit) }
        row.threshold = found["threshold"].text.map { withUnit($0, unit) }
        row.margin = found["margin"].text.map { withUnit($0, unit) }
        row.verdict = found["verdict"].text
        return row
    }

    /// The certified evaluations of all versions, oldest occurrence first; the newest 200 if there are more.
    private func evaluate(_ page: inout ClausePage, _ document: Document) async throws {
        let name = page.id.prefix { $0 != "@" }
        let list = "/v1/jobs?limit=200&status=certified&include=terms&clause=" + Self.escaped(String(name))
        let found = try await may(list)
        let jobs = found["items"].items.sorted { $0["occurrence"].string < $1["occurrence"].string }
        let unit = Self.leadingTerm(document)["unit"].text ?? ""
        var points: [ThresholdChart.Point] = []
        var thresholds: [ThresholdChart.Threshold] = []
        for job in jobs {
            guard let (value, lines) = Self.observed(job["terms"].items, document) else { continue }
            let path = "/jobs/" + Self.escaped(job["job"].string)
            let (occurrence, signal) = (job["occurrence"].string, job["signal"].string)
            points.append(.init(label: occurrence, value: value, signal: signal, path: path))
            if thresholds.isEmpty { thresholds = lines }
            var row = EvaluationRow()
            (row.job, row.occurrence, row.signal) = (path, occurrence, signal)
            row.value = Self.withUnit(Drawing.number(value), unit)
            page.evaluations.append(row)
        }
        page.chart = ThresholdChart(points: points, thresholds: thresholds, unit: unit)
            .svg(title: "\(points.count) evaluations of \(page.heading) against its thresholds")
        let count = found["next"].text == nil ? "\(points.count)" : "The newest \(points.count)"
        page.chartCaption = "\(count) certified evaluations. Each point leads to its certificate."
    }

    private static func leadingTerm(_ document: Document) -> Document {
        let terms = document["terms"].items
        return terms.first { $0["role"].text == "trigger" } ?? terms.first ?? Document(nil)
    }

    /// What the leading term observed, and the thresholds of all terms that observed the same.
    private static func observed(_ terms: [Document], _ document: Document) -> (Double, [ThresholdChart.Threshold])? {
        let name = leadingTerm(document)["name"].text
        guard let leading = terms.first(where: { $0["name"].text == name }), let text = leading["observed"].text,
            let value = Double(text)
        else { return nil }
        let lines = terms.filter { $0["observed"].text == text }.compactMap { term in
            term["threshold"].text.flatMap { Double($0) }.map {
                ThresholdChart.Threshold(name: term["name"].string, value: $0)
            }
        }
        return (value, lines)
    }
}
