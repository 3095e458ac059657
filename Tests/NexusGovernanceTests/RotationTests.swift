import NexusBase
import NexusGovernance
import NexusLog
import NexusTestSupport
import Testing

@Suite struct RotationTests {
    func chain(_ steps: GovernanceStep...) throws -> GovernanceChain {
        var chain = GovernanceChain(try .test())
        for step in steps { try chain.append(step) }
        return chain
    }

    func code(_ steps: GovernanceStep...) -> String? {
        do {
            var chain = GovernanceChain(try .test())
            for step in steps { try chain.append(step) }
            return nil
        } catch { return (error as? any CodedFailure)?.qualifiedCode ?? "\(error)" }
    }

    @Test func `five rotations of the log's key lead to the fifth, and the snapshot says so`() throws {
        let keys = (0...5).map { Party.note(UInt8(150 + $0), "example.com/rail", .ed25519).key }
        var chain = GovernanceChain(try .test())
        let before = chain.snapshots[0].digest
        var last = Party.log.key
        for key in keys {
            try chain.append(.rotate(last, key))
            last = key
            let snapshot = chain.snapshots[chain.snapshots.count - 1]
            #expect(try snapshot.logKey == key)
            #expect(try snapshot.inForce(VerifierKey(parsing: snapshot.genesis.logKey)) == key)
        }
        let digests = chain.snapshots.map(\.digest)
        #expect(Set(digests).count == 7 && digests[0] == before)
        #expect(!chain.snapshots[0].json.canonicalString.contains("rotations"), "an old snapshot's digest stays")
    }

    @Test func `a validator's and a stranger's cosigning key rotate, also to ML-DSA-44`() throws {
        let chain = try self.chain(
            .rotate(Party.validators[0].key, Party.quantumWitness.key),
            .rotate(Party.witness.key, Party.laterWitness.key))
        let snapshot = chain.snapshots[2]
        #expect(snapshot.inForce(Party.validators[0].key) == Party.quantumWitness.key)
        #expect(snapshot.rotations.map(\.entry) == [1, 2])
        #expect(try snapshot.logKey == Party.log.key)
    }

    @Test func `a rotation that breaks a rule is refused`() {
        let refused = "governance.not-allowed"
        let (log, later) = (Party.log.key, Party.laterLog.map(\.key))
        #expect(code(.rotate(log, later[0]), .rotate(log, later[1])) == refused, "it gave way before")
        #expect(code(.rotate(later[0], later[1])) == refused, "not the key in force")
        #expect(code(.rotate(log, Party.witness.key)) == refused, "a cosigner's")
        #expect(code(.rotate(Party.witness.key, later[0])) == refused, "a log's")
        #expect(code(.rotate(log, Party.note(56, "other", .ed25519).key)) == refused, "another origin")
        #expect(code(.rotate(log, log)) == refused)
        #expect(code(.rotate(log, later[0]), .rotate(later[0], log)) == refused, "back")
        #expect(code(.rotate(Party.witness.key, Party.validators[0].key)) == refused, "one that stands in the genesis")
        #expect(code(.init(.rotateKey(from: "x", to: "y", reason: ""))) == refused)
        var few = GovernanceStep.rotate(log, later[0])
        few.voters.removeLast()
        #expect(code(few) == "governance.too-few-votes")
    }
}
