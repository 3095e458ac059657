import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusPolicy
import NexusTrust

/// One check of the governance filter: what was asked, of which values, and what came out.
struct FilterCheck {
    let name: Text
    let expression: Text
    let values: JSONObject
    let holds: Bool

    var json: JSON {
        [
            "expression": .string(expression), "holds": .bool(holds), "name": .string(name), "values": .object(values),
        ]
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
}

/// When the filter runs; each time with what is known then.
enum FilterStep: String {
    case event, inputs, scheduling, certification, release
}

extension Orchestrator {
    /// Runs the filter and journals every check. Throws `orchestration.refused` with the first check that fails.
    mutating func filter(
        _ step: FilterStep, _ published: GovernanceSnapshot.PublishedClause, _ event: Event, _ context: StepContext
    ) throws {
        let clause = published.clause
        // What nodes signed while the clause was active stays good when a newer version takes its place.
        let isStanding = step == .certification || step == .release
        let stages: [LifecycleStage] = isStanding ? [.active, .superseded] : [.active]
        var checks = [
            FilterCheck(
                name: "lifecycle", expression: isStanding ? "stage in [active, superseded]" : "stage == active",
                values: ["stage": .text(published.stage.rawValue)], holds: stages.contains(published.stage))
        ]
        if step == .event {
            checks += eventChecks(clause, event, context)
            checks.append(populationCheck(clause))
        }
        if step == .event || step == .scheduling { checks += try policyChecks(clause, event, context) }
        let failed = checks.first { !$0.holds }
        if step == .event || failed != nil {
            decide(
                "filter",
                [
                    "checks": .array(checks.map(\.json)), "clause": clause.id.json, "step": .text(step.rawValue),
                    "occurrence": .string(event.occurrence),
                ])
        }
        guard let failed else { return }
        let policy = clause.governance.policies.first { $0.name == failed.name }
        throw OrchestrationError(
            .refused,
            "\(policy?.because.string ?? "the check \(failed.name) failed"): \(failed.expression) with "
                + JSON.object(failed.values).canonicalString, at: "\(step.rawValue).\(failed.name)")
    }

    /// The filter again, later in a job's life, with what is known then. Journals a failure and says why; nil if all
    /// holds.
    mutating func refusal(_ step: FilterStep, _ job: Job, _ context: StepContext) -> String? {
        guard let published = snapshot.clause(job.clause) else { return "the clause is gone" }
        let event = Event(
            clause: job.clause.text, occurrence: job.occurrence, trigger: job.trigger, inputs: [],
            supersedes: job.supersedes)
        do {
            try filter(step, published, event, context)
            return nil
        } catch {
            return (error as? any CodedFailure)?.message ?? "\(error)"
        }
    }

    private func eventChecks(_ clause: Clause, _ event: Event, _ context: StepContext) -> [FilterCheck] {
        let window = clause.validity
        let inWindow = window.from <= context.now && window.until.map { context.now < $0 } ?? true
        return [
            FilterCheck(
                name: "window", expression: "validity.from <= now && now < validity.until",
                values: ["from": window.from.json, "now": context.now.json, "until": window.until?.json ?? .null],
                holds: inWindow),
            FilterCheck(
                name: "trigger", expression: "event.type in trigger.kinds",
                values: [
                    "kinds": .array(clause.trigger.kinds.map { .text($0.rawValue) }),
                    "type": .string(event.trigger.kind),
                ], holds: clause.trigger.kinds.contains { Text($0.rawValue) == event.trigger.kind }),
            FilterCheck(
                name: "tier", expression: "riskClass allows tier",
                values: [
                    "riskClass": .text(clause.execution.riskClass.rawValue),
                    "tier": .text(clause.execution.tier.rawValue),
                ], holds: clause.execution.riskClass.allows(clause.execution.tier)),
        ]
    }

    /// The rail has enough approved operators, in the jurisdictions the clause names, for its quorum.
    private func populationCheck(_ clause: Clause) -> FilterCheck {
        let rule = clause.execution
        let fit = snapshot.operators.filter { known in
            known.revokedBy == nil && (rule.jurisdictions.isEmpty || rule.jurisdictions.contains(known.jurisdiction))
        }
        let distinct =
            rule.distinct.contains(.jurisdiction)
            ? min(Set(fit.map(\.did)).count, Set(fit.map(\.jurisdiction)).count) : Set(fit.map(\.did)).count
        return FilterCheck(
            name: "population", expression: "distinct >= quorum",
            values: ["distinct": .int(distinct), "quorum": .int(rule.quorum)], holds: distinct >= rule.quorum)
    }

    private mutating func policyChecks(
        _ clause: Clause, _ event: Event, _ context: StepContext
    ) throws -> [FilterCheck] {
        guard !clause.governance.policies.isEmpty else { return [] }
        let prepared = try prepare(clause)
        let operators = snapshot.operators.filter { $0.revokedBy == nil }
        let clauseValue: JSON = [
            "domain": .string(clause.domain), "id": clause.id.json, "jurisdiction": .string(clause.jurisdiction),
            "quorum": .int(clause.execution.quorum), "riskClass": .text(clause.execution.riskClass.rawValue),
        ]
        let eventValue: JSON = [
            "occurrence": .string(event.occurrence), "source": .string(event.trigger.source),
            "type": .string(event.trigger.kind),
        ]
        let names: JSON = .array(operators.map { .string($0.name) })
        let places: JSON = .array(operators.map { .string($0.jurisdiction) })
        let bindings: [(Text, PolicyValue)] = [
            ("clause", PolicyValue(json: clauseValue)), ("event", PolicyValue(json: eventValue)),
            ("operators", PolicyValue(json: names)), ("jurisdictions", PolicyValue(json: places)),
            ("now", .timestamp(try PolicyTimestamp(context.now))),
        ]
        return prepared.policies.map { policy in
            let evaluation = try? policy.expression.evaluate(bindings)
            var holds = false
            if case .bool(true)? = evaluation?.value { holds = true }
            return FilterCheck(
                name: policy.rule.name, expression: policy.rule.expression,
                values: ["clause": clauseValue, "event": eventValue, "jurisdictions": places, "operators": names],
                holds: holds)
        }
    }

    /// The clause with its policies compiled, once.
    mutating func prepare(_ clause: Clause) throws -> PreparedClause {
        if let prepared = evaluators[clause.digest] { return prepared }
        let policies = try clause.governance.policies.map { rule in
            do {
                return CompiledPolicy(
                    rule: rule,
                    expression: try PolicyExpression.condition(rule.expression, in: CompiledPolicy.environment))
            } catch let error as PolicyError {
                throw OrchestrationError(
                    .refused, "the clause's policy does not compile: \(error.message)", at: rule.name.string,
                    cause: error)
            }
        }
        let prepared = PreparedClause(clause: clause, policies: policies)
        evaluators[clause.digest] = prepared
        return prepared
    }
}
