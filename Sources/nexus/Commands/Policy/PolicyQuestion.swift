import ArgumentParser
import NexusBase
import NexusPolicy

/// What `eval` and `explain` are asked: one expression with variables, or a policy with a case.
struct PolicyQuestion: ParsableArguments {
    @Argument(help: "An expression.")
    var expression: String?

    @Option(
        name: [.customLong("var"), .customShort("v")],
        help: "A variable of the expression: NAME=TEXT, or NAME:TYPE=VALUE such as limit:decimal=24.5.")
    var variables: [String] = []

    @Option(help: "A policy instead of an expression.", completion: .file(extensions: ["json"]))
    var policy: String?

    @Option(
        help: "With --policy: the values of its variables, a file of JSON or the JSON itself.",
        completion: .file(extensions: ["json"]))
    var given: String?

    @OptionGroup var zones: TimeZoneOption

    func validate() throws {
        switch (expression, policy) {
        case (nil, nil): throw ValidationError("give an expression, or a policy with --policy")
        case (.some, .some): throw ValidationError("give an expression or --policy, not both")
        case (nil, .some) where given == nil: throw ValidationError("--policy needs the values: --given FILE")
        case (nil, .some) where !variables.isEmpty: throw ValidationError("--var is for expressions; use --given")
        case (.some, nil) where given != nil: throw ValidationError("--given is for --policy; use --var")
        default: break
        }
    }

    enum Answer {
        case expression(PolicyExpression, PolicyTrace.Outcome, PolicyTrace, cost: UInt64)
        case policy(Policy, PolicyDecision)
    }

    /// Throws `ExpressionFailure` where the text is not an expression; an evaluation that fails is an answer.
    func answer() throws -> Answer {
        if let policy {
            let file = try PolicyFile(policy, timeZones: zones.load())
            return .policy(file.policy, try file.policy.decide(given: try PolicyFile.given(given ?? "{}")))
        }
        let source = Text(expression ?? "")
        let assignments = try PolicyBindings.assignments(variables.map { Text($0) })
        let environment = PolicyEnvironment(
            declaring: assignments.map(\.variable), timeZones: try zones.load())
        let compiled: PolicyExpression
        do { compiled = try PolicyExpression(source, in: environment) } catch let error as PolicyError {
            throw ExpressionFailure(PolicyDiagnostic(error, in: source))
        }
        let (outcome, trace, cost) = compiled.explain(
            try compiled.bindings(assignments.map { ($0.variable.name, $0.value) }))
        return .expression(compiled, outcome, trace, cost: cost)
    }
}

extension PolicyDecision {
    func show(on console: Console) {
        console.say(isPermitted ? "\(good: console.marks.done) permitted" : "\(bad: console.marks.failed) refused")
        for refusal in refusals { console.say("  \(bold: refusal.rule.string)  \(refusal.sentence)") }
        for (notify, finding) in notifications {
            console.say("  \(accent: notify.string) must be told: \(finding.explanation) (\(finding.because))")
        }
    }
}

extension PolicyTrace {
    func show(on console: Console, indent: Int = 2) {
        for line in outline {
            let margin = String(repeating: " ", count: indent + line.depth * 2)
            console.say("\(margin)\(accent: line.source)  \(dim: "is") \(line.outcome)")
        }
    }
}
