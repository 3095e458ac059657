import NexusBase
import NexusGovernance
import NexusTestInputs
import NexusTestSupport
import NexusTrust
import Testing

/// What a snapshot keeps so that a look at a node stays cheap, and packs can show what nodes were admitted with.
@Suite struct StandingTests {
    private static let node = Party.nodes[0].did
    private static let owner = Party.operators[0].did

    private func chain() throws -> GovernanceChain {
        var chain = GovernanceChain(try Genesis.test())
        for step in [GovernanceStep.approveOperator(0), .approveIssuer] { try chain.append(step) }
        try chain.append(.init(.ruleAdmission(document: TestAdmission.rule().bytes)))
        return chain
    }

    /// Method: the same look at a node, without lists and with 64; the fastest of three rounds counts.
    @Test func `lists that were published are not gathered anew at each look at a node`() throws {
        var chain = try chain()
        let credentials = try TestAdmission.credentials(of: Self.owner, in: "PE")
        try chain.append(.init(TestAdmission.admit(Self.node, of: Self.owner, credentials)))
        func microseconds(_ snapshot: GovernanceSnapshot) -> Double {
            let rounds = (0..<3).map { _ in
                var standing = 0
                let time = ContinuousClock().measure {
                    for _ in 0..<2000
                    where snapshot.reasonAgainst(node: Self.node, operator: Self.owner, at: Party.time(9)) == nil {
                        standing += 1
                    }
                }
                #expect(standing == 2000)
                return time / .microseconds(2000)
            }
            return rounds.min() ?? 0
        }
        let few = microseconds(chain.snapshots[4])
        for number in 0..<64 {
            let list = try DataIntegrity.sign(
                StatusList(purpose: .revocation).credential(
                    url: Text("https://rail.example/status/\(number)"), issuer: Party.issuer.did.text,
                    validFrom: Party.time(-60)), by: Party.issuer, created: Party.time(0))
            try chain.append(.init(.publishStatus(issuer: "GRA", list: list.canonicalBytes), by: [Party.issuer]))
        }
        let last = try #require(chain.snapshots.last)
        #expect(last.statusLists.count == 64)
        let many = microseconds(last)
        print("standing: \(few) us a look without lists, \(many) us with 64")
        #expect(many < 3 * few)
    }

    @Test func `evidence that an admission names stays named after another admission`() throws {
        var chain = try chain()
        let credentials = try TestAdmission.credentials(of: Self.owner, in: "PE")
        for number in [1, 2] as [UInt8] {
            try chain.append(
                .init(
                    TestAdmission.admit(Self.node, of: Self.owner, credentials, evidence: Digest(of: [number]))))
        }
        let last = try #require(chain.snapshots.last)
        #expect(last.admission(of: Self.node)?.evidence == Digest(of: [2]))
        #expect(last.evidenceNamed == [Digest(of: [1]), Digest(of: [2])])
    }
}
