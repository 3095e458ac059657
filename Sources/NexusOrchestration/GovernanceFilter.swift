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

/// When the filter runs; each time with what is known then.
enum FilterStep: String {
    case event, inputs, scheduling, certification, release
}

/// What the filter is asked about.
struct FilterSubject {
    let agreement: Agreement
    let occurrence: Text
    let trigger: TriggerEvent
    var job: Digest?

    var clause: Clause { agreement.clause }
}

extension FilterSubject {
    init(_ job: Job) {
        self.init(agreement: job.agreement, occurrence: job.occurrence, trigger: job.trigger, job: job.id)
    }
}

extension Orchestrator {
    /// Makes the checks of a step and journals them all, with their values. Throws `orchestration.refused` with the
    /// first that fails.
    mutating func filter(
        _ step: FilterStep, _ subject: FilterSubject, inputs commitment: Digest? = nil, _ context: StepContext
    ) throws {
        var checks = [lifecycleCheck(step, subject.clause)]
        switch step {
        case .event:
            checks += eventChecks(subject, context)
            checks.append(populationCheck(subject.clause))
            checks += try policyChecks(subject, context)
        case .inputs: checks.append(inputCheck(subject.clause, commitment))
        case .scheduling: checks += try policyChecks(subject, context)
        case .certification, .release: break
        }
        let clause = subject.clause
        var record: JSONObject = [
            "checks": .array(checks.map(\.json)), "clause": clause.id.json,
            "occurrence": .string(subject.occurrence), "step": .text(step.rawValue),
        ]
        record["job"] = subject.job?.json
        decide("filter", record)
        guard let failed = checks.first(where: { !$0.holds }) else { return }
        let policy = clause.governance.policies.first { $0.name == failed.name }
        throw OrchestrationError(
            .refused,
            "\(policy?.because.string ?? "the check \(failed.name) failed"): \(failed.expression) with "
                + JSON.object(failed.values).canonicalString, at: "\(step.rawValue).\(failed.name)")
    }

    /// Work begins under an active clause only. What nodes signed while it was active still counts when a newer version
    /// took its place, but not when people ended it.
    private func lifecycleCheck(_ step: FilterStep, _ clause: Clause) -> FilterCheck {
        let stage = stages[clause.digest] ?? .draft
        let isLate = step == .certification || step == .release
        return FilterCheck(
            name: "lifecycle", expression: isLate ? "stage in [active, superseded]" : "stage == active",
            values: ["stage": .text(stage.rawValue)], holds: stage == .active || isLate && stage == .superseded)
    }

    /// The inputs bind and lead to one commitment: reached only when each was checked against its rule and feed.
    private func inputCheck(_ clause: Clause, _ commitment: Digest?) -> FilterCheck {
        FilterCheck(
            name: "inputs", expression: "every input is bound, those of feeds as their feeds signed them",
            values: [
                "commitment": commitment?.json ?? .null, "inputs": .array(clause.inputs.map { .string($0.name) }),
            ],
            holds: commitment != nil)
    }

    private func eventChecks(_ subject: FilterSubject, _ context: StepContext) -> [FilterCheck] {
        let clause = subject.clause
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
                    "type": .string(subject.trigger.kind),
                ], holds: clause.trigger.kinds.contains { Text($0.rawValue) == subject.trigger.kind }),
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
        let operators = Set(fit.map(\.did)).count
        let distinct =
            rule.distinct.contains(.jurisdiction) ? min(operators, Set(fit.map(\.jurisdiction)).count) : operators
        return FilterCheck(
            name: "population", expression: "distinct >= needed",
            values: ["distinct": .int(distinct), "needed": .int(rule.needed)], holds: distinct >= rule.needed)
    }

    private func policyChecks(_ subject: FilterSubject, _ context: StepContext) throws -> [FilterCheck] {
        let policies = try subject.agreement.policies.get()
        guard !policies.isEmpty else { return [] }
        let clause = subject.clause
        let operators = snapshot.operators.filter { $0.revokedBy == nil }
        let clauseValue: JSON = [
            "domain": .string(clause.domain), "id": clause.id.json, "jurisdiction": .string(clause.jurisdiction),
            "quorum": .int(clause.execution.quorum), "riskClass": .text(clause.execution.riskClass.rawValue),
        ]
        let eventValue: JSON = [
            "occurrence": .string(subject.occurrence), "source": .string(subject.trigger.source),
            "type": .string(subject.trigger.kind),
        ]
        let names: JSON = .array(operators.map { .string($0.name) })
        let places: JSON = .array(operators.map { .string($0.jurisdiction) })
        let bindings: [(Text, PolicyValue)] = [
            ("clause", PolicyValue(json: clauseValue)), ("event", PolicyValue(json: eventValue)),
            ("operators", PolicyValue(json: names)), ("jurisdictions", PolicyValue(json: places)),
            ("now", .timestamp(try PolicyTimestamp(context.now))),
        ]
        return policies.map { policy in
            let evaluation = try? policy.expression.evaluate(bindings)
            var holds = false
            if case .bool(true)? = evaluation?.value { holds = true }
            return FilterCheck(
                name: policy.rule.name, expression: policy.rule.expression,
                values: ["clause": clauseValue, "event": eventValue, "jurisdictions": places, "operators": names],
                holds: holds)
        }
    }
}

extension Clause.ExecutionRule {
    /// How many distinct parties must agree.
    var needed: Int { unanimous ? nodes : quorum }
}
