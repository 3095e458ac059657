package import NexusBase
package import NexusClause
import NexusEvidence
package import NexusGovernance
package import NexusOrchestration
import NexusTestSupport
package import NexusTrust

/// What people do in a world.
extension World {
    static func operatorKey(_ index: Int) -> SigningKey {
        index < Party.operators.count ? Party.operators[index] : Party.key(UInt8(110 + index))
    }

    package func operatorDID(_ index: Int) -> DID { Self.operatorKey(index).did }

    /// A world with its governance in force, its clause active and its nodes connected.
    package static func ready(_ plan: WorldPlan = WorldPlan(), clause edit: (String) -> String = { $0 }) throws -> World
    {
        var world = try World(plan)
        for (index, jurisdiction) in plan.operators.enumerated() {
            world.govern(
                .approveOperator(
                    name: Text("Operator \(index + 1)"), did: operatorKey(index).did, jurisdiction: jurisdiction))
        }
        world.govern(.approveIssuer(name: "GRA", did: Party.issuer.did))
        world.govern(.approveFeed(name: "ersst", did: Party.feed.did))
        try world.activate(TestClause.make(edit))
        try world.connectAll()
        try world.settle()
        return world
    }

    /// Publishes a clause and takes it to `active`.
    package mutating func activate(_ clause: Clause) throws {
        clauses.append(clause)
        govern(.publishClause(document: clause.json.canonicalBytes), by: [Party.issuer])
        for step in GovernanceStep.activate(clause.digest) { govern(step.decision) }
        try settle()
    }

    /// Brings a decision with its votes before the rail; nothing else happens yet.
    @discardableResult
    package mutating func govern(
        _ decision: Proposal.Decision, by voters: [SigningKey] = Array(Party.committee.prefix(3))
    ) -> RequestID {
        governance += 1
        let request = request()
        let proposal = Proposal(rail: trust.rail, proposedAt: Party.time(governance), decision: decision)
        let ballot = Ballot(proposal: proposal.digest, vote: .approve, votedAt: Party.time(governance))
        // SAFETY: the keys above sign anything.
        let ballots = voters.map { try! ballot.sealed(by: $0) }
        events.add(.done(.governed(request, proposal: proposal.bytes, ballots: ballots)), at: now)
        return request
    }

    /// An event for an occurrence, with readings that its feed signed.
    package func event(
        _ occurrence: Text, november: Text = "24.57", december: Text = "25.89", clause: Text? = nil, id: Text? = nil,
        priority: Int? = nil, deadline: Instant? = nil, supersedes: Digest? = nil, kind: Text = "manual"
    ) throws -> Event {
        let values: [(name: Text, value: Text)] = [
            ("november", november), ("december", december), ("station", "Nino 1+2"),
        ]
        let inputs = try values.map { name, value in
            let reading = Reading(
                feed: "ersst", name: name, occurrence: occurrence, value: value.bytes, edition: "final",
                issuedAt: Party.time(90))
            return Event.Input(
                name: name, value: value.bytes, edition: "final", retrievedAt: Party.time(95),
                reading: name == "station" ? nil : try reading.sealed(by: Party.feed))
        }
        return Event(
            clause: clause ?? clauses[0].id.text, occurrence: occurrence,
            trigger: TriggerEvent(kind: kind, source: "desk", eventID: id ?? Text("event-\(occurrence)")),
            inputs: inputs,
            priority: priority, deadline: deadline, supersedes: supersedes)
    }

    /// Submits events under one record and gives the requests.
    @discardableResult
    package mutating func submit(_ submitted: [Event]) throws -> [RequestID] {
        let requests = submitted.map { _ in request() }
        try take(.submitted(Array(zip(requests, submitted)).map { (request: $0, event: $1) }))
        return requests
    }

    /// Submits one event that is taken.
    @discardableResult
    package mutating func submit(_ event: Event) throws -> Digest {
        let request = try submit([event])[0]
        guard case .accepted(let job, _)? = responses[request] else {
            throw WorldError("not accepted: \(responses[request].map { "\($0)" } ?? "no answer")")
        }
        return job
    }

    /// Submits one event that is refused.
    package mutating func refusal(of event: Event) throws -> OrchestrationError {
        let request = try submit([event])[0]
        guard case .refused(let error)? = responses[request] else { throw WorldError("not refused") }
        return error
    }

    package func job(_ id: Digest) throws -> Job {
        guard let job = core.jobs[id] else { throw WorldError("no job \(id.short)") }
        return job
    }

    /// Decisions of a kind, in order.
    package func decisions(_ kind: Text) -> [JSON] {
        journal.flatMap(\.decisions).filter { $0["decision"] == .string(kind) }
    }
}

extension Effect {
    /// What an effect says, without the names of those who wait for answers: the same in a replay.
    package var outline: String {
        switch self {
        case .accepted(_, let job, let isNew): "accepted \(job) \(isNew)"
        case .refused(_, let error): "refused \(error)"
        case .governed(_, let number, let digest): "governed \(number) \(digest)"
        case .enrolled: "enrolled"
        case .announce(let snapshot): "announce \(snapshot.digest)"
        case .seal(let number, let rollup, let statements):
            "seal \(number) \(Digest(of: rollup)) \(statements.map { Digest(of: $0) })"
        case .commit(let entries, let firstIndex): "commit \(firstIndex) \(entries.map { Digest(of: $0) })"
        default: "\(self)"
        }
    }
}
