import NexusBase

extension PageReader {
    func job(_ id: String) async throws -> JobPage {
        let path = "/v1/jobs/" + Self.escaped(id)
        let detail = try await must(path)
        let trace = try await may(path + "/trace")
        let clause = try await may("/v1/clauses/" + Self.escaped(detail["clause"].string))
        let names = try await operatorNames()
        var page = JobPage()
        page.id = detail["job"].string
        page.shortID = Document.short(page.id)
        page.clauseID = detail["clause"].string
        page.clausePath = "/clauses/" + Self.escaped(page.clauseID)
        page.clauseTitle = clause["title"].text ?? page.clauseID
        page.occurrence = detail["occurrence"].string
        page.status = detail["status"].string
        page.signal = detail["signal"].text
        page.isCertified = page.status == "certified"
        page.mayCancel = try await mayCancel(detail)
        page.sentence = Self.sentence(page, detail)
        page.terms = Self.terms(detail, clause)
        page.disputes = detail["disputes"].items.map { Self.dispute($0, names: names) }
        page.answers = try await answers(detail, trace, names)
        page.checks = Self.checks(trace)
        page.policies = try await policies(trace)
        page.steps = Self.steps(detail, trace, names)
        page.facts = Self.facts(detail, trace)
        return page
    }

    private static func sentence(_ page: JobPage, _ detail: Document) -> String? {
        switch page.signal {
        case "TRIGGER": "The conditions are met."
        case "PASS": "Nothing is due, and that is certified with the same care."
        case "FAIL": "An obligation was not met."
        case "ESCALATE": "People have to look at it."
        default: detail["because"].text
        }
    }

    private static func terms(_ detail: Document, _ clause: Document) -> [TermRow] {
        let found = detail["result"]["terms"].items
        return clause["document"]["terms"].items.map { agreed in
            let name = agreed["name"].text
            return term(agreed: agreed, found: found.first { $0["name"].text == name } ?? Document(nil))
        }
    }

    private static func facts(_ detail: Document, _ trace: Document) -> [Fact] {
        var facts = [
            Fact("job", detail["job"].string, isCode: true),
            Fact("occurrence id", detail["occurrenceId"].string, isCode: true),
        ]
        if let digest = detail["resultDigest"].text { facts.append(Fact("result", digest, isCode: true)) }
        if let rollup = detail["rollup"].text { facts.append(Fact("rollup", rollup)) }
        let trigger = trace["event"]["trigger"]
        if let kind = trigger["type"].text { facts.append(Fact("trigger", "\(kind), \(trigger["source"].string)")) }
        for input in trace["event"]["inputs"].items {
            let value = input["value"].text.flatMap { try? Base64.decode($0) }.map {
                String(decoding: $0, as: UTF8.self)
            }
            facts.append(Fact(input["name"].string, "\(value?.prefix(80) ?? "") (\(input["edition"].string))"))
        }
        return facts
    }

    /// Each attempt with what its statement says, where the looker may see statements.
    private func answers(
        _ detail: Document, _ trace: Document, _ names: [(did: String, name: String)]
    ) async throws -> AnswerTable {
        let attempts = detail["attempts"].items
        let nodes = try await may("/v1/nodes?limit=200")["items"].items
        let statements = trace["statements"].items.map { $0["payload"].decoded["predicate"] }
        let found = attempts.map { attempt in
            statements.first { $0["attempt"].int == attempt["attempt"].int } ?? Document(nil)
        }
        let columns = attempts.enumerated().map { place, attempt in
            var node = AnsweringNode()
            let (did, known) = (attempt["operator"].string, nodes.first { $0["node"].text == attempt["node"].text })
            node.operatorName = names.first { $0.did == did }?.name ?? did
            node.jurisdiction = found[place]["governance"]["jurisdiction"].text ?? known?["jurisdiction"].text ?? ""
            node.outcome = attempt["outcome"].string
            node.attestation = found[place]["attestation"]["kind"].text ?? known?["attestation"].text
            node.isSimulated = node.attestation == "simulated"
            return node
        }
        return AnswerTable(nodes: columns, rows: Self.rows(attempts, found))
    }

    private static func rows(_ attempts: [Document], _ found: [Document]) -> [(name: String, values: [String?])] {
        let results = found.map { $0["result"].decoded }
        var names: [String] = []
        for result in results {
            for (name, _) in result["outputs"].members where !names.contains(name) { names.append(name) }
        }
        let engines = found.map { one in
            one["runtime"]["engine"].text.map { "\($0) \(one["runtime"]["version"].string)" }
        }
        var rows: [(name: String, values: [String?])] = [("engine", engines)]
        rows += names.map { name in (name, results.map { $0["outputs"][Text(name)].text }) }
        rows.append(("signal", results.map { $0["signal"].text }))
        if results.contains(where: { $0["fault"].text != nil }) {
            rows.append(("fault", results.map { $0["fault"].text }))
        }
        rows.append(("result", found.map { one in one["resultDigest"].text.map { Document.short($0) } }))
        if attempts.contains(where: { $0["detail"].text != nil }) {
            // What the rail says about an attempt is no field of an answer: it is not compared.
            rows = rows.filter { row in row.values.contains { $0 != nil } }
        }
        return rows.filter { row in row.values.contains { $0 != nil } }
    }

    private static func checks(_ trace: Document) -> [CheckRow] {
        trace["decisions"].items.filter { $0["decision"].text == "filter" }.flatMap { decision in
            decision["checks"].items.map { check in
                var row = CheckRow()
                row.name = check["name"].string
                row.step = decision["step"].string
                row.expression = check["expression"].string
                row.verdict = check["holds"].isTrue ? "passed" : "refused"
                row.sentence = check["sentence"].text
                let values = check["values"].members.map { name, value in
                    "\(name) = \(value.json.map { String(decoding: $0.canonicalBytes, as: UTF8.self) } ?? "")"
                }
                row.values = values.isEmpty ? nil : String(values.joined(separator: "; ").prefix(400))
                return row
            }
        }
    }
}
