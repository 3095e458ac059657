public import NexusBase
import NexusPolicy

/// What a term came to, as it stands in a signed result.
public struct Term: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        case pass = "PASS"
        case fail = "FAIL"
        /// The expression could not be evaluated (a division by zero, a value out of range).
        case undecided = "UNDECIDED"
    }

    public let name: Text
    public let expression: Text
    /// Left and right side, and how far the condition holds (positive) or fails (negative); where it is a comparison.
    public let observed: Text?
    public let threshold: Text?
    public let margin: ExactDecimal?
    public let unit: Text?
    public let verdict: Verdict

    public var json: JSON {
        [
            "expression": .string(expression), "margin": margin?.json, "name": .string(name),
            "observed": observed.map { .string($0) }, "threshold": threshold.map { .string($0) },
            "unit": unit.map { .string($0) }, "verdict": .text(verdict.rawValue),
        ]
    }

    public init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        name = try fields.text("name")
        expression = try fields.text("expression")
        observed = try fields.optionalText("observed")
        threshold = try fields.optionalText("threshold")
        margin = try fields.optionalDecimal("margin")
        unit = try fields.optionalText("unit")
        verdict = try fields.choice("verdict")
        try fields.finish()
    }

    init(_ rule: Clause.TermRule, observed: Text?, threshold: Text?, margin: ExactDecimal?, verdict: Verdict) {
        name = rule.name
        expression = rule.expression
        self.observed = observed
        self.threshold = threshold
        self.margin = margin
        unit = rule.unit
        self.verdict = verdict
    }
}

/// A term's expression, compiled against the names of its clause.
struct TermExpression {
    private let rule: Clause.TermRule
    private let expression: PolicyExpression

    /// Throws `clause.bad-expression`.
    init(_ rule: Clause.TermRule, in clause: Clause) throws {
        self.rule = rule
        let inputs = clause.inputs.map { ($0.name, $0.kind == .decimal ? PolicyType.decimal : .string) }
        let numbers = clause.parameters.map(\.name) + clause.outputs.map(\.name)
        let environment = PolicyEnvironment(variables: inputs + numbers.map { ($0, .decimal) })
        do {
            expression = try PolicyExpression.condition(rule.expression, in: environment)
        } catch let error as PolicyError {
            throw ClauseError(
                .badExpression, "\(error.message) in \"\(rule.expression)\"", at: error.place, cause: error)
        }
    }

    func evaluate(_ bindings: [(Text, PolicyValue)]) -> Term {
        guard let evaluation = try? expression.evaluate(bindings), case .bool(let holds) = evaluation.value
        else { return Term(rule, observed: nil, threshold: nil, margin: nil, verdict: .undecided) }
        let comparison = evaluation.trace.comparison
        return Term(
            rule, observed: comparison?.observed.plainText, threshold: comparison?.threshold.plainText,
            margin: comparison?.margin?.decimal, verdict: holds ? .pass : .fail)
    }
}

extension PolicyValue {
    fileprivate var decimal: ExactDecimal? {
        switch self {
        case .decimal(let value): value
        case .int(let value): ExactDecimal(Int(value))
        default: nil
        }
    }
}
