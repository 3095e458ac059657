import NexusAttestation
package import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

extension NodePopulation.Node {
    /// Until when the node's evidence counts under a rule. Nil while there is none.
    func freshUntil(_ rule: AdmissionRule) -> Instant? {
        guard let evidence, let attestedAt else { return nil }
        let end = attestedAt + .seconds(rule.staleAfter)
        return evidence.validUntil.map { min($0, end) } ?? end
    }
}

extension Orchestrator {
    /// Why a node may not be given work now; nil if it may: its standing, and what its evidence is worth.
    func reasonAgainst(_ node: NodePopulation.Node, at now: Instant) -> Text? {
        snapshot.reasonAgainst(node: node.did, operator: node.binding.operator, at: now)
            ?? evidenceReason(node, at: now)
    }

    /// Why a node gets no work now, for listings; empty if it may.
    package func standing(of node: NodePopulation.Node, at now: Instant) -> Text { reasonAgainst(node, at: now) ?? "" }

    /// Until when a node's evidence counts under the rule in force, for listings. Nil without evidence, or a rule.
    package func freshness(of node: NodePopulation.Node) -> Instant? {
        snapshot.admissionRule.flatMap { node.freshUntil($0.rule) }
    }

    /// With an admission rule in force: whether the node's evidence was judged by it, is of the kind it was admitted
    /// with, and is fresh.
    private func evidenceReason(_ node: NodePopulation.Node, at now: Instant) -> Text? {
        guard let inForce = snapshot.admissionRule else { return nil }
        guard let evidence = node.evidence else { return "no evidence" }
        if let refusal = evidence.refusal { return Text("evidence refused: \(refusal)") }
        guard evidence.rule == inForce.digest else { return "evidence not judged by the rule in force" }
        guard snapshot.admission(of: node.did)?.attestation == evidence.kind else {
            return "evidence of another kind than the node was admitted with"
        }
        guard let until = node.freshUntil(inForce.rule), now < until else { return "stale evidence" }
        return nil
    }

    /// What others attested about a node and its operator, as far as it is in force: for policies that ask for
    /// competence.
    func credentials(of node: DID, at now: Instant) -> [JSON] { snapshot.claims(of: node, at: now) }

    /// Takes fresh evidence of a session that is open.
    mutating func attested(_ node: DID, _ session: Int, _ verdict: EvidenceVerdict, _ context: StepContext) {
        guard nodes[node]?.session == session else { return }
        if let refusal = verdict.refusal {
            decide("node.unattested", ["node": node.json, "reason": .string(refusal)])
            alert(node, "evidence of \(node.short) is refused: \(refusal)")
            nodes.change(node) { $0.evidence = verdict }
            return giveUp(node, because: "evidence refused", context)
        }
        nodes.change(node) { known in
            known.evidence = verdict
            known.attestedAt = context.now
            known.attestation = Text(verdict.kind.rawValue)
        }
        decide("node.attested", ["kind": .text(verdict.kind.rawValue), "node": node.json])
        isNodeFreed = true
        setEvidenceTimers(node)
        challengeIfOutdated(node, context)
    }

    /// Asks again where a rule came into force while evidence was judged by another.
    mutating func challengeIfOutdated(_ node: DID, _ context: StepContext) {
        guard let inForce = snapshot.admissionRule, let place = nodes.place(of: node),
            nodes.all[place].evidence?.rule != inForce.digest
        else { return }
        challenge(place, context)
    }

    /// When to ask a node again, and when what it showed counts no more.
    mutating func setEvidenceTimers(_ node: DID) {
        guard let rule = snapshot.admissionRule?.rule, let place = nodes.place(of: node),
            let attestedAt = nodes.all[place].attestedAt, let until = nodes.all[place].freshUntil(rule)
        else { return }
        let askAt = attestedAt + .seconds(rule.attestEvery)
        nodes.change(node) { $0.askAt = askAt }
        timers.set(.attest(node: place), at: askAt)
        timers.set(.stale(node: place), at: until)
    }

    /// Asks a node for evidence, and again after a while should it not answer.
    mutating func challenge(_ place: Int, _ context: StepContext) {
        guard let rule = snapshot.admissionRule?.rule else { return }
        let node = nodes.all[place]
        guard node.session != nil else { return }
        effects.append(.challenge(node: node.did))
        let askAt = context.now + .seconds(rule.attestEvery)
        nodes.change(node.did) { $0.askAt = askAt }
        timers.set(.attest(node: place), at: askAt)
    }

    /// A new rule is in force: what nodes showed was judged by another.
    mutating func challengeAll(_ context: StepContext) {
        for place in nodes.all.indices { challenge(place, context) }
    }

    /// Looks at a node whose evidence, credentials or standing may have ended: if so, it gets nothing more, and what it
    /// runs goes on only where the clause lets it finish.
    mutating func checkStanding(_ node: NodePopulation.Node, _ context: StepContext) {
        guard let reason = reasonAgainst(node, at: context.now) else { return }
        guard reason != "not admitted" || snapshot.admissionRule != nil else { return }
        decide("node.stale", ["node": node.did.json, "reason": .string(reason)])
        alert(node.did, "node \(node.did.short) gets no more work: \(reason)")
        giveUp(node.did, because: reason, context)
    }

    /// Ends the node's open attempts at jobs whose clause fences them; others may stand in.
    mutating func giveUp(_ node: DID, because reason: Text, _ context: StepContext) {
        for place in jobs.open where jobs[place].rule.onRevocation == .fence {
            var cancelled: [Digest] = []
            for index in jobs[place].attempts.indices where jobs[place].attempts[index].node == node {
                guard jobs[place].attempts[index].isOpen else { continue }
                cancelled.append(jobs[place].attempts[index].token)
                finish(
                    place, index, .refused,
                    Text(clipping: "node-standing: \(reason)", to: OrchestrationLimits.detailBytesMax), context)
            }
            guard !cancelled.isEmpty else { continue }
            effects.append(.cancel(node: node, tokens: cancelled))
            if jobs[place].status == .running { resolve(place, context) }
        }
    }

    private mutating func alert(_ node: DID, _ message: String) {
        effects.append(.alert(.init(kind: .standing, job: nil, message: message)))
    }

    /// Whether a node that is barred still runs work that its clause lets finish.
    func isFinishing(_ node: DID) -> Bool {
        jobs.open.contains { place in
            jobs[place].rule.onRevocation == .finish
                && jobs[place].attempts.contains { $0.node == node && $0.isOpen && isEntitled($0, jobs[place].rule) }
        }
    }

    /// Ends the sessions of revoked nodes that have finished.
    mutating func dismiss() {
        guard !departing.isEmpty else { return }
        for node in departing where !isFinishing(node) || nodes[node]?.session == nil {
            departing.removeAll { $0 == node }
            guard nodes[node]?.session != nil else { continue }
            nodes.change(node) { $0.session = nil }
            effects.append(.disconnect(node: node, reason: "revoked"))
            decide("node.dismissed", ["node": node.json])
        }
    }
}
