import NexusBase
import NexusEvidence
import NexusGovernance
import NexusOrchestration
import NexusTrust

/// What is on its way in a world.
enum WorldEvent {
    /// From the rail's own shell, lost when the process ends.
    case done(Input)
    /// A node's answers, under the session in which they were sent.
    case answers(node: Int, session: Int, [Input.Answer])
    case toNode(Int, session: Int, WorldNode.Message)
    case connect(Int)
    case nodeStarts(Int)
    case finished(node: Int, run: Int, [NodeAgent.Work])
    case commit([[UInt8]], firstIndex: Int)
}

/// Events by time, and in order of making among equals.
struct WorldEvents {
    private var items: [(time: Instant, order: Int, event: WorldEvent)] = []
    private var made = 0

    var nextTime: Instant? { items.first?.time }

    mutating func add(_ event: WorldEvent, at time: Instant) {
        made += 1
        let place = items.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
        items.insert((time, made, event), at: place)
    }

    mutating func pop() -> WorldEvent? { items.isEmpty ? nil : items.removeFirst().event }

    /// What the rail's process had in hand or on its sockets.
    mutating func removeRailEvents() {
        items.removeAll { item in
            switch item.event {
            case .done, .answers, .toNode, .commit, .connect: true
            case .nodeStarts, .finished: false
            }
        }
    }
}

extension World {
    mutating func soon(_ event: WorldEvent) {
        events.add(event, at: now + .milliseconds(random.draw(network.delayMilliseconds)))
    }

    /// A message between rail and node, which may be lost or come twice.
    private mutating func send(_ event: WorldEvent) {
        if random.draw(1...100) <= network.lossPercent { return }
        soon(event)
        if random.draw(1...100) <= network.duplicatePercent { soon(event) }
    }

    mutating func connect(_ node: Int, after milliseconds: Int) {
        events.add(.connect(node), at: now + .milliseconds(milliseconds))
    }

    mutating func happen(_ event: WorldEvent) throws {
        switch event {
        case .done(let input): try take(input)
        case .commit(let entries, let firstIndex): try commit(entries, firstIndex)
        case .answers(let node, let session, let answers):
            guard nodes[node].session == session else { return }
            try take(.answered(node: nodes[node].did, answers))
        case .toNode(let node, let session, let message):
            guard nodes[node].session == session else { return }
            try receive(message, at: node)
        case .connect(let node): try open(node)
        case .nodeStarts(let node):
            try nodes[node].start(trust)
            connect(node, after: 1)
        case .finished(let node, let run, let work):
            guard nodes[node].isUp, nodes[node].run == run else { return }
            let answers = try nodes[node].answers(to: work, at: now)
            guard let session = nodes[node].session else { return }
            send(.answers(node: node, session: session, answers))
        }
    }

    private mutating func open(_ node: Int) throws {
        guard nodes[node].isUp, nodes[node].session == nil else { return }
        nodes[node].session = nextSession
        nextSession += 1
        if let evidence = try governanceEvidence() { try? nodes[node].agent.learn(evidence) }
        try take(.opened(nodes[node].hello))
    }

    /// Ends a node's session; it connects again if it is up.
    package mutating func disconnect(_ node: Int) throws {
        guard let session = nodes[node].session else { return }
        nodes[node].session = nil
        try take(.closed(node: nodes[node].did, session: session))
        if nodes[node].isUp { connect(node, after: 50) }
    }

    /// Kills a node; it starts again after the time given, or not at all.
    package mutating func crash(_ node: Int, startingAgainAfter milliseconds: Int? = nil) throws {
        nodes[node].isUp = false
        try disconnect(node)
        if let milliseconds { events.add(.nodeStarts(node), at: now + .milliseconds(milliseconds)) }
    }

    package mutating func connectAll() throws {
        for index in nodes.indices { try open(index) }
    }

    private mutating func receive(_ message: WorldNode.Message, at node: Int) throws {
        switch message {
        case .governance(let evidence): try? nodes[node].agent.learn(evidence)
        case .tokens(let tokens):
            let (work, answers) = try nodes[node].take(tokens, at: now)
            if !work.isEmpty {
                events.add(
                    .finished(node: node, run: nodes[node].run, work),
                    at: now + .milliseconds(random.draw(nodes[node].workMilliseconds)))
            }
            guard let session = nodes[node].session, !answers.isEmpty else { return }
            send(.answers(node: node, session: session, answers))
        }
    }

    mutating func perform(_ effect: Effect) throws {
        switch effect {
        case .accepted(let request, let job, let isNew): responses[request] = .accepted(job, isNew: isNew)
        case .refused(let request, let error): responses[request] = .refused(error)
        case .governed(let request, let number, _): responses[request] = .governed(number)
        case .enrolled(let request): responses[request] = .enrolled
        case .assign(let did, let assignments):
            guard let node = nodes.firstIndex(where: { $0.did == did }), let session = nodes[node].session else {
                return
            }
            let envelopes = try Envelope.sign(batch: assignments.map(\.tokenBytes), by: Party.rail)
            let tokens = zip(envelopes, assignments).map { ($0, $1.payload) }
            send(.toNode(node, session: session, .tokens(tokens)))
        case .cancel: break
        case .disconnect(let did, _):
            guard let node = nodes.firstIndex(where: { $0.did == did }) else { return }
            nodes[node].session = nil
        case .seal(let number, let rollup, let statements):
            let envelope = try Envelope.sign(rollup, by: Party.rail)
            soon(.done(.sealed(number: number, envelope: envelope, statements: statements)))
        case .commit(let entries, let firstIndex): soon(.commit(entries, firstIndex: firstIndex))
        case .announce: try announce()
        case .certified(let jobs): certified += jobs
        case .deliver(let delivery):
            let (confirmed, detail) = receiver.take(delivery)
            soon(.done(.delivered(action: delivery.id, confirmed: confirmed, detail: detail)))
        case .alert(let alert): alerts.append(alert)
        }
    }

    private mutating func announce() throws {
        guard let evidence = try governanceEvidence() else { return }
        for index in nodes.indices {
            guard let session = nodes[index].session else { continue }
            send(.toNode(index, session: session, .governance(evidence)))
        }
    }
}
