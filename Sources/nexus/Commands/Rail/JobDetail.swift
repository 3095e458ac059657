import NexusBase
import NexusClause
import NexusEvidence
import NexusTrust

/// A job as the rail tells it, for people.
struct JobDetail {
    private let json: JSON

    init(_ json: JSON) { self.json = json }

    static func styled(state: Text) -> Styled {
        switch state {
        case "certified": "\(good: state.string)"
        case "frozen": "\(bad: state.string)"
        case "running", "waiting", "decided", "sealed": "\(accent: state.string)"
        default: Styled(state.string)
        }
    }

    func show(on console: Console) throws {
        var job = try Fields(json, at: "job")
        var facts: [(String, Styled)] = [
            ("job", Styled("\(try job.digest("job"))")), ("clause", Styled(try job.text("clause").string)),
            ("occurrence", Styled(try job.text("occurrence").string)),
            ("state", Self.styled(state: try job.text("status"))),
        ]
        if let because = try job.optionalText("because") { facts.append(("because", Styled(because.string))) }
        if let signal = try job.optionalText("signal") { facts.append(("signal", .bold(signal.string))) }
        console.facts(facts)
        try showAttempts(&job, on: console)
        try showDisputes(&job, on: console)
        guard let result = job.optional("result") else { return }
        try showTerms(result, on: console)
    }

    private func showAttempts(_ job: inout Fields, on console: Console) throws {
        var table = Table([.right("attempt"), .left("node"), .left("outcome"), .left("detail")])
        for json in try job.array("attempts") {
            var attempt = try Fields(json, at: "attempt")
            let outcome = try attempt.text("outcome").string
            let shown: Styled =
                outcome == "agreed" ? "\(good: outcome)" : outcome == "differed" ? "\(bad: outcome)" : Styled(outcome)
            table.add([
                Styled("\(try attempt.integer("attempt"))"), Styled(try attempt.did("node").short), shown,
                Styled(try attempt.optionalText("detail")?.string ?? ""),
            ])
        }
        console.heading("Attempts")
        console.show(table)
    }

    private func showDisputes(_ job: inout Fields, on console: Console) throws {
        let disputes = try job.array("disputes")
        guard !disputes.isEmpty else { return }
        console.heading("Disputes")
        for json in disputes {
            var dispute = try Fields(json, at: "dispute")
            let kind = try dispute.text("kind")
            let field = try dispute.text("field")
            console.say(
                "  \(bad: console.marks.failed) \(kind.string): \(try dispute.did("node").short), first at \(field.string)"
            )
        }
    }

    private func showTerms(_ result: JSON, on console: Console) throws {
        var fields = try Fields(result, at: "result")
        var table = Table([.left("term"), .left("verdict"), .right("observed"), .right("threshold"), .right("margin")])
        for (index, json) in try fields.array("terms").enumerated() {
            let term = try Term(json: json, at: "terms[\(index)]")
            table.add([
                Styled(term.name.string), Styled(term.verdict.rawValue), Styled(term.observed?.string ?? ""),
                Styled(term.threshold?.string ?? ""), Styled(term.margin?.description ?? ""),
            ])
        }
        console.heading("Terms")
        console.show(table)
    }
}
