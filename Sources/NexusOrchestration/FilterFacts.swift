import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusPolicy
import NexusTrust

/// What is known at a step, as policies name it (Documentation/Formats/policy-v1.md, "On a rail"). Each fact is made when
/// a policy first reads it.
struct FilterFacts {
    let step: FilterStep
    let subject: FilterSubject
    let context: StepContext
    private var known = JSONObject()

    init(_ step: FilterStep, _ subject: FilterSubject, _ context: StepContext) {
        self.step = step
        self.subject = subject
        self.context = context
    }

    mutating func values(of names: [Text], in core: Orchestrator) -> JSONObject {
        var values = JSONObject()
        for name in names {
            if known[name] == nil { known[name] = fact(name, core) }
            values[name] = known[name]
        }
        return values
    }

    private func fact(_ name: Text, _ core: Orchestrator) -> JSON? {
        switch name {
        case "rail": core.rail.json
        case "step": .text(step.rawValue)
        case "now": context.now.json
        case "clause": clause
        case "event":
            [
                "occurrence": .string(subject.occurrence), "source": .string(subject.trigger.source),
                "type": .string(subject.trigger.kind),
            ]
        case "operators":
            .array(core.snapshot.operators.filter { $0.revokedBy == nil }.map { .string($0.name) })
        case "jurisdictions":
            .array(core.snapshot.operators.filter { $0.revokedBy == nil }.map { .string($0.jurisdiction) })
        case "inputs": .array(subject.clause.inputs.map(\.fact))
        case "nodes": .array(nodes(core))
        case "actions": .array(actions(core))
        case "approvals": .array(approvals(core))
        case "job": job
        default: nil
        }
    }

    private var clause: JSON {
        let clause = subject.clause
        let rule = clause.execution
        let places = rule.jurisdictions.isEmpty ? [clause.jurisdiction] : rule.jurisdictions
        return [
            "domain": .string(clause.domain), "id": clause.id.json, "issuer": .string(clause.id.issuer),
            "jurisdiction": .string(clause.jurisdiction), "jurisdictions": .array(places.map { .string($0) }),
            "nodes": .int(rule.nodes), "quorum": .int(rule.quorum), "riskClass": .text(rule.riskClass.rawValue),
            "tier": .text(rule.tier.rawValue),
        ]
    }

    /// Every node that was sent the job, and those that are about to be.
    private func nodes(_ core: Orchestrator) -> [JSON] {
        var facts: [JSON] = []
        var seen: Set<DID> = []
        for attempt in subject.job?.attempts ?? [] where seen.insert(attempt.node).inserted {
            facts.append(node(attempt.node, attempt.operator, attempt.jurisdiction, core))
        }
        for did in subject.chosen where seen.insert(did).inserted {
            guard let known = core.nodes[did] else { continue }
            facts.append(node(did, known.binding.operator, known.binding.jurisdiction, core))
        }
        return facts
    }

    private func node(_ did: DID, _ operator: DID, _ jurisdiction: Text, _ core: Orchestrator) -> JSON {
        [
            "attestation": core.nodes[did].map { .string($0.attestation) },
            "credentials": .array(core.credentials(of: did, at: context.now)), "id": did.json,
            "jurisdiction": .string(jurisdiction),
            "operator": `operator`.json,
        ]
    }

    private func actions(_ core: Orchestrator) -> [JSON] {
        guard step == .release, let job = subject.job else {
            return subject.clause.actions.map { $0.fact(amount: nil) }
        }
        return core.due(job).map { $0.action.fact(amount: $0.amount) }
    }

    private func approvals(_ core: Orchestrator) -> [JSON] {
        guard let job = subject.job, let decision = job.decision else { return [] }
        return core.snapshot.approvals(of: job.id, result: decision.result).map {
            ["by": $0.by.json, "entry": .int($0.entry)]
        }
    }

    private var job: JSON {
        guard let job = subject.job else { return .object(JSONObject()) }
        let isReleased = step == .release
        return [
            "id": job.id.json, "occurrenceId": job.occurrenceID.json,
            "result": isReleased ? job.decision?.result?.json : nil,
            "signal": isReleased ? job.signal.map { .text($0.rawValue) } : nil,
        ]
    }
}

extension QuorumStatement.Decision {
    /// The result that nodes agree on; nil for people's word.
    var result: Digest? {
        switch self {
        case .quorum(let digest, _): digest
        case .override: nil
        }
    }
}

extension Clause.Input {
    fileprivate var fact: JSON {
        [
            "kind": .text(kind.rawValue), "name": .string(name), "personal": .bool(residency != nil),
            "residency": residency.map { .string($0) },
        ]
    }
}

extension Clause.Action {
    fileprivate func fact(amount: ExactDecimal?) -> JSON {
        [
            "amount": amount?.json, "currency": currency.map { .string($0) }, "endpoint": .string(endpoint),
            "kind": .text(kind.rawValue), "limit": limit?.json, "name": .string(name),
            "payee": payee.map { .string($0) },
        ]
    }
}
