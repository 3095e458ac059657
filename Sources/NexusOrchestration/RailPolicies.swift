import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusPolicy

/// What an active policy of the rail says at a step.
struct PolicyVerdict {
    let published: GovernanceSnapshot.PublishedPolicy
    let values: JSONObject
    let decision: PolicyDecision

    /// The digest names the rules; what refuses or notifies carries its trace.
    var json: JSON {
        func finding(_ finding: PolicyDecision.Finding) -> JSONObject {
            [
                "because": .string(finding.because), "rule": .string(finding.rule), "sentence": .text(finding.sentence),
                "trace": finding.trace.journaled,
            ]
        }
        var object: JSONObject = [
            "cost": .int(Int(clamping: decision.cost)), "digest": published.digest.json,
            "permitted": .bool(decision.isPermitted), "policy": .string(published.policy.id),
            "values": .object(values),
        ]
        if !decision.refusals.isEmpty { object["refusals"] = .array(decision.refusals.map { .object(finding($0)) }) }
        if !decision.notifications.isEmpty {
            object["notifications"] = .array(
                decision.notifications.map { notification in
                    var told = finding(notification.finding)
                    told["notify"] = .string(notification.notify)
                    return .object(told)
                })
        }
        return .object(object)
    }
}

extension Orchestrator {
    /// Asks every active policy of the rail, in order of publication. `notify` rules are asked at release only.
    func railPolicies(_ facts: inout FilterFacts) -> [PolicyVerdict] {
        var verdicts: [PolicyVerdict] = []
        let isRelease = facts.step == .release
        for published in snapshot.policies where published.stage == .active {
            let policy = published.policy
            let names = policy.environment.variables.map(\.name).filter { name in
                !policy.constants.contains { $0.name == name }
            }
            let values = facts.values(of: names, in: self)
            verdicts.append(
                PolicyVerdict(
                    published: published, values: values,
                    decision: policy.decide(
                        values, limits: FilterLimits.policy, costMax: OrchestrationLimits.policyCostMax
                    ) { isRelease || $0.effect != .notify }))
        }
        return verdicts
    }

    /// Tells those whom policies name, once for an occurrence, or a correction of it, and a rule, however often the
    /// release is looked at.
    mutating func notify(_ verdicts: [PolicyVerdict], _ subject: FilterSubject, _ context: StepContext) {
        guard let job = subject.job, let signal = job.signal else { return }
        for verdict in verdicts {
            for (endpoint, finding) in verdict.decision.notifications {
                let policy = verdict.published
                let id = JobIdentity.notificationID(
                    occurrenceID: job.occurrenceID, policy: policy.digest, rule: finding.rule,
                    correction: job.correction)
                guard deliveries.notified.insert(id).inserted else { continue }
                enqueue(
                    Effect.ActionDelivery(
                        id: id, job: job.id, occurrence: job.occurrence, clauseID: job.clauseID,
                        action: .notice(finding.rule, to: endpoint, on: signal), signal: signal, rate: nil, amount: nil,
                        delivery: 0,
                        notice: .init(
                            policy: policy.policy.id, because: finding.because,
                            explanation: Text(
                                clipping: finding.explanation, to: OrchestrationLimits.messageBytesMax))), context)
            }
        }
    }

    /// Step 9, once a certificate is out: its actions, or why they are withheld.
    mutating func act(on place: Int, _ context: StepContext) {
        do {
            try filter(.release, FilterSubject(jobs[place]), context)
            withheld.removeAll { $0 == place }
            jobs[place].waitingBecause = nil
            fire(place, context)
        } catch {
            let reason = "its actions are withheld: \(error)"
            if !withheld.contains(place) { withheld.append(place) }
            jobs[place].waitingBecause = Text(clipping: reason, to: OrchestrationLimits.messageBytesMax)
            let message = "job \(jobs[place].id.short) of \(jobs[place].clauseID): \(reason)"
            effects.append(.alert(.init(kind: .refusal, job: jobs[place].id, message: message)))
        }
    }

    /// Looks again at certified jobs whose actions are withheld, when what people decided may let them through.
    mutating func reconsider(_ decision: Proposal.Decision, _ context: StepContext) {
        switch decision {
        case .approveJob(let id, _, _): for place in withheld where jobs[place].id == id { release(place, context) }
        case .advancePolicy: for place in withheld { release(place, context) }
        default: break
        }
    }

    /// Only a decided job is approved, and with the result that was decided.
    func checkApproval(of id: Digest, result: Digest?) throws {
        let decided: Digest?
        switch jobs.place(of: id).flatMap(jobs.row) {
        case .kept(let job) where job.decision != nil: decided = job.decision?.result
        case .settled(let job) where job.status == .certified: decided = job.result
        default: throw OrchestrationError(.refused, "only a decided job is approved", at: "jobId")
        }
        guard decided == result else {
            throw OrchestrationError(.refused, "another result was decided for this job", at: "result")
        }
    }
}
