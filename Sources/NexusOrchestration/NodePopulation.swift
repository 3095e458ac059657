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

        public var binding: NodeBinding { bindings[bindings.count - 1].binding }
    }

    public private(set) var all: [Node] = []
    private var places: [DID: Int] = [:]

    public var connected: [Node] { all.filter { $0.session != nil } }

    public subscript(did: DID) -> Node? { places[did].map { all[$0] } }

    mutating func change(_ did: DID, _ body: (inout Node) -> Void) {
        guard let place = places[did] else { return }
        body(&all[place])
    }

    mutating func open(_ session: Input.NodeSession, _ binding: NodeBinding) {
        if places[session.node] == nil {
            places[session.node] = all.count
            all.append(
                Node(
                    did: session.node, bindings: [(binding, session.binding)], attestation: session.attestation,
                    engine: session.engine))
        }
        change(session.node) { node in
            if node.binding != binding { node.bindings.append((binding, session.binding)) }
            node.attestation = session.attestation
            node.engine = session.engine
            node.session = session.session
        }
    }

    mutating func disconnectAll() { for place in all.indices { all[place].session = nil } }

    func load(ofOperator did: DID) -> Int { all.reduce(0) { $0 + ($1.binding.operator == did ? $1.load : 0) } }
    func load(in jurisdiction: Text) -> Int {
        all.reduce(0) { $0 + ($1.binding.jurisdiction == jurisdiction ? $1.load : 0) }
    }
}

extension Orchestrator {
    /// The nodes that the rail knows.
    public var population: NodePopulation { nodes }

    mutating func open(_ session: Input.NodeSession, _ context: StepContext) {
        do {
            let binding = try NodeBinding(verifying: session.binding, rail: rail)
            guard binding.node == session.node, session.binding.signatures.count == 1 else {
                throw GovernanceError(.badBinding, "the binding is for \(binding.node)")
            }
            try snapshot.admit(binding, at: context.now)
            nodes.open(session, binding)
            decide("node.opened", ["node": session.node.json, "operator": binding.operator.json])
            resend(to: session.node, context)
            // It may stand in for another whose jobs found nobody.
            for id in openJobs { resolve(id, context) }
        } catch {
            let reason: Text = snapshot.isRevoked(node: session.node) ? "revoked" : Text("\(error)")
            effects.append(.disconnect(node: session.node, reason: reason))
            decide("node.refused", ["node": session.node.json, "reason": .string(reason)])
        }
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
        forOpenAttempts(of: node) { attempt in attempt.lostAt = attempt.lostAt ?? context.now }
    }

    /// A node that came back is given its open tokens again; it answers those it spent from what it kept.
    private mutating func resend(to node: DID, _ context: StepContext) {
        var assignments: [Effect.Assignment] = []
        for id in openJobs {
            // A certified job needs nobody any more, and its payload is gone.
            guard var job = jobs[id], [.running, .decided, .sealed].contains(job.status) else { continue }
            for index in job.attempts.indices where job.attempts[index].node == node && job.attempts[index].isOpen {
                job.attempts[index].lostAt = nil
                assignments.append(assignment(job, job.attempts[index]))
            }
            jobs[id] = job
        }
        if !assignments.isEmpty { effects.append(.assign(node: node, assignments)) }
    }

    private mutating func forOpenAttempts(of node: DID, _ body: (inout Job.Attempt) -> Void) {
        for id in openJobs {
            guard let attempts = jobs[id]?.attempts else { continue }
            for index in attempts.indices where attempts[index].node == node && attempts[index].isOpen {
                if jobs[id] != nil { body(&jobs[id]!.attempts[index]) }  // SAFETY: checked in the same line
            }
        }
    }
}
