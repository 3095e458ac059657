public import NexusBase
public import NexusEvidence
public import NexusGovernance
public import NexusTrust

/// The nodes that the rail knows, in order of first appearance, with what the scheduler weighs.
public struct NodePopulation: Sendable {
    public struct Node: Sendable {
        public let did: DID
        /// The operator's signed words, the one in force last: a node that enrols again has another, and what it signed
        /// before stands under the one before.
        public internal(set) var bindings: [(binding: NodeBinding, envelope: Envelope)]
        public internal(set) var attestation: Text
        public internal(set) var engine: Engine
        /// The session that is there; nil while the node is away.
        public internal(set) var session: Int?
        /// Attempts that wait for this node's answer.
        public internal(set) var load = 0
        /// 0 to 1000: rises slowly with agreed answers, falls with silence and differing ones.
        public internal(set) var reliability = 1000
        /// Moving mean of answer times.
        public internal(set) var latencyMilliseconds = 0
        public internal(set) var answered = 0
        /// What the evidence of this session came to; nil for a session from before rails asked.
        public internal(set) var evidence: EvidenceVerdict?
        public internal(set) var attestedAt: Instant?
        /// When it is asked again.
        var askAt: Instant?

        public var binding: NodeBinding { bindings[bindings.count - 1].binding }
    }

    public private(set) var all: [Node] = []
    private var places: [DID: Int] = [:]
    private var operatorLoads: [DID: Int] = [:]
    private var jurisdictionLoads: [Text: Int] = [:]

    public var connected: [Node] { all.filter { $0.session != nil } }

    public subscript(did: DID) -> Node? { places[did].map { all[$0] } }

    func place(of did: DID) -> Int? { places[did] }

    mutating func change(_ did: DID, _ body: (inout Node) -> Void) {
        guard let place = places[did] else { return }
        body(&all[place])
    }

    /// Counts an attempt that begins (+1) or ends (-1) at a node.
    mutating func addLoad(_ change: Int, to did: DID) {
        guard let place = places[did] else { return }
        all[place].load += change
        operatorLoads[all[place].binding.operator, default: 0] += change
        jurisdictionLoads[all[place].binding.jurisdiction, default: 0] += change
    }

    mutating func open(_ session: Input.NodeSession, _ binding: NodeBinding, at now: Instant) {
        if places[session.node] == nil {
            places[session.node] = all.count
            all.append(
                Node(
                    did: session.node, bindings: [(binding, session.binding)], attestation: session.attestation,
                    engine: session.engine))
        }
        // The node's load follows it to another operator.
        let load = self[session.node]?.load ?? 0
        addLoad(-load, to: session.node)
        change(session.node) { node in
            if node.binding != binding { node.bindings.append((binding, session.binding)) }
            node.attestation = session.attestation
            node.engine = session.engine
            node.session = session.session
            node.evidence = session.evidence
            node.attestedAt = session.evidence.map { _ in now }
        }
        addLoad(load, to: session.node)
    }

    mutating func disconnectAll() { for place in all.indices { all[place].session = nil } }

    func load(ofOperator did: DID) -> Int { operatorLoads[did] ?? 0 }
    func load(in jurisdiction: Text) -> Int { jurisdictionLoads[jurisdiction] ?? 0 }
}

extension Orchestrator {
    /// The nodes that the rail knows.
    public var population: NodePopulation { nodes }

    mutating func open(_ session: Input.NodeSession, _ context: StepContext) {
        do {
            let binding = try admit(session, at: context.now)
            nodes.open(session, binding, at: context.now)
            isNodeFreed = true
            var opened: JSONObject = ["node": session.node.json, "operator": binding.operator.json]
            if let node = nodes[session.node], let reason = reasonAgainst(node, at: context.now) {
                opened["waiting"] = .string(reason)
            }
            decide("node.opened", opened)
            setEvidenceTimers(session.node)
            challengeIfOutdated(session.node, context)
            // What binds the session's sealing key is its evidence: without it, no payload.
            if opened["waiting"] == nil { resend(to: session.node, context) }
        } catch {
            let isRevoked = snapshot.isRevoked(node: session.node)
            let reason: Text =
                isRevoked ? "revoked" : Text(clipping: "\(error)", to: OrchestrationLimits.messageBytesMax)
            effects.append(.disconnect(node: session.node, reason: reason))
            decide("node.refused", ["node": session.node.json, "reason": .string(reason)])
        }
    }

    private func admit(_ session: Input.NodeSession, at now: Instant) throws -> NodeBinding {
        // A second signature would be harmless here and make the evidence of the node's jobs fail.
        guard session.binding.signatures.count == 1 else {
            throw GovernanceError(.badBinding, "the operator alone signs a binding")
        }
        let binding = try NodeBinding(verifying: session.binding, rail: rail)
        guard binding.node == session.node else {
            throw GovernanceError(.badBinding, "the binding is for \(binding.node)")
        }
        try snapshot.greet(binding, at: now)
        if let refusal = session.evidence?.refusal {
            throw OrchestrationError(.refused, "the node's evidence is refused: \(refusal)", at: "evidence")
        }
        let known = nodes[session.node]
        guard known != nil || nodes.all.count < OrchestrationLimits.nodesMax else {
            throw OrchestrationError(.overloaded, "the rail knows \(OrchestrationLimits.nodesMax) nodes")
        }
        guard known.map({ $0.bindings.count < OrchestrationLimits.bindingsMax }) ?? true else {
            throw OrchestrationError(.overloaded, "the node has had \(OrchestrationLimits.bindingsMax) bindings")
        }
        return binding
    }

    mutating func close(_ node: DID, _ session: Int, _ context: StepContext) {
        // A new session may have begun before the old one was seen to end.
        guard nodes[node]?.session == session else { return }
        nodes.change(node) { $0.session = nil }
        decide("node.closed", ["node": node.json])
        lose(node, context)
    }

    /// Marks the node's open attempts: they are replaced if it does not come back in time.
    mutating func lose(_ node: DID, _ context: StepContext) {
        let grace = Duration.milliseconds(configuration.sessionGraceMilliseconds)
        for place in jobs.open {
            for index in jobs[place].attempts.indices where jobs[place].attempts[index].node == node {
                guard jobs[place].attempts[index].isOpen, jobs[place].attempts[index].lostAt == nil else { continue }
                jobs[place].attempts[index].lostAt = context.now
                timers.set(.grace(job: place, attempt: index), at: context.now + grace)
            }
        }
    }

    /// A node that came back is given its open tokens again; it answers those it spent from what it kept.
    private mutating func resend(to node: DID, _ context: StepContext) {
        var assignments: [Effect.Assignment] = []
        for place in jobs.open where jobs[place].status != .withdrawn {
            for index in jobs[place].attempts.indices where jobs[place].attempts[index].node == node {
                guard jobs[place].attempts[index].isOpen, isEntitled(jobs[place].attempts[index], jobs[place].rule)
                else { continue }
                jobs[place].attempts[index].lostAt = nil
                assignments.append(assignment(jobs[place], jobs[place].attempts[index]))
            }
        }
        if !assignments.isEmpty { effects.append(.assign(node: node, assignments)) }
    }
}

extension Text {
    /// The beginning of a string in at most `bytesMax` bytes of UTF-8, cut between characters of Unicode.
    package init(clipping string: String, to bytesMax: Int) {
        guard string.utf8.count > bytesMax else {
            self.init(string)
            return
        }
        var end = string.utf8.index(string.startIndex, offsetBy: bytesMax)
        while end > string.startIndex, end.samePosition(in: string.unicodeScalars) == nil {
            end = string.utf8.index(before: end)
        }
        self.init(String(string[..<end]))
    }
}
