import NexusBase
import NexusGovernance
import NexusLog
import NexusSignatures
import NexusTestSupport
import NexusTrust
import Testing

/// A rail that names its suites, above all one that requires post-quantum signatures.
@Suite struct SuiteRuleTests {
    private static let members = (1...3).map { Party.key(UInt8($0), .hybrid) }
    private static let validator: Text = {
        // A verifier key of type 0x06: name, key id over name and key, type and key.
        let raw = [0x06] + MLDSA44.publicKey(seed: [UInt8](repeating: 7, count: 32))
        let id = Digest(of: Array("validator.pq\n".utf8) + raw).bytes.prefix(4)
        return Text("validator.pq+\(Hex.encode(id))+\(Base64.encode(raw))")
    }()

    private func genesis(
        _ suites: SuitePolicy? = .postQuantum, committee: [SigningKey] = members, rail: SigningKey = members[0],
        validators: [Text] = [validator], threshold: Int = 1
    ) throws -> Genesis {
        try Genesis(
            name: "Test rail", createdAt: Party.time(0), committee: .init(keys: committee.map(\.did), threshold: 2),
            railKey: rail.did, logKey: Party.log.key.text, validators: validators, validatorThreshold: threshold,
            attestation: ["simulated"], suites: suites)
    }

    private func code(_ body: () throws -> some Any) -> String? {
        do {
            _ = try body()
            return nil
        } catch { return (error as? any CodedFailure)?.qualifiedCode ?? "\(error)" }
    }

    @Test func `a genesis holds its own keys to the suites it names`() throws {
        #expect(code { try genesis() } == nil)
        #expect(code { try genesis(committee: Self.members.dropLast() + [Party.key(9)]) } == "trust.suite-refused")
        #expect(code { try genesis(rail: Party.rail) } == "trust.suite-refused")
        #expect(code { try genesis(validators: []) } == "governance.not-allowed")
        #expect(code { try genesis(threshold: 0) } == "governance.not-allowed")
        #expect(code { try genesis(validators: [Party.validators[0].key.text]) } == "governance.not-allowed")
        #expect(code { try genesis(nil, rail: Party.rail, validators: [], threshold: 0) } == nil)
    }

    @Test func `suites read as they were written, and unknown ones are refused`() throws {
        let genesis = try genesis(SuitePolicy(accepted: [.slhDSA128s, .hybrid]))
        let read = try Genesis(json: JSON(parsing: genesis.bytes), at: "genesis")
        #expect(read == genesis && read.rail == genesis.rail && read.policy.accepted == [.slhDSA128s, .hybrid])
        for names: JSON in [[], ["RSA"], ["ML-DSA-65", "ML-DSA-65"], ["ML-DSA-44"]] {
            var json = genesis.json
            json["suites"] = names
            #expect(code { try Genesis(json: json, at: "genesis") } == "trust.unknown-suite")
        }
        #expect(try !Genesis.test().json.canonicalString.contains("suites"), "a rail that names none keeps its id")
    }

    @Test func `on a post-quantum rail nothing else is approved, voted or admitted`() throws {
        var chain = GovernanceChain(try genesis())
        let owner = Party.key(21, .mlDSA65)
        func approve(_ key: SigningKey) -> GovernanceStep {
            GovernanceStep(.approveOperator(name: "Operator", did: key.did, jurisdiction: "PE"), by: Self.members)
        }
        var spoiled = chain
        #expect(code { try spoiled.append(approve(Party.operators[0])) } == "trust.suite-refused")
        spoiled = chain
        #expect(
            code {
                try spoiled.append(GovernanceStep(.approveIssuer(name: "GRA", did: Party.issuer.did), by: Self.members))
            } == "trust.suite-refused")
        spoiled = chain
        #expect(
            code {
                try spoiled.append(GovernanceStep(.approveFeed(name: "ersst", did: Party.feed.did), by: Self.members))
            } == "trust.suite-refused")
        try chain.append(approve(owner))
        // A half of a committee member's hybrid key is another key, which has no vote.
        let half = try SigningKey(suite: .ed25519, secret: [UInt8](repeating: 1, count: 32))
        spoiled = chain
        #expect(
            code { try spoiled.append(GovernanceStep(.revokeOperator(did: owner.did, reason: ""), by: [half])) }
                == "governance.bad-vote")
        let snapshot = chain.snapshots[1]
        func binding(_ node: SigningKey, sealing: SealingSuite = .xWing) throws -> NodeBinding {
            let binding = NodeBinding(
                rail: snapshot.rail, node: node.did, operator: owner.did, jurisdiction: "PE",
                sealingKey: [UInt8](repeating: 9, count: sealing.publicBytes), issuedAt: Party.time(0),
                expiresAt: Party.time(100))
            return try NodeBinding(verifying: binding.sealed(by: owner), rail: snapshot.rail)
        }
        #expect(code { try snapshot.admit(binding(Party.key(31, .hybrid)), at: Party.time(5)) } == nil)
        #expect(code { try snapshot.admit(binding(Party.nodes[0]), at: Party.time(5)) } == "trust.suite-refused")
        #expect(
            code { try snapshot.admit(binding(Party.key(31, .hybrid), sealing: .x25519), at: Party.time(5)) }
                == "trust.suite-refused", "payloads are sealed with X-Wing here")
    }

    @Test func `a verifier that takes fewer suites than the rail folds less`() throws {
        let rail = try genesis(SuitePolicy(accepted: [.hybrid, .mlDSA65]))
        var chain = GovernanceChain(rail)
        try chain.append(
            GovernanceStep(
                .approveOperator(name: "Operator", did: Party.key(21, .mlDSA65).did, jurisdiction: "PE"),
                by: Self.members))
        let bytes = chain.entries[0]
        var strict = GovernanceSnapshot(genesis: rail, suites: SuitePolicy(accepted: [.hybrid]))
        #expect(code { try strict.apply(GovernanceEntry(parsing: bytes), at: 1) } == "trust.suite-refused")
        var same = GovernanceSnapshot(genesis: rail, suites: .any)
        #expect(code { try same.apply(GovernanceEntry(parsing: bytes), at: 1) } == nil)
        #expect(same.digest == chain.snapshots[1].digest)
    }
}
