import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

extension Orchestrator {
    /// Gives nodes to waiting jobs, in order, as far as nodes and quotas go; those whose attempts are to be replaced
    /// come first.
    mutating func schedule(_ context: StepContext) {
        var outgoing = Outgoing()
        replaceWanting(context, &outgoing)
        waiting.beginRound()
        while let (line, place) = waiting.next {
            // One that was withdrawn meanwhile may have been let go of.
            guard jobs.row(at: place)?.status == .waiting else {
                waiting.removeFirst(of: line)
                continue
            }
            let choice = choose(jobs[place].rule.nodes, for: jobs[place], context)
            let isActive = stages[jobs[place].clause] == .active
            guard choice.nodes.count >= jobs[place].rule.needed || !isActive else {
                let reason = choice.shortage(jobs[place].rule.needed)
                jobs[place].waitingBecause = reason
                waiting.stall(line, because: reason)
                continue
            }
            waiting.removeFirst(of: line)
            guard allows(.scheduling, place, choosing: choice.nodes, context) else { continue }
            jobs[place].status = .running
            jobs[place].waitingBecause = nil
            journal("schedule", choice, for: place, asked: jobs[place].rule.nodes)
            for node in choice.nodes { attempt(place, on: node, context, &outgoing) }
        }
        send(outgoing)
    }

    /// The nodes chosen for a job and why the others were not.
    struct Choice {
        var nodes: [DID] = []
        var passedOver: [(node: DID, reason: Text)] = []

        func shortage(_ needed: Int) -> Text {
            let reasons = passedOver.map { "\($0.node.short) \($0.reason)" }.joined(separator: ", ")
            return Text(
                clipping: "\(nodes.count) eligible nodes of distinct parties, \(needed) needed; " + reasons,
                to: OrchestrationLimits.messageBytesMax)
        }
    }

    /// Eligibility first; among the eligible the more reliable, the less loaded, the faster, and then by a hash of job
    /// and node, so that no node is first by its name.
    func choose(_ count: Int, for job: Job, _ context: StepContext) -> Choice {
        let rule = job.rule
        var choice = Choice()
        var eligible: [(place: Int, tie: Digest)] = []
        for (place, node) in nodes.all.enumerated() {
            if let reason = ineligibility(node, for: job, rule, context) {
                choice.passedOver.append((node.did, reason))
            } else {
                eligible.append((place, Framed.digest("nexus/choice/v1", job.id.bytes, node.did.text.bytes)))
            }
        }
        let all = nodes.all
        eligible.sort { left, right in
            let (l, r) = (left.place, right.place)
            // In steps of 100, so that a small slip does not outweigh a full queue.
            let (ours, theirs) = (all[l].reliability / 100, all[r].reliability / 100)
            if ours != theirs { return ours > theirs }
            if all[l].load != all[r].load { return all[l].load < all[r].load }
            if all[l].latencyMilliseconds != all[r].latencyMilliseconds {
                return all[l].latencyMilliseconds < all[r].latencyMilliseconds
            }
            return left.tie < right.tie
        }
        let standing = job.attempts.filter { !$0.isReplaced }
        let places = eligible.map(\.place)
        // The engine is part of the result: nodes that run different ones could not agree.
        var engines: [Engine] = []
        if let engine = standing.first?.engine {
            engines = [engine]
        } else {
            for place in places where !engines.contains(all[place].engine) { engines.append(all[place].engine) }
        }
        var best = Choice()
        for engine in engines {
            let found = pick(count, places, of: engine, rule, beside: standing)
            if found.nodes.count > best.nodes.count || best.passedOver.isEmpty && best.nodes.isEmpty { best = found }
            if best.nodes.count == count { break }
        }
        choice.nodes = best.nodes
        choice.passedOver += best.passedOver
        return choice
    }

    /// The first of the eligible nodes, in their order, that run one engine and are of distinct parties.
    private func pick(
        _ count: Int, _ places: [Int], of engine: Engine, _ rule: Clause.ExecutionRule,
        beside standing: [Job.Attempt]
    ) -> Choice {
        let all = nodes.all
        var choice = Choice()
        var operators = Set(standing.map(\.operator))
        var jurisdictions = Set(standing.map(\.jurisdiction))
        for place in places {
            let (node, owner) = (all[place].did, all[place].binding.operator)
            if choice.nodes.count == count {
                choice.passedOver.append((node, "not needed"))
            } else if all[place].engine != engine {
                choice.passedOver.append((node, "runs another engine"))
            } else if operators.contains(owner) {
                choice.passedOver.append((node, "operator has a node in this job"))
            } else if rule.distinct.contains(.jurisdiction), jurisdictions.contains(all[place].binding.jurisdiction) {
                choice.passedOver.append((node, "jurisdiction has a node in this job"))
            } else {
                operators.insert(owner)
                jurisdictions.insert(all[place].binding.jurisdiction)
                choice.nodes.append(node)
            }
        }
        return choice
    }

    private func ineligibility(
        _ node: NodePopulation.Node, for job: Job, _ rule: Clause.ExecutionRule, _ context: StepContext
    ) -> Text? {
        if node.session == nil { return "away" }
        if let reason = reasonAgainst(node, at: context.now) { return reason }
        if context.now >= node.binding.expiresAt { return "binding expired" }
        if !rule.jurisdictions.isEmpty, !rule.jurisdictions.contains(node.binding.jurisdiction) {
            return "jurisdiction not allowed"
        }
        if !rule.attestation.contains(node.attestation) { return "attestation not accepted" }
        for attempt in job.attempts where attempt.node == node.did {
            if attempt.statement != nil { return "answered already" }
            if attempt.isOpen { return "is running it" }
        }
        if node.load >= configuration.nodeQuota { return "node quota" }
        if nodes.load(ofOperator: node.binding.operator) >= configuration.operatorQuota { return "operator quota" }
        if nodes.load(in: node.binding.jurisdiction) >= configuration.jurisdictionQuota { return "jurisdiction quota" }
        return nil
    }

    mutating func journal(_ kind: StaticString, _ choice: Choice, for place: Int, asked: Int) {
        decide(
            kind,
            [
                "asked": .int(asked), "chosen": .array(choice.nodes.map(\.json)), "job": jobs[place].id.json,
                "passedOver": .array(
                    choice.passedOver.map { ["node": $0.node.json, "reason": .string($0.reason)] }),
            ])
    }
}
