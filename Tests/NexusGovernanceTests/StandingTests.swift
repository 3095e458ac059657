import NexusBase
import NexusGovernance
import NexusTestInputs
import NexusTestSupport
import NexusTrust
import Testing

/// What a snapshot keeps so that packs can show what nodes were admitted with.
@Suite struct StandingTests {
    private static let node = Party.nodes[0].did
    private static let owner = Party.operators[0].did

    private func chain() throws -> GovernanceChain {
        var chain = GovernanceChain(try Genesis.test())
        for step in [GovernanceStep.approveOperator(0), .approveIssuer] { try chain.append(step) }
        try chain.append(.init(.ruleAdmission(document: TestAdmission.rule().bytes)))
        return chain
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
