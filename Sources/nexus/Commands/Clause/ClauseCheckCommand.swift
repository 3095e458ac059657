import ArgumentParser
import NexusBase
import NexusClause

struct ClauseCheckCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a clause and sum it up.",
        discussion: """
            EXAMPLES
              nexus clause check Examples/el-nino/clause.yaml
              nexus clause check Examples/el-nino --json

            Errors name line and column. Warnings are about clauses that are valid but may not do what was meant; with \
            --strict they end the command with status 1.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(
        help: "A clause in YAML, in canonical JSON (*.json), or a folder with a clause.yaml.", completion: .file())
    var file: String

    @Flag(help: "Warnings end the command with status 1.")
    var strict = false

    func run(on console: Console) async throws {
        let file = try ClauseFile(file)
        let clause = file.clause
        let warnings = ClauseReview(file).warnings

        console.say("\(good: console.marks.done) \(bold: clause.id.description)  \(clause.title)")
        console.facts([
            ("digest", Styled(clause.digest.description)),
            ("window", "\(clause.validity.from)\(clause.validity.until.map { " to \($0)" } ?? " on")"),
            ("occurrence", Styled(clause.occurrence.summary)),
            ("execution", Styled(clause.execution.summary)),
            ("module", Styled(clause.computation.summary)),
        ])
        Self.showParts(of: clause, on: console)
        if !warnings.isEmpty { console.say() }
        for warning in warnings { console.warn(Styled(warning)) }
        console.result(Self.json(file, warnings))
        if strict, !warnings.isEmpty { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private static func showParts(of clause: Clause, on console: Console) {
        console.heading("Inputs")
        var inputs = Table([
            .left("name"), .left("kind"), .left("unit"), .left("feed"), .left("editions"), .left("plausible"),
        ])
        for input in clause.inputs {
            let range = [input.minimum, input.maximum].map { $0?.description ?? "" }
            inputs.add([
                Styled(input.name.string), Styled(input.kind.rawValue), Styled(input.unit?.string ?? ""),
                Styled(input.feed?.string ?? "any source"),
                Styled(input.editions.map(\.string).joined(separator: ", ")),
                Styled(input.minimum ?? input.maximum == nil ? "" : "\(range[0]) to \(range[1])"),
            ])
        }
        console.show(inputs)

        console.heading("Parameters and outputs")
        console.facts(
            clause.parameters.map {
                ($0.name.string, Styled(["\($0.value)", $0.unit?.string].compactMap { $0 }.joined(separator: " ")))
            }
                + clause.outputs.map {
                    (
                        $0.name.string,
                        .dim(["output", $0.unit.map { "in \($0)" }].compactMap { $0 }.joined(separator: " "))
                    )
                })

        console.heading("Terms")
        var terms = Table([.left("name"), .left("role"), .left("expression"), .left("unit"), .right("review band")])
        for term in clause.terms {
            terms.add([
                Styled(term.name.string), Styled(term.role.rawValue), .accent(term.expression.string),
                Styled(term.unit?.string ?? ""), Styled(term.reviewBand?.description ?? ""),
            ])
        }
        console.show(terms)

        guard !clause.actions.isEmpty else { return }
        console.heading("Actions")
        var actions = Table([.left("name"), .left("kind"), .left("on"), .left("to"), .left("what")])
        for action in clause.actions {
            actions.add([
                Styled(action.name.string), Styled(action.kind.rawValue),
                Styled(action.on.map(\.rawValue).joined(separator: ", ")), Styled(action.endpoint.string),
                Styled(action.summary),
            ])
        }
        console.show(actions)
    }

    private static func json(_ file: ClauseFile, _ warnings: [String]) -> JSON {
        let clause = file.clause
        return [
            "clause": clause.json, "digest": clause.digest.json, "file": .text(file.path), "id": clause.id.json,
            "warnings": .array(warnings.map { .text($0) }),
        ]
    }
}

extension Clause.OccurrenceRule {
    var summary: String {
        let range =
            [minimum, maximum].contains { $0 != nil }
            ? ", \(minimum.map { String($0) } ?? "…") to \(maximum.map { String($0) } ?? "…")" : ""
        return "\(name) (\(kind.rawValue)\(range))"
    }
}

extension Clause.ExecutionRule {
    var summary: String {
        var parts: [String] =
            switch tier {
            case .single: ["single node"]
            case .quorum: ["\(quorum) of \(nodes)\(unanimous ? ", unanimous" : "")"]
            case .proof: ["one node proves, every validator verifies"]
            }
        if !distinct.isEmpty { parts.append("distinct by \(distinct.map(\.rawValue).joined(separator: " and "))") }
        if !jurisdictions.isEmpty { parts.append("in \(jurisdictions.map(\.string).joined(separator: ", "))") }
        parts.append("risk class \(riskClass.rawValue)")
        parts.append("attestation \(attestation.map(\.string).joined(separator: ", "))")
        return parts.joined(separator: ", ")
    }
}

extension Clause.Computation {
    var summary: String {
        "\(module.short)…, fuel \(ExactDecimal(fuel).grouped), \(memoryBytes >> 20) MiB, \(wallTimeMilliseconds) ms"
    }
}

extension Clause.Action {
    var summary: String {
        guard kind == .paymentInstruction, let limit, let currency, let rate, let payee else { return "" }
        return "\(rate) × \(limit.grouped) \(currency) to \(payee)"
    }
}
