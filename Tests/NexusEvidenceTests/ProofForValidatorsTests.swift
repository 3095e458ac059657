import NexusBase
import NexusTestSupport
import Testing

@testable import NexusEvidence

/// What a validator is sent of a proved job: no log, no other input, and the proof.
@Suite struct ProofForValidatorsTests {
    private struct Decided {
        let trust: TrustFile
        let pack: EvidencePack
        let run: PackVerification

        init(_ scenario: PackScenario) throws {
            let built = try scenario.build()
            trust = try TrustFile(parsing: built.trust)
            pack = try EvidencePack(parsing: built.pack)
            var run = PackVerification(trust: trust, pack: pack)
            _ = try run.verifyCheckpoint()
            _ = try run.verifyGenesis()
            _ = try run.verifyGovernance()
            self.run = run
        }

        func check(_ proof: (result: ResultProof, input: BoundInput)?) throws {
            try PackVerification.checkDecision(
                quorum: pack.quorum, statements: pack.statements, bindings: pack.bindings, trust: trust,
                snapshots: run.snapshots, occurrenceID: QuorumStatement(parsing: pack.quorum).occurrenceID,
                proof: proof)
        }

        /// The committed input, as the rail shows it.
        var input: BoundInput {
            get throws {
                guard case .shown(let input) = pack.inputs[0] else { throw EvidenceError(.badProof, "withheld") }
                return input
            }
        }
    }

    @Test func `a validator verifies the proof instead of computing`() throws {
        let decided = try Decided(.proved())
        let proof = try #require(decided.pack.proof)
        try decided.check((proof, decided.input))
    }

    @Test func `a decision is refused without its proof, with another, and without the feed's word for the input`()
        throws
    {
        let decided = try Decided(.proved())
        let proof = try #require(decided.pack.proof)
        #expect(throws: EvidenceError(.badProof, "")) { try decided.check(nil) }
        let other = ResultProof(model: proof.model, proof: proof.proof + [0])
        #expect(throws: EvidenceError(.badProof, "")) { try decided.check((other, decided.input)) }
        let input = try decided.input
        let unsigned = BoundInput(
            name: input.name, value: input.value, salt: input.salt, feed: input.feed, edition: input.edition,
            retrievedAt: input.retrievedAt, reading: nil)
        #expect(throws: EvidenceError(.notEntitled, "")) { try decided.check((proof, unsigned)) }
        let salted = BoundInput(
            name: input.name, value: input.value, salt: [UInt8](repeating: 1, count: 32), feed: input.feed,
            edition: input.edition, retrievedAt: input.retrievedAt, reading: input.reading)
        #expect(throws: EvidenceError(.badProof, "")) { try decided.check((proof, salted)) }
    }

    @Test func `a dishonest rail's tampered proof is refused though the node named it`() throws {
        let decided = try Decided(.proved { _, model in model.editProof = { $0[$0.count / 2] ^= 1 } })
        let proof = try #require(decided.pack.proof)
        #expect(throws: (any Error).self) { try decided.check((proof, decided.input)) }
    }
}
