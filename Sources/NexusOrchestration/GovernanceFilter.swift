import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusPolicy
import NexusTrust

/// When the filter runs; each time with what is known then.
enum FilterStep: String {
    case event, inputs, scheduling, certification, release
}

/// What the filter is asked about.
struct FilterSubject {
    let agreement: Agreement
    let occurrence: Text
    let trigger: TriggerEvent
    /// Nil before the event made one.
    var job: Job?
    /// Nodes chosen for it that have no attempt yet.
    var chosen: [DID] = []

    var clause: Clause { agreement.clause }
}

extension FilterSubject {
    init(_ job: Job, choosing chosen: [DID] = []) {
        self.init(
            agreement: job.agreement, occurrence: job.occurrence, trigger: job.trigger, job: job, chosen: chosen)
    }
}

extension Orchestrator {
    /// Makes the checks of a step, asks every active policy of the rail, and journals it all with the values; what
    /// refuses is journaled with its trace. Throws `orchestration.refused` with each refusal as a sentence.
    mutating func filter(_ step: FilterStep, _ subject: FilterSubject, _ context: StepContext) throws {
        var facts = FilterFacts(step, subject, context)
        var checks = [lifecycleCheck(step, subject.clause)]
        switch step {
        case .event:
            checks += eventChecks(subject, context)
            checks.append(populationCheck(subject.clause))
            checks += try clausePolicyChecks(subject, &facts)
        case .inputs: checks.append(inputCheck(subject))
        case .scheduling: checks += try clausePolicyChecks(subject, &facts)
        case .certification, .release: break
        }
        let policies = railPolicies(&facts)
        var record: JSONObject = [
            "checks": .array(checks.map(\.json)), "clause": subject.clause.id.json,
            "occurrence": .string(subject.occurrence), "step": .text(step.rawValue),
        ]
        record["job"] = subject.job?.id.json
        if !policies.isEmpty { record["policies"] = .array(policies.map(\.json)) }
        decide("filter", record)
        if step == .release { notify(policies, subject, context) }

        let failed = checks.filter { !$0.holds }.map { (name: $0.name, sentence: $0.sentence) }
        let refused = policies.flatMap { one in
            one.decision.refusals.map {
                (name: Text("\(one.published.policy.id)/\($0.rule)"), sentence: $0.sentence)
            }
        }
        guard let first = (failed + refused).first else { return }
        let sentences = (failed + refused).map(\.sentence).joined(separator: "; ")
        throw OrchestrationError(
            .refused, Text(clipping: sentences, to: OrchestrationLimits.messageBytesMax).string,
            at: "\(step.rawValue).\(first.name)")
    }

    /// Runs the filter for a job; one that fails is for people to decide.
    mutating func allows(
        _ step: FilterStep, _ place: Int, choosing chosen: [DID] = [], _ context: StepContext
    ) -> Bool {
        do {
            try filter(step, FilterSubject(jobs[place], choosing: chosen), context)
            return true
        } catch {
            freeze(place, because: "\(error)", context)
            return false
        }
    }

    /// Work begins under an active clause only. What nodes signed while it was active still counts when a newer version
    /// took its place, but not when people ended it.
    private func lifecycleCheck(_ step: FilterStep, _ clause: Clause) -> FilterCheck {
        let isLate = step == .certification || step == .release
        let check = isLate ? FilterCheck.Rule.lateLifecycle : .lifecycle
        return check.check(["stage": .text((stages[clause.digest] ?? .draft).rawValue)])
    }

    /// The inputs bind and lead to one commitment: reached only when each was checked against its rule and feed.
    private func inputCheck(_ subject: FilterSubject) -> FilterCheck {
        FilterCheck.Rule.inputs.check([
            "bound": .array(subject.job?.inputNames.map { .string($0) } ?? []),
            "commitment": subject.job?.inputCommitment.json ?? "",
            "inputs": .array(subject.clause.inputs.map { .string($0.name) }),
        ])
    }

    private func eventChecks(_ subject: FilterSubject, _ context: StepContext) -> [FilterCheck] {
        let clause = subject.clause
        let window = clause.validity
        return [
            FilterCheck.Rule.window.check([
                "from": window.from.json, "now": context.now.json, "until": window.until?.json ?? .null,
            ]),
            FilterCheck.Rule.trigger.check([
                "kinds": .array(clause.trigger.kinds.map { .text($0.rawValue) }), "type": .string(subject.trigger.kind),
            ]),
            FilterCheck.Rule.tier.check([
                "riskClass": .text(clause.execution.riskClass.rawValue),
                "tier": .text(clause.execution.tier.rawValue),
            ]),
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
        return FilterCheck.Rule.population.check(["distinct": .int(distinct), "needed": .int(rule.needed)])
    }

    /// The clause's own policies.
    private func clausePolicyChecks(_ subject: FilterSubject, _ facts: inout FilterFacts) throws -> [FilterCheck] {
        try subject.agreement.policies.get().map { policy in
            policy.rule.check(facts.values(of: policy.variables, in: self))
        }
    }
}

extension Clause.ExecutionRule {
    /// How many distinct parties must agree.
    var needed: Int { unanimous ? nodes : quorum }
}
