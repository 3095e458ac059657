import NexusBase
import NexusGovernance
import NexusLog
import NexusTestSupport
import Testing

@testable import NexusEvidence

@Suite struct TrustFileTests {
    let genesis: Genesis
    init() throws { genesis = try .test() }

    func code(_ witnesses: [VerifierKey], _ threshold: Int, _ edit: (inout JSON) -> Void = { _ in }) throws -> String? {
        let file = TrustFile(
            genesis: genesis, attestation: [], witnesses: .init(keys: witnesses, threshold: threshold))
        var json = try JSON(parsing: file.bytes)
        edit(&json)
        do {
            _ = try TrustFile(parsing: json.canonicalBytes)
            return nil
        } catch { return (error as? any CodedFailure)?.qualifiedCode ?? "\(error)" }
    }

    @Test func `a trust file with witnesses and roots is the file that it was read from`() throws {
        let file = TrustFile(
            genesis: genesis, attestation: ["simulated"],
            witnesses: .init(keys: [Party.witness.key, Party.quantumWitness.key], threshold: 2),
            timeStampRoots: [try TestAuthority().root])
        #expect(try TrustFile(parsing: file.bytes) == file)
        // What was written before there were witnesses still reads, and has none.
        let plain = TrustFile(genesis: genesis, attestation: [])
        #expect(try TrustFile(parsing: plain.bytes).witnesses == nil)
        #expect(!String(decoding: plain.bytes, as: UTF8.self).contains("witnesses"))
    }

    @Test func `witnesses that are none, stand twice, or are fewer than needed are refused`() throws {
        let bad = "evidence.bad-trust-file"
        #expect(try code([Party.witness.key], 1) == nil)
        #expect(try code([Party.witness.key], 2) == bad)
        #expect(try code([Party.witness.key, Party.witness.key], 1) == bad)
        #expect(try code([Party.validators[0].key], 1) == bad)
        #expect(try code([Party.laterLog[0].key], 1) == bad)
        #expect(try code([Party.witness.key], 1) { $0["witnesses.keys.0"] = "no key" } == bad)
        #expect(try code([Party.witness.key], 1) { $0["witnesses.note"] = "x" } == "base.unknown-field")
        #expect(try code([Party.witness.key], 1) { $0["timeStampRoots"] = [.base64([1, 2, 3])] } == bad)
        #expect(try code([Party.witness.key], 1) { $0["timeStampRoots"] = [] } == "base.wrong-type")
    }

    @Test func `the keys in force follow the rotations, and a note keeps their lines only`() throws {
        let trust = TrustFile(
            genesis: genesis, attestation: [], witnesses: .init(keys: [Party.witness.key], threshold: 1))
        var keys = try CheckpointKeys(trust: trust)
        let checkpoint = try Checkpoint(origin: Party.log.key.name, size: 1, root: Merkle.leaf([]))
        var signed = try SignedCheckpoint(checkpoint, signedBy: Party.log)
        for signer in Party.validators + [Party.witness, Party.laterWitness, Party.strangerValidator] {
            signed.add([try signer.sign(checkpoint.text, time: 1)])
        }
        let note = try keys.note(of: signed)
        let read = try SignedCheckpoint(parsing: note.bytes)
        #expect(read.note.signatures.count == 4)
        #expect(try keys.verify(read, trust: trust).witnesses == [Party.witness.key])
        keys.rotate(from: Party.witness.key, to: Party.laterWitness.key)
        #expect(throws: EvidenceError(.badCheckpoint, "")) { try keys.verify(read, trust: trust) }
        let later = try SignedCheckpoint(parsing: keys.note(of: signed).bytes)
        #expect(try keys.verify(later, trust: trust).witnesses == [Party.laterWitness.key])
        keys.rotate(from: Party.log.key, to: Party.laterLog[0].key)
        #expect(throws: EvidenceError(.badCheckpoint, "")) { try keys.verify(later, trust: trust) }
        #expect(throws: (any Error).self) { try keys.verify(signed, trust: trust) }
    }
}
