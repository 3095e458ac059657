import ArgumentParser
import NexusBase
import NexusPolicy

struct PolicyEvalCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate an expression, or decide a case by a policy.",
        discussion: """
            EXAMPLES
              nexus policy eval 'index > attach' --var index:decimal=24.105 --var attach:decimal=24
              nexus policy eval --policy Examples/policies/jurisdiction.json --given case.json

            Status 0: there is a value, or the policy permits. Status 1: the policy refuses. Status 3: the expression, \
            the policy or a value has an error, or the evaluation failed.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @OptionGroup var question: PolicyQuestion

    func run(on console: Console) async throws {
        switch try question.answer() {
        case .expression(let expression, .value(let value), _, let cost):
            console.say(Styled(value.literal.string))
            console.result([
                "cost": .int(Int(clamping: cost)), "type": .text("\(expression.resultType)"),
                "tzdata": expression.timeZoneVersion.map { .string($0) }, "value": value.json,
            ])
        case .expression(let expression, .failure(let error), _, _):
            throw ExpressionFailure(PolicyDiagnostic(error, in: expression.source))
        case .policy(_, let decision):
            decision.show(on: console)
            console.result(decision.json)
            if !decision.isPermitted { throw ExitCode(ExitStatus.no.rawValue) }
        }
    }
}

struct PolicyExplainCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "As eval, and say why: every part with its value, comparisons with their margin.",
        discussion: """
            EXAMPLES
              nexus policy explain 'index > attach' --var index:decimal=24.105 --var attach:decimal=24
              nexus policy explain --policy Examples/policies/jurisdiction.json --given case.json

            Statuses are those of eval, except that an evaluation that failed is explained and ends with status 1.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @OptionGroup var question: PolicyQuestion

    func run(on console: Console) async throws {
        switch try question.answer() {
        case .expression(let expression, let outcome, let trace, let cost):
            console.say(Styled(trace.explanation))
            console.heading("Parts")
            trace.show(on: console)
            console.result([
                "cost": .int(Int(clamping: cost)), "explanation": .text(trace.explanation), "trace": trace.json,
                "tzdata": expression.timeZoneVersion.map { .string($0) },
            ])
            if case .failure = outcome { throw ExitCode(ExitStatus.no.rawValue) }
        case .policy(_, let decision):
            decision.show(on: console)
            for finding in decision.refusals + decision.notifications.map(\.finding) {
                console.heading(finding.rule.string)
                finding.trace.show(on: console)
            }
            console.result(decision.json)
            if !decision.isPermitted { throw ExitCode(ExitStatus.no.rawValue) }
        }
    }
}
