import NexusBase
import NexusClause
import NexusGovernance
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
    let rule: FilterCheck.Rule
    /// The variables that it reads.
    let variables: [Text]

    /// What clause policies may name: the same as the policies of a rail.
    static let environment = PolicyEnvironment(declaring: RailPolicy.variables)

    init(_ rule: Clause.GovernanceRule.Policy) throws {
        do {
            let expression = try PolicyExpression.condition(rule.expression, in: Self.environment)
            self.rule = .init(name: rule.name, because: rule.because, when: expression)
            variables = expression.variablesRead
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
