import NexusBase

extension PageReader {
    /// What each policy said at each step, in order, where the looker may see the trace. A trace names policies by
    /// digest; their rules are read from what the rail published.
    func policies(_ trace: Document) async throws -> [PolicyRow] {
        let asked = trace["decisions"].items.filter { $0["decision"].text == "filter" }.flatMap { decision in
            decision["policies"].items.map { (step: decision["step"].string, verdict: $0) }
        }
        guard !asked.isEmpty else { return [] }
        let published = try await may("/v1/policies?limit=200")["items"].items
        return asked.map { step, verdict in
            let digest = verdict["digest"].text
            let document = published.first { $0["digest"].text == digest }?["document"] ?? Document(nil)
            var row = PolicyRow()
            row.id = verdict["policy"].string
            row.step = step
            row.verdict = verdict["permitted"].isTrue ? "permitted" : "refused"
            row.rules = Self.rules(document["rules"].items, verdict, step)
            row.values = verdict["values"].members.map { name, value in
                let text = value.json.map { String(decoding: $0.canonicalBytes, as: UTF8.self) } ?? ""
                return Fact(name, String(text.prefix(2_000)))
            }
            return row
        }
    }

    private static func rules(_ agreed: [Document], _ verdict: Document, _ step: String) -> [RuleRow] {
        let (refusals, told) = (verdict["refusals"].items, verdict["notifications"].items)
        // A policy that the rail does not publish any more: what it refused is known, by name.
        let rules = agreed.isEmpty ? (refusals + told).map { Document(["name": $0["rule"].json]) } : agreed
        return rules.compactMap { rule in
            let name = rule["name"].text
            // Those who must be told are told at release only: before it such a rule is not asked.
            if rule["effect"].text == "notify", step != "release" { return nil }
            let refusal = refusals.first { $0["rule"].text == name }
            let notice = told.first { $0["rule"].text == name }
            var row = RuleRow()
            row.name = rule["name"].string
            row.effect = rule["effect"].string
            row.expression = rule["when"].string
            row.outcome = refusal != nil ? "refused" : notice != nil ? "told" : "holds"
            row.sentence = refusal?["sentence"].text ?? notice?["sentence"].text
            return row
        }
    }
}
