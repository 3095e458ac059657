import NexusBase
import NexusClause
import NexusPolicy

/// A clause as the core works with it: one shared copy, with its policies compiled.
final class Agreement: Sendable {
    let clause: Clause
    /// The clause's own policies, or why they do not compile.
    let policies: Result<[CompiledPolicy], OrchestrationError>

    init(_ clause: Clause) {
        self.clause = clause
        do {
            policies = .success(try clause.governance.policies.map(CompiledPolicy.init))
        } catch let error as OrchestrationError {
            policies = .failure(error)
        } catch {
            policies = .failure(OrchestrationError(.refused, "\(error)"))
        }
    }
}

/// A clause's own policy, compiled against what the filter knows.
struct CompiledPolicy: Sendable {
    let rule: Clause.GovernanceRule.Policy
    let expression: PolicyExpression

    /// What clause policies may name.
    static let environment = PolicyEnvironment(variables: [
        ("clause", .map(.string, .dyn)), ("event", .map(.string, .dyn)), ("operators", .list(.dyn)),
        ("jurisdictions", .list(.string)), ("now", .timestamp),
    ])

    init(_ rule: Clause.GovernanceRule.Policy) throws {
        self.rule = rule
        do {
            expression = try PolicyExpression.condition(rule.expression, in: Self.environment)
        } catch let error as PolicyError {
            throw OrchestrationError(
                .refused, "the clause's policy does not compile: \(error.message)", at: rule.name.string, cause: error)
        }
    }
}

extension Orchestrator {
    /// The shared copy of a published clause.
    mutating func agreement(_ clause: Clause) -> Agreement {
        if let known = agreements[clause.digest] { return known }
        let made = Agreement(clause)
        agreements[clause.digest] = made
        return made
    }
}
