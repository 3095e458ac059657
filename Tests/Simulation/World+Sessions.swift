import NexusBase
import NexusEvidence
import NexusOrchestration
import NexusTestInputs

/// Sessions between the rail and its nodes, as the mesh keeps them: each direction is one ordered stream, from which
/// nothing is missing while the session stays. What gets lost ends the session, at the node first and at the rail when
/// it notices; between sessions nothing is in order.
extension World {
    /// A message on a session's stream.
    mutating func send(_ event: WorldEvent, on session: Int, from: WorldEnd, to: WorldEnd) {
        let stream = WorldStream(session: session, link: WorldLink(from, to))
        if brokenStreams.contains(stream) { return }
        if random.draw(1...100) <= network.lossPercent || !network.passes(from, to) {
            brokenStreams.insert(stream)
            return endSession(session, from, to)
        }
        carry(event, stream)
        if random.draw(1...100) <= network.duplicatePercent { carry(event, stream) }
    }

    private mutating func carry(_ event: WorldEvent, _ stream: WorldStream) {
        let arrival = now + .milliseconds(random.draw(network.delayMilliseconds))
        let time = max(arrival, lastArrival[stream] ?? arrival)
        lastArrival[stream] = time
        events.add(event, at: time)
    }

    /// A message that has no session: it may be lost or come twice, and overtakes others.
    mutating func send(_ event: WorldEvent, from: WorldEnd, to: WorldEnd) {
        if random.draw(1...100) <= network.lossPercent || !network.passes(from, to) { return }
        soon(event)
        if random.draw(1...100) <= network.duplicatePercent { soon(event) }
    }

    /// Somebody is going to notice.
    private mutating func endSession(_ session: Int, _ from: WorldEnd, _ to: WorldEnd) {
        for end in [from, to] {
            guard case .node(let node) = end else { continue }
            events.add(.breaks(node: node, session: session), at: now + .milliseconds(random.draw(1...1500)))
        }
    }

    mutating func open(_ node: Int) throws {
        guard nodes[node].isUp, isRailUp, nodes[node].session == nil else { return }
        guard network.connects(.rail, .node(node)) else { return connect(node, after: 100) }
        nodes[node].session = nextSession
        railSessions.insert(nextSession)
        nextSession += 1
        if let governance = try governanceEvidence() { learn(governance, at: node) }
        guard plan.attests else { return try take(.opened(nodes[node].hello)) }
        let nonce = Framed.digest("world/nonce", Array("\(nextSession)".utf8)).bytes
        let verdict = try nodes[node].verdict(over: nonce, in: core.snapshot, at: now)
        try take(.opened(nodes[node].hello(verdict)))
    }

    /// A node takes governance that it believes. Verifying the same evidence again comes to the same, so each is
    /// verified once in a story.
    mutating func learn(_ governance: WorldGovernance, at node: Int) {
        if verifiedGovernance[governance.key] == nil, let evidence = governance.evidence {
            verifiedGovernance[governance.key] = Result { try evidence.verify(trust: trust) }
        }
        guard case .success(let snapshot)? = verifiedGovernance[governance.key] else { return }
        try? nodes[node].agent.learn(verified: snapshot)
    }

    /// Both sides of a node's session end at once; it connects again if it is up.
    package mutating func disconnect(_ node: Int) throws {
        guard let session = nodes[node].session else { return }
        nodes[node].session = nil
        railSessions.remove(session)
        try take(.closed(node: nodes[node].did, session: session))
        if nodes[node].isUp { connect(node, after: 50) }
    }

    /// The node's side of a session ends; the rail notices later, perhaps when the next one is open.
    mutating func breakOff(_ session: Int, of node: Int) throws {
        guard nodes[node].session == session else { return }
        guard store != nil else { return try disconnect(node) }
        nodes[node].session = nil
        let notices = random.draw(network.lingers ? 1...6000 : 1...50)
        events.add(.ended(node: node, session: session), at: now + .milliseconds(notices))
        if nodes[node].isUp { connect(node, after: 50) }
    }

    /// The rail ends a session.
    mutating func close(_ session: Int, of node: Int) throws {
        if nodes[node].session == session { return try disconnect(node) }
        railSessions.remove(session)
        try take(.closed(node: nodes[node].did, session: session))
    }

    /// Kills a node; it starts again after the time given, or not at all.
    package mutating func crash(_ node: Int, startingAgainAfter milliseconds: Int? = nil) throws {
        nodes[node].isUp = false
        if let session = nodes[node].session { try breakOff(session, of: node) }
        if let milliseconds { events.add(.nodeStarts(node), at: now + .milliseconds(milliseconds)) }
    }
}

/// One direction of a session.
struct WorldStream: Hashable {
    let session: Int
    let link: WorldLink
}

/// Governance on its way to nodes, by what it is told apart from other; the evidence until it was verified.
struct WorldGovernance {
    struct Key: Hashable {
        let checkpoint: Text
        let indices: [Int]
    }

    let key: Key
    let evidence: GovernanceEvidence?
}
