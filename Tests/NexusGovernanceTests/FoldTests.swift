import NexusBase
import NexusClause
import NexusGovernance
import NexusLog
import NexusTestSupport
import NexusTrust
import Testing

@Suite struct FoldTests {
    private func chain(_ steps: [GovernanceStep]) throws -> GovernanceChain {
        var chain = GovernanceChain(try Genesis.test())
        for step in steps { try chain.append(step) }
        return chain
    }

    private func standard() throws -> GovernanceChain { try chain(PackScenario.standardGovernance(TestClause.make())) }

    @Test func `a clause goes from publication to active, and its fold is the same from the same entries`() throws {
        let chain = try standard()
        let snapshot = chain.snapshots[9]
        let published = try #require(snapshot.clause(TestClause.make().digest))
        #expect(published.stage == .active && published.activatedBy == 9 && published.report != nil)
        var again = GovernanceSnapshot(genesis: try Genesis.test())
        for (index, bytes) in chain.entries.enumerated() {
            try again.apply(GovernanceEntry(parsing: bytes), at: index + 1)
        }
        #expect(again.digest == snapshot.digest && again == snapshot)
    }

    @Test func `an active version supersedes the one before`() throws {
        var chain = try standard()
        let next = try TestClause.make { $0.with("@1.0.0", "@1.1.0") }
        try chain.append(.publish(next.json.canonicalBytes))
        for step in GovernanceStep.activate(next.digest) { try chain.append(step) }
        let snapshot = chain.snapshots[chain.snapshots.count - 1]
        #expect(snapshot.clause(try TestClause.make().digest)?.stage == .superseded)
        #expect(snapshot.clause(next.digest)?.stage == .active)
    }

    @Test func `a refused entry changes nothing`() throws {
        var chain = try standard()
        let before = chain.snapshots[9]
        #expect(throws: GovernanceError(.notAllowed, "")) { try chain.append(.approveOperator(0)) }
        #expect(chain.snapshots.count == 10 && chain.snapshots[9] == before)
    }

    @Test func `a tally tells who approved and who rejected`() throws {
        var step = GovernanceStep.approveOperator(0)
        step.voters = Party.committee.enumerated().map { ($1, $0 < 4 ? .approve : .reject) }
        var chain = GovernanceChain(try Genesis.test())
        try chain.append(step)
        var snapshot = GovernanceSnapshot(genesis: try Genesis.test())
        let tally = try snapshot.apply(GovernanceEntry(parsing: chain.entries[0]), at: 1)
        #expect(tally.approving == Party.committee.prefix(4).map(\.did))
        #expect(tally.rejecting == Party.committee.suffix(2).map(\.did))
    }

    @Test func `an operator may be approved again after a revocation, a node never`() throws {
        var chain = try standard()
        try chain.append(.init(.revokeOperator(did: Party.operators[0].did, reason: "")))
        #expect(!chain.snapshots[10].isApproved(operator: Party.operators[0].did))
        try chain.append(.approveOperator(0))
        #expect(chain.snapshots[11].isApproved(operator: Party.operators[0].did))
        #expect(chain.snapshots[11].operators.count == 4)
        try chain.append(.init(.revokeNode(did: Party.nodes[0].did, reason: "")))
        #expect(chain.snapshots[12].isRevoked(node: Party.nodes[0].did))
    }

    @Test func `a feed's key is rotated by approving its name again`() throws {
        var chain = try standard()
        try chain.append(.init(.approveFeed(name: "ersst", did: Party.stranger.did)))
        #expect(chain.snapshots[10].feed("ersst") == Party.stranger.did)
        #expect(chain.snapshots[9].feed("ersst") == Party.feed.did)
    }

    @Test func `admission asks for an approved operator, its jurisdiction and a binding in force`() throws {
        let snapshot = try standard().snapshots[9]
        func binding(_ operatorIndex: Int, _ place: Text) throws -> NodeBinding {
            NodeBinding(
                rail: snapshot.rail, node: Party.nodes[0].did, operator: Party.operators[operatorIndex].did,
                jurisdiction: place, sealingKey: [UInt8](repeating: 1, count: 32), issuedAt: Party.time(1),
                expiresAt: Party.time(3))
        }
        try snapshot.admit(binding(0, "PE"), at: Party.time(1))
        #expect(throws: GovernanceError(.badBinding, "")) { try snapshot.admit(binding(0, "PE"), at: Party.time(0)) }
        #expect(throws: GovernanceError(.badBinding, "")) { try snapshot.admit(binding(0, "PE"), at: Party.time(3)) }
        #expect(throws: GovernanceError(.badBinding, "")) { try snapshot.admit(binding(0, "CH"), at: Party.time(1)) }
        #expect(throws: GovernanceError(.notApproved, "")) { try snapshot.admit(binding(3, "KE"), at: Party.time(1)) }
    }

    @Test func `an entry that would not fit into the log is not made`() throws {
        let chain = try standard()
        let snapshot = chain.snapshots[9]
        func decide(_ reason: String) throws {
            let proposal = Proposal(
                rail: snapshot.rail, proposedAt: Party.time(50),
                decision: .revokeNode(did: Party.nodes[0].did, reason: Text(reason)))
            let ballots = try Party.committee.prefix(3).map {
                try Ballot(proposal: proposal.digest, vote: .approve, votedAt: Party.time(50)).sealed(by: $0)
            }
            _ = try snapshot.entry(deciding: proposal, ballots: ballots)
        }
        try decide("stolen")
        #expect(throws: BaseError(.tooLarge, "")) { try decide(String(repeating: "x", count: 60_000)) }
    }
}

@Suite struct GenesisTests {
    private func genesis(_ edit: (inout JSON) -> Void) throws -> Genesis {
        var json = try Genesis.test().json
        edit(&json)
        return try Genesis(json: json, at: "genesis")
    }

    @Test func `a genesis reads back with the same id`() throws {
        #expect(try genesis { _ in }.rail == Genesis.test().rail)
    }

    @Test func `no key counts twice, under whatever name`() throws {
        let twin = Party.note(52, "validator.twin", .cosignatureEd25519)
        #expect(throws: GovernanceError(.notAllowed, "")) {
            try genesis { $0["validators.keys.1"] = .string(twin.key.text) }
        }
        let logAsValidator = Party.note(51, "validator.log", .cosignatureEd25519)
        #expect(throws: GovernanceError(.notAllowed, "")) {
            try genesis { $0["validators.keys.1"] = .string(logAsValidator.key.text) }
        }
        #expect(throws: GovernanceError(.notAllowed, "")) {
            try genesis { $0["committee.keys.1"] = $0["committee.keys.0"] }
        }
    }

    @Test func `the log signs and validators cosign`() throws {
        let swapped = Party.note(54, "validator.plain", .ed25519)
        #expect(throws: GovernanceError(.notAllowed, "")) {
            try genesis { $0["validators.keys.1"] = .string(swapped.key.text) }
        }
        #expect(throws: GovernanceError(.notAllowed, "")) {
            try genesis { $0["logKey"] = .string(Party.note(54, "log", .cosignatureEd25519).key.text) }
        }
    }

    @Test func `thresholds lie within their keys`() throws {
        #expect(throws: GovernanceError(.notAllowed, "")) { try genesis { $0["committee.threshold"] = 7 } }
        #expect(throws: BaseError(.wrongType, "")) { try genesis { $0["committee.threshold"] = 0 } }
        #expect(throws: GovernanceError(.notAllowed, "")) { try genesis { $0["validators.threshold"] = 3 } }
        #expect(try genesis { $0["validators.threshold"] = 0 }.validatorThreshold == 0)
    }
}
