import NexusBase
import NexusEvidence
import NexusGovernance
import NexusOrchestration
import NexusTestInputs
import NexusTestSupport
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
    /// The rail's disk is done with the records up to this one.
    case synced(records: Int)
    case railStarts
    /// A node's disk has the spent tokens; the work may begin.
    case spent(node: Int, run: Int, [NodeAgent.Work])
    /// A session whose stream has a hole, or that heard nothing for too long, ends at the node.
    case breaks(node: Int, session: Int)
    /// The rail notices that a session ended.
    case ended(node: Int, session: Int)
    case clientSends(Int)
    case clientHears(Int, RequestID)
    case happens(Moment.What)
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
            case .done, .answers, .toNode, .commit, .connect, .synced, .breaks, .ended: true
            case .nodeStarts, .finished, .railStarts, .spent, .clientSends, .clientHears, .happens: false
            }
        }
    }
}

extension World {
    mutating func soon(_ event: WorldEvent) {
        events.add(event, at: now + .milliseconds(random.draw(network.delayMilliseconds)))
    }

    mutating func connect(_ node: Int, after milliseconds: Int) {
        events.add(.connect(node), at: now + .milliseconds(milliseconds))
    }

    mutating func happen(_ event: WorldEvent) throws {
        switch event {
        case .done(let input):
            try take(input)
            if case .delivered = input { _ = dies(at: .after) }
        case .commit(let entries, let firstIndex): try commit(entries, firstIndex)
        case .answers(let node, let session, let answers):
            // What was on its way when the node's side ended still arrives until the rail's does.
            guard railSessions.contains(session) else { return }
            guard answers.allSatisfy({ isSigned($0, by: node) }) else { return try close(session, of: node) }
            try take(.answered(node: nodes[node].did, answers))
        case .toNode(let node, let session, let message):
            guard nodes[node].session == session else { return }
            try receive(message, at: node)
        case .connect(let node): try open(node)
        case .nodeStarts(let node):
            // Two deaths may overlap: one process is started once.
            guard !nodes[node].isUp else { return }
            try nodes[node].start(trust)
            connect(node, after: 1)
        case .finished(let node, let run, let work):
            guard nodes[node].isUp, nodes[node].run == run else { return }
            let answers = try nodes[node].answers(to: work, at: nodes[node].clock.read(now))
            watch.note("node \(node) answers \(answers.map(\.token.short))")
            guard let session = nodes[node].session, !answers.isEmpty else { return }
            send(.answers(node: node, session: session, answers), on: session, from: .node(node), to: .rail)
        case .synced, .railStarts: try storeHappens(event)
        case .spent(let node, let run, let work):
            guard nodes[node].isUp, nodes[node].run == run else { return }
            nodes[node].recordSpent(work)
            for one in work { watch.execute(one.tokenDigest, at: node) }
            begin(work, at: node)
        case .breaks(let node, let session): try breakOff(session, of: node)
        case .ended(let node, let session):
            guard railSessions.remove(session) != nil else { return }
            try take(.closed(node: nodes[node].did, session: session))
        case .clientSends(let client): try clientSends(client)
        case .clientHears(let client, let request): clientHears(client, request)
        case .happens(let what): try happen(what)
        }
    }

    /// What the rail's shell checks before the core sees a statement.
    private func isSigned(_ answer: Input.Answer, by node: Int) -> Bool {
        guard store != nil, case .statement(let envelope, _) = answer.content else { return true }
        guard envelope.signatures.count == 1, let key = try? nodes[node].did.verificationKey() else { return false }
        return (try? envelope.verify(by: key)) != nil
    }

    private mutating func begin(_ work: [NodeAgent.Work], at node: Int) {
        events.add(
            .finished(node: node, run: nodes[node].run, work),
            at: now + .milliseconds(random.draw(nodes[node].workMilliseconds)))
    }

    package mutating func connectAll() throws {
        for index in nodes.indices { try open(index) }
    }

    private mutating func receive(_ message: WorldNode.Message, at node: Int) throws {
        switch message {
        case .governance(let evidence): learn(evidence, at: node)
        case .tokens(let tokens):
            let (work, answers) = try nodes[node].take(tokens, at: nodes[node].clock.read(now))
            if !work.isEmpty, let store {
                let time = now + .milliseconds(random.draw(store.syncMilliseconds))
                events.add(.spent(node: node, run: nodes[node].run, work), at: time)
            } else if !work.isEmpty {
                nodes[node].recordSpent(work)
                begin(work, at: node)
            }
            guard let session = nodes[node].session, !answers.isEmpty else { return }
            send(.answers(node: node, session: session, answers), on: session, from: .node(node), to: .rail)
        }
    }

    mutating func perform(_ effect: Effect) throws {
        switch effect {
        case .accepted(let request, let job, let isNew):
            responses[request] = .accepted(job, isNew: isNew)
            if store != nil { acknowledged(request, job) }
        case .refused(let request, let error):
            responses[request] = .refused(error)
            answerClient(request)
        case .governed(let request, let number, _): responses[request] = .governed(number)
        case .enrolled(let request): responses[request] = .enrolled
        case .assign(let did, let assignments):
            guard let node = nodes.firstIndex(where: { $0.did == did }), let session = nodes[node].session else {
                return
            }
            let envelopes = try Envelope.sign(batch: assignments.map(\.tokenBytes), by: Party.rail)
            let tokens = zip(envelopes, assignments).map { ($0, $1.payload) }
            for (envelope, payload) in tokens {
                watch.issue(envelope.payloadDigest, to: node)
                lastToken = (envelope, payload, node)
            }
            send(.toNode(node, session: session, .tokens(tokens)), on: session, from: .rail, to: .node(node))
        case .cancel: break
        case .challenge(let did):
            guard let node = nodes.firstIndex(where: { $0.did == did }), let session = nodes[node].session,
                let verdict = try nodes[node].verdict(
                    over: [UInt8](repeating: 7, count: 32), in: core.snapshot, at: now)
            else { return }
            soon(.done(.attested(node: did, session: session, verdict)))
        case .disconnect(let did, _):
            guard let node = nodes.firstIndex(where: { $0.did == did }) else { return }
            if let session = nodes[node].session { railSessions.remove(session) }
            nodes[node].session = nil
            if store != nil, nodes[node].isUp { connect(node, after: 1000) }
        case .seal(let number, let rollup, let statements):
            let envelope = try Envelope.sign(rollup, by: Party.rail)
            soon(.done(.sealed(number: number, envelope: envelope, statements: statements)))
        case .commit(let entries, let firstIndex): soon(.commit(entries, firstIndex: firstIndex))
        case .announce: try announce()
        case .certified(let jobs):
            certified += jobs
            if let store { checkRelease(jobs, store) }
        case .deliver(let delivery): deliver(delivery)
        case .alert(let alert): alerts.append(alert)
        }
    }

    private mutating func announce() throws {
        guard let evidence = try governanceEvidence() else { return }
        for index in nodes.indices {
            guard let session = nodes[index].session else { continue }
            send(.toNode(index, session: session, .governance(evidence)), on: session, from: .rail, to: .node(index))
        }
    }

    private mutating func deliver(_ delivery: Effect.ActionDelivery) {
        if store != nil, !watch.released.contains(delivery.job) {
            watch.fail("release", "action \(delivery.id.short) is sent before its certificate was released")
        }
        if dies(at: .before) { return }
        var (confirmed, detail): (Bool, Text) = (false, "no connection")
        if network.passes(.rail, .receiver) {
            (confirmed, detail) = receiver.take(delivery)
            // The receiver acted, and its answer is lost.
            if !network.passes(.receiver, .rail) { (confirmed, detail) = (false, "no answer") }
        }
        if dies(at: .during) { return }
        events.add(
            .done(.delivered(action: delivery.id, confirmed: confirmed, detail: detail)),
            at: now + .milliseconds(random.draw(network.delayMilliseconds) + receiver.delayMilliseconds))
    }

    /// Whether the rail dies here, as a story may ask.
    private mutating func dies(at point: Moment.DeliveryPoint) -> Bool {
        guard let death = deathAtDelivery, death.point == point else { return false }
        deathAtDelivery = nil
        die(power: death.power, for: random.draw(10...2000))
        return true
    }
}
