import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusLogStore
import NexusOrchestration
import NexusTestInputs
import NexusTestSupport
import NexusTrust

extension World {
    /// What a story does to the rail.
    mutating func happen(_ what: Moment.What) throws {
        switch what {
        case .submit(let season, let warmth, let event):
            let (november, december): (Text, Text) =
                [("22.1", "22.3"), ("25.5", "25.5"), ("24.57", "25.89")][warmth % 3]
            let name = Text("client-\(event)")
            try addClient(self.event(Text("\(season)"), november: november, december: december, id: name))
        case .correct(let season, let event):
            let occurrence = Text("\(season)")
            guard
                let standing = core.jobs.values.last(where: { $0.occurrence == occurrence && $0.status == .certified })
            else { return }
            let name = Text("client-\(event)")
            try addClient(
                self.event(occurrence, november: "26.5", december: "25.5", id: name, supersedes: standing.id))
        case .probe:
            try addClient(event("2099", november: "25.5", december: "25.5", id: "probe"))
        case .nodeRevoked(let node):
            guard isRailUp else { return }
            govern(.revokeNode(did: nodes[node].did, reason: "lost"))
        case .withdraw(let event): try withdraw(Text("client-\(event)"))
        case .override: try overrideFrozen()
        case .tokenForged(let forgery, let node): try forge(forgery, node)
        case .heal: try heal()
        default: try fail(what)
        }
    }

    private mutating func fail(_ what: Moment.What) throws {
        switch what {
        case .railDies(let power, let down): die(power: power, for: down)
        case .diskFills(let time):
            fill(true)
            events.add(.happens(.diskFree), at: now + .milliseconds(time))
        case .diskFree: fill(false)
        case .syncFails: store?.failsAfterEffect = true
        case .logFails(let fault, let after): store?.files.inject(fault, at: after)
        case .journalDamaged:
            store?.isDamaged = true
            store?.journal.flip(&random)
        case .logDamaged(let file): damageLog(file)
        case .nodeDies(let node, let down): try crash(node, startingAgainAfter: down)
        case .nodeBehaves(let node, let behaviour): nodes[node].behaviour = behaviour
        case .nodeSlow(let node, let milliseconds): nodes[node].workMilliseconds = 1...milliseconds
        case .validatorDies(let index): try restartValidator(index)
        case .cut(let links, let time): cut(links, for: time)
        case .join(let links): network.cuts.subtract(links)
        case .railClockJumps(let jump): railWall.jump(jump, at: now)
        case .nodeClockJumps(let node, let jump): nodes[node].clock.jump(jump, at: now)
        case .railClockDrifts(let drift): railWall.drift(drift, at: now)
        case .nodeClockDrifts(let node, let drift): nodes[node].clock.drift(drift, at: now)
        case .receiverRefuses(let count): receiver.refusals = count
        case .receiverSlow(let milliseconds): receiver.delayMilliseconds = milliseconds
        case .railDiesAround(let point, let power): deathAtDelivery = (point, power)
        default: break
        }
    }

    private mutating func fill(_ isFull: Bool) {
        store?.isFull = isFull
        store?.files.fill(isFull)
    }

    private mutating func damageLog(_ file: Int) {
        guard let store else { return }
        let paths = store.files.paths
        guard !paths.isEmpty else { return }
        self.store?.isDamaged = true
        let (place, bit) = (random.draw(0...1_000_000), random.draw(0...7))
        store.files.tamper(paths[file % paths.count]) { bytes in
            if !bytes.isEmpty { bytes[place % bytes.count] ^= 1 << UInt8(bit) }
        }
    }

    private mutating func restartValidator(_ index: Int) throws {
        guard let store else { return }
        // It has entries that the log made durable before it asked.
        let (reader, size) = (LogReader(files: store.files), store.log.edge.size)
        let entries = try (0..<size).map { try reader.entry(at: $0, size: size) }
        try log.restartValidator(index, trust: trust, entries: entries)
    }

    private mutating func cut(_ links: [WorldLink], for milliseconds: Int) {
        network.cuts.formUnion(links)
        events.add(.happens(.join(links)), at: now + .milliseconds(milliseconds))
        for node in nodes.indices {
            guard let session = nodes[node].session, !network.connects(.rail, .node(node)) else { continue }
            // Too long a silence ends a session on which nothing was sent.
            let silence = random.draw(300...1500)
            guard silence < milliseconds else { continue }
            events.add(.breaks(node: node, session: session), at: now + .milliseconds(silence))
        }
    }

    /// Everything works again. Who lies goes on lying.
    private mutating func heal() throws {
        network = WorldNetwork()
        fill(false)
        store?.files.inject(nil, at: 0)
        store?.failsAfterEffect = false
        receiver.refusals = 0
        receiver.delayMilliseconds = 0
        deathAtDelivery = nil
        railWall.correct()
        for node in nodes.indices {
            nodes[node].clock.correct()
            if nodes[node].workMilliseconds.upperBound > 3 { nodes[node].workMilliseconds = 1...3 }
        }
    }

    private mutating func withdraw(_ event: Text) throws {
        guard isRailUp, let job = core.jobs.values.last(where: { $0.trigger.eventID == event }) else { return }
        try take(.cancelled(request(), job: job.id, reason: "a mistake"))
    }

    private mutating func overrideFrozen() throws {
        for job in core.jobs.values where job.status == .frozen {
            watch.tally { $0.frozen += 1 }
            govern(
                .overrideOccurrence(
                    occurrenceID: job.occurrenceID, jobID: job.id, signal: .pass, reason: "people looked at it"))
        }
    }

    // MARK: Tokens

    /// Somebody hands a node a token that is not the rail's word to it.
    private mutating func forge(_ forgery: Moment.Forgery, _ node: Int) throws {
        guard let last = lastToken, nodes[node].isUp else { return }
        var (envelope, payload) = (last.envelope, last.payload)
        var target = node
        switch forgery {
        case .signedByAStranger: envelope = try Envelope.sign(changed(last.envelope, for: node), by: Party.stranger)
        case .signedByTheNode: envelope = try Envelope.sign(changed(last.envelope, for: node), by: nodes[node].key)
        case .forAnotherNode: if node == last.node { target = (node + 1) % nodes.count }
        case .again: target = last.node
        case .otherPayload:
            target = last.node
            payload.append(32)
        }
        let message = [(envelope, payload: payload)]
        guard nodes[target].isUp else { return }
        let (work, answers) = try nodes[target].take(message, at: nodes[target].clock.read(now))
        watch.tally { $0.forgeriesRefused += answers.count }
        guard !work.isEmpty else { return }
        events.add(.spent(node: target, run: nodes[target].run, work), at: now + .milliseconds(1))
    }

    private func changed(_ envelope: Envelope, for node: Int) throws -> [UInt8] {
        var token = try JSON(parsing: envelope.payload)
        token["predicate.node"] = nodes[node].did.json
        token["predicate.attempt"] = .int(77)
        return token.canonicalBytes
    }
}
