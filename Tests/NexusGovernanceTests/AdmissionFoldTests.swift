import NexusAttestation
import NexusBase
import NexusClause
import NexusGovernance
import NexusTestInputs
import NexusTestSupport
import NexusTrust
import Testing

@Suite struct AdmissionFoldTests {
    private static let node = Party.nodes[0].did
    private static let owner = Party.operators[0].did

    /// Operator 1, the issuer, and the rule.
    private func chain(_ rule: AdmissionRule? = nil, attestation: [Text] = ["simulated"]) throws -> GovernanceChain {
        var chain = GovernanceChain(try Genesis.test(attestation: attestation))
        for step in [GovernanceStep.approveOperator(0), .approveIssuer] { try chain.append(step) }
        if let rule { try chain.append(.init(.ruleAdmission(document: rule.bytes))) }
        return chain
    }

    private func code(_ chain: GovernanceChain, _ decision: Proposal.Decision, by voters: [SigningKey]? = nil)
        -> String?
    {
        var chain = chain
        do {
            try chain.append(voters.map { GovernanceStep(decision, by: $0) } ?? GovernanceStep(decision))
            return nil
        } catch { return (error as? any CodedFailure)?.qualifiedCode ?? "\(error)" }
    }

    private func binding(_ node: DID = node) -> NodeBinding {
        NodeBinding(
            rail: (try? Genesis.test().rail) ?? Digest(of: []), node: node, operator: Self.owner, jurisdiction: "PE",
            sealingKey: [UInt8](repeating: 9, count: 32), issuedAt: Party.time(0), expiresAt: Party.time(1000))
    }

    @Test func `with a rule in force a node needs an admission, and its digest says so`() throws {
        var chain = try chain()
        let free = chain.snapshots[2]
        try free.admit(binding(), at: Party.time(1))
        try chain.append(.init(.ruleAdmission(document: TestAdmission.rule().bytes)))
        let ruled = chain.snapshots[3]
        #expect(throws: GovernanceError(.notApproved, "")) { try ruled.admit(binding(), at: Party.time(1)) }
        try ruled.greet(binding(), at: Party.time(1))
        #expect(ruled.reasonAgainst(node: Self.node, operator: Self.owner, at: Party.time(9)) == "not admitted")
        let credentials = try TestAdmission.credentials(of: Self.owner, in: "PE")
        try chain.append(.init(TestAdmission.admit(Self.node, of: Self.owner, credentials)))
        let admitted = chain.snapshots[4]
        try admitted.admit(binding(), at: Party.time(1))
        #expect(admitted.reasonAgainst(node: Self.node, operator: Self.owner, at: Party.time(9)) == nil)
        #expect(admitted.json["admitted.0.attestation"] == "simulated" && admitted.json["admission.entry"] == 3)
        #expect(free.json["admitted"] == nil && free.json["admission"] == nil)
        #expect(throws: GovernanceError(.notApproved, "")) {
            try admitted.admit(binding(Party.nodes[1].did), at: Party.time(1))
        }
        // Credentials end: no more work, though nobody decided anything.
        let later = Instant(milliseconds: 1_840_000_000_000)
        #expect(
            admitted.reasonAgainst(node: Self.node, operator: Self.owner, at: later) == "no OperatorCredential in force"
        )
    }

    @Test func `an admission needs the credentials that the rule asks for, by issuers that it names`() throws {
        let chain = try chain(TestAdmission.rule())
        func code(_ credentials: [[UInt8]], of owner: DID = Self.owner) -> String? {
            self.code(chain, TestAdmission.admit(Self.node, of: owner, credentials))
        }
        let good = try TestAdmission.credentials(of: Self.owner, in: "PE")
        #expect(code(good) == nil)
        #expect(code([]) == "governance.not-approved")
        #expect(code([good[0]]) == "governance.not-approved")
        #expect(code(try TestAdmission.credentials(of: Self.owner, in: "CH")) == "governance.not-approved")
        #expect(code(try TestAdmission.credentials(of: Party.stranger.did, in: "PE")) == "governance.not-allowed")
        #expect(code(good, of: Party.operators[1].did) == "governance.unknown-subject")
        let foreign = try TestAdmission.credential(
            "OperatorCredential", about: Self.owner, ["name": "x"], by: Party.stranger)
        #expect(code([foreign, good[1]]) == "governance.not-approved")
        let expired = try TestAdmission.credential(
            "OperatorCredential", about: Self.owner, ["name": "x"], validUntil: "2026-02-01T00:00:00Z")
        #expect(code([expired, good[1]]) == "trust.expired")
        var changed = good[0]
        changed[changed.count / 2] ^= 1
        #expect(code([changed, good[1]]) != nil)
    }

    @Test func `a rule takes only kinds of evidence that the genesis names, and an admission only kinds of the rule`()
        throws
    {
        let plain = try chain()
        let hardware = try ReferenceValues(
            rules: [
                .init(
                    kind: .tpm, roots: [TrustRoot(name: "A maker", key: Digest(of: [1]))],
                    registers: [.init(name: "pcr.sha256.7", values: [[1]])])
            ])
        let rule = try AdmissionRule(
            referenceValues: hardware, operatorIssuers: [], jurisdictionIssuers: [], attestEvery: 60, staleAfter: 60)
        #expect(code(plain, .ruleAdmission(document: rule.bytes)) == "governance.not-allowed")
        let taken = try chain(rule, attestation: ["tpm"])
        #expect(code(taken, TestAdmission.admit(Self.node, of: Self.owner, [])) == "governance.not-allowed")
        #expect(code(taken, TestAdmission.admit(Self.node, of: Self.owner, [], as: .tpm)) == nil)
        // Without a rule nothing but simulated is known to the committee.
        #expect(code(plain, TestAdmission.admit(Self.node, of: Self.owner, [], as: .tpm)) == "governance.not-allowed")
        #expect(try AdmissionRule(parsing: rule.bytes) == rule)
        #expect(throws: GovernanceError(.notAllowed, "")) {
            try AdmissionRule(
                referenceValues: hardware, operatorIssuers: [], jurisdictionIssuers: [], attestEvery: 61,
                staleAfter: 60)
        }
    }

    @Test func `a suspended node is barred from its entry on until it is admitted again, a revoked one for ever`()
        throws
    {
        var chain = try chain(TestAdmission.rule())
        let credentials = try TestAdmission.credentials(of: Self.owner, in: "PE")
        let admit = GovernanceStep(TestAdmission.admit(Self.node, of: Self.owner, credentials))
        try chain.append(admit)
        try chain.append(.init(.suspendNode(did: Self.node, reason: "looked odd")))
        let suspended = chain.snapshots[5]
        #expect(suspended.barredSince(node: Self.node, operator: Self.owner) == 5)
        #expect(throws: GovernanceError(.notApproved, "")) { try suspended.admit(binding(), at: Party.time(1)) }
        #expect(suspended.json["suspendedNodes.0"] == Self.node.json)
        #expect(code(chain, .suspendNode(did: Self.node, reason: "")) == "governance.not-allowed")
        let fence = try TestClause.make().execution
        let finish = try TestClause.make { $0.with("onRevocation: fence", "onRevocation: finish") }.execution
        func counts(_ index: Int, _ rule: Clause.ExecutionRule) -> Bool {
            suspended.counts(node: Self.node, operator: Self.owner, actedUnder: index, rule)
        }
        #expect(!counts(4, fence) && counts(4, finish) && !counts(5, finish))
        try chain.append(admit)
        #expect(chain.snapshots[6].barredSince(node: Self.node, operator: Self.owner) == nil)
        try chain.append(.init(.revokeNode(did: Self.node, reason: "stolen")))
        #expect(chain.snapshots[7].barredSince(node: Self.node, operator: Self.owner) == 7)
        #expect(
            code(chain, TestAdmission.admit(Self.node, of: Self.owner, credentials)) == "governance.not-allowed")
    }

    @Test func `a node that is suspended and then revoked is barred since the suspension`() throws {
        var chain = try chain()
        try chain.append(.init(.suspendNode(did: Self.node, reason: "odd")), at: 5)
        try chain.append(.init(.revokeNode(did: Self.node, reason: "stolen")), at: 9)
        #expect(chain.snapshots[4].barredSince(node: Self.node, operator: Self.owner) == 5)
        try chain.append(.init(.revokeOperator(did: Self.owner, reason: "left")), at: 12)
        #expect(chain.snapshots[5].barredSince(node: Self.node, operator: Self.owner) == 5)
        // Approved again and revoked again: the second revocation is the one that bars.
        try chain.append(.approveOperator(0), at: 13)
        try chain.append(.init(.revokeOperator(did: Self.owner, reason: "left")), at: 20)
        #expect(chain.snapshots[7].barredSince(node: Party.nodes[1].did, operator: Self.owner) == 20)
    }

    @Test func `a status list in the log ends what it revokes, and only its issuer publishes it`() throws {
        var chain = try chain(TestAdmission.rule())
        let credentials = try TestAdmission.credentials(of: Self.owner, in: "PE", index: 7)
        // Its status cannot be told before the list is there.
        #expect(code(chain, TestAdmission.admit(Self.node, of: Self.owner, credentials)) == "trust.status-unknown")
        func publish(_ revoked: [Int], by key: SigningKey = Party.issuer) throws -> Proposal.Decision {
            .publishStatus(issuer: "GRA", list: try TestAdmission.statusList(revoked: revoked, by: key))
        }
        #expect(code(chain, try publish([])) == "governance.bad-vote")
        #expect(code(chain, try publish([], by: Party.stranger), by: [Party.issuer]) == "governance.not-allowed")
        try chain.append(.init(publish([]), by: [Party.issuer]))
        try chain.append(.init(TestAdmission.admit(Self.node, of: Self.owner, credentials)))
        let before = chain.snapshots[5]
        #expect(before.reasonAgainst(node: Self.node, operator: Self.owner, at: Party.time(9)) == nil)
        #expect(before.claims(of: Self.node, at: Party.time(9)).count == 2)
        try chain.append(.init(publish([7]), by: [Party.issuer]))
        let after = chain.snapshots[6]
        #expect(
            after.reasonAgainst(node: Self.node, operator: Self.owner, at: Party.time(9))
                == "no JurisdictionCredential in force")
        #expect(after.claims(of: Self.node, at: Party.time(9)).count == 1)
        #expect(after.statusLists.count == 1 && after.json["statusLists.0.entry"] == 6)
        #expect(code(chain, TestAdmission.admit(Self.node, of: Self.owner, credentials)) == "trust.revoked")
    }

    /// Method: good documents changed in up to three places, from one seed.
    @Test func `changed documents of admission are read, or refused with a code`() throws {
        let credentials = try TestAdmission.credentials(of: Self.owner, in: "PE", index: 7)
        let decisions: [Proposal.Decision] = [
            TestAdmission.admit(Self.node, of: Self.owner, credentials),
            .publishStatus(issuer: "GRA", list: try TestAdmission.statusList(revoked: [3])),
        ]
        let rail = try Genesis.test().rail
        let rules = [try TestAdmission.rule().bytes, try TestAdmission.hardwareRule().bytes]
        let seeds = rules + decisions.map { Proposal(rail: rail, proposedAt: Party.time(1), decision: $0).bytes }
        let tokens = ["\"", "{", "}", "[", "]", ",", "null", "\"kind\":", "-1", "\\u0000"].map { Array($0.utf8) }
        var random = SplitMix64(seed: 5)
        var refused = 0
        for round in 0..<20_000 {
            let input = random.mutated(seeds[round % 4], with: tokens, bytesBelow: 128)
            do {
                if round % 4 < 2 { _ = try AdmissionRule(parsing: input) } else { _ = try Proposal(parsing: input) }
            } catch {
                refused += 1
                if !(error is any CodedFailure) { Issue.record("\(error) has no code, round \(round)") }
            }
        }
        #expect(refused > 10_000)
    }
}
