import NexusBase
import Testing

@testable import NexusLog

func code(_ body: () throws -> Void) -> LogError.Code? {
    do {
        try body()
        return nil
    } catch { return (error as? LogError)?.code }
}

@Suite struct NoteTests {
    let signer: Ed25519NoteSigner
    let witness: Ed25519NoteSigner
    let checkpoint: Checkpoint

    init() throws {
        signer = try Ed25519NoteSigner(name: "rail.example/log", seed: [UInt8](repeating: 1, count: 32))
        witness = try Ed25519NoteSigner(
            name: "witness.example/w1", seed: [UInt8](repeating: 2, count: 32), type: .cosignatureEd25519)
        checkpoint = try Checkpoint(origin: "rail.example/log", size: 1, root: Merkle.leaf([]))
    }

    @Test func `a signed and cosigned checkpoint is read back and verified with its times`() throws {
        var signed = try SignedCheckpoint(checkpoint, signedBy: signer)
        signed.add([try witness.sign(checkpoint.text, time: 1_700_000_000)])
        let read = try SignedCheckpoint(parsing: signed.bytes)
        #expect(read == signed)
        let verified = try read.verify(origin: "rail.example/log", by: [signer.key, witness.key])
        #expect(verified.signatures.map(\.time) == [nil, 1_700_000_000])
        let partly = try read.verify(origin: "rail.example/log", by: [signer.key])
        #expect(partly.unknown.map(\.name) == ["witness.example/w1"])
        #expect(code { _ = try read.verify(origin: "other.example", by: [signer.key]) } == .wrongOrigin)
    }

    @Test func `a key repeated on a note counts once`() throws {
        var signed = try SignedCheckpoint(checkpoint, signedBy: signer)
        signed.add([try witness.sign(checkpoint.text, time: 5), try witness.sign(checkpoint.text, time: 6)])
        #expect(try signed.note.verify(by: [witness.key]).signatures.count == 1)
    }

    @Test func `a verifier key is the text that it was read from`() throws {
        for key in [signer.key, witness.key] { #expect(try VerifierKey(parsing: key.text) == key) }
        // The same public key under another type is another key.
        let other = try VerifierKey(name: signer.key.name, type: .cosignatureEd25519, publicKey: signer.key.publicKey)
        #expect(other.id != signer.key.id)
    }

    @Test(arguments: [
        "", "name", "name+00000000", "name+00000000+", "+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
        "example.com/log/testdata+33d7b497+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
        "example.com/log/testdata+33D7B496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
        "example.com/log testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx",
        "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkk",
    ]) func `a malformed verifier key is refused`(text: String) {
        #expect(code { _ = try VerifierKey(parsing: Text(text)) } == .badKey)
    }

    @Test func `a key of another signature type is refused as such`() {
        #expect(code { _ = try VerifierKey(parsing: "name+00000000+Ag==") } == .unsupportedKey)
    }

    static let good = "text\n\n\u{2014} name AAAAAAA=\n"
    @Test(arguments: [
        "", "\n", "\n\n", "text\n", "text\n\n", "text\n\u{2014} name AAAAAAA=\n", "text\n\n\u{2014} name AAAAAAA=",
        "text\n\n- name AAAAAAA=\n", "text\n\n\u{2014} name AAAAAAA=\n\n", "text\n\n\u{2014}  AAAAAAA=\n",
        "text\n\n\u{2014} na me AAAAAAA=\n", "text\n\n\u{2014} na+me AAAAAAA=\n", "text\n\n\u{2014} name AAAAAA==\n",
        "text\n\n\u{2014} name AAAAAAB=\n", "text\n\n\u{2014} name AAAAAAA\n", "te\txt\n\n\u{2014} name AAAAAAA=\n",
        "text\r\n\n\u{2014} name AAAAAAA=\n", "text\n\n\u{2014} na\u{A0}me AAAAAAA=\n",
        "text\n\n\u{2014} name AAAAAAA= \n",
        "text\n\n\u{2014}\u{A0}name AAAAAAA=\n", "\n\n\u{2014} name AAAAAAA=\nx\n",
    ]) func `a malformed note is refused`(text: String) throws {
        _ = try SignedNote(parsing: Array(Self.good.utf8))
        #expect(code { _ = try SignedNote(parsing: Array(text.utf8)) } == .badNote)
    }

    @Test func `bytes that are not UTF-8 are refused in text and in names`() {
        var bytes = Array(Self.good.utf8)
        bytes[0] = 0xFF
        #expect(code { _ = try SignedNote(parsing: bytes) } == .badNote)
        bytes = Array(Self.good.utf8)
        bytes[10] = 0xC3
        #expect(code { _ = try SignedNote(parsing: bytes) } == .badNote)
    }

    @Test func `a note at the limit of signatures is read and one more is refused`() throws {
        let line = "\u{2014} name AAAAAAA=\n"
        func note(_ count: Int) -> [UInt8] { Array(("text\n\n" + String(repeating: line, count: count)).utf8) }
        #expect(try SignedNote(parsing: note(LogLimits.noteSignaturesMax)).signatures.count == 64)
        #expect(code { _ = try SignedNote(parsing: note(LogLimits.noteSignaturesMax + 1)) } == .tooLarge)
        let end = Array("\n\n\u{2014} name AAAAAAA=\n".utf8)
        let most = [UInt8](repeating: 0x61, count: LogLimits.noteBytesMax - end.count) + end
        #expect(most.count == LogLimits.noteBytesMax)
        _ = try SignedNote(parsing: most)
        #expect(code { _ = try SignedNote(parsing: [0x61] + most) } == .tooLarge)
    }

    @Test(arguments: [
        "o\n1\n", "\n1\nROOT\n", "o\n01\nROOT\n", "o\n-1\nROOT\n", "o\n+1\nROOT\n", "o\n\nROOT\n", "o\n1\nROOT",
        "o\n4611686018427387905\nROOT\n", "o\n99999999999999999999\nROOT\n", "o\n1\nROOT\n\n", "o\n1\nAAAA\n",
        "o\n0\nROOT\n", "o\n1 \nROOT\n",
    ]) func `a malformed checkpoint is refused`(text: String) {
        let root = Base64.encode(Merkle.leaf([]).bytes)
        _ = #expect(throws: Never.self) { try Checkpoint(text: Text("o\n1\n\(root)\n")) }
        let whole = String(decoding: text.utf8, as: UTF8.self).split(
            separator: "ROOT", omittingEmptySubsequences: false
        )
        .joined(separator: root)
        #expect(code { _ = try Checkpoint(text: Text(whole)) } == .badCheckpoint)
    }

    @Test func `extension lines are kept, signed, and bounded`() throws {
        let lines = (0..<LogLimits.extensionLinesMax).map { Text("extension \($0)") }
        let long = try Checkpoint(origin: "o", size: 0, root: Digest(of: []), extensions: lines)
        #expect(try Checkpoint(text: long.text) == long)
        #expect(code { _ = try Checkpoint(text: Text(long.text.string + "one more\n")) } == .badCheckpoint)
    }

    @Test func `an ML-DSA-44 cosignature signs the published structure and says when it was made`() throws {
        let cosigner = try MLDSA44NoteSigner(name: "w", seed: [UInt8](repeating: 7, count: 32))
        let key = cosigner.key
        #expect(try VerifierKey(parsing: key.text) == key)
        let expected =
            Array("subtree/v1\n\0".utf8) + [1, 0x77] + [0, 0, 0, 0, 0, 0, 0, 9] + [16] + Array("rail.example/log".utf8)
            + [0, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 1] + Merkle.leaf([]).bytes
        #expect(try key.message(for: checkpoint.text, time: 9) == expected)
        var signed = try SignedCheckpoint(checkpoint, signedBy: signer)
        let line = try cosigner.sign(checkpoint.text, time: 9)
        signed.add([line])
        let read = try SignedCheckpoint(parsing: signed.bytes)
        #expect(try read.verify(origin: checkpoint.origin, by: [signer.key, key]).signatures.map(\.time) == [nil, 9])
        let subtree = CosignedSubtree(origin: "o", range: 4..<8, hash: Digest(of: []))
        #expect(code { _ = try subtree.message(cosigner: "w", time: 1) } == .outOfRange)
        // Time, signature, name and root are all signed.
        for index in stride(from: 0, to: line.bytes.count, by: 97) {
            var bytes = line.bytes
            bytes[index] ^= 1
            let changed = try NoteSignature(name: line.name, keyID: line.keyID, bytes: bytes)
            #expect(code { _ = try key.verify(changed, over: checkpoint.text) } == .badSignature, "byte \(index)")
        }
        let other = try Checkpoint(origin: checkpoint.origin, size: 1, root: Merkle.leaf([1]))
        #expect(code { _ = try key.verify(line, over: other.text) } == .badSignature)
        let renamed = try VerifierKey(name: "v", type: .cosignatureMLDSA44, publicKey: key.publicKey)
        let borrowed = try NoteSignature(name: "v", keyID: renamed.id, bytes: line.bytes)
        #expect(code { _ = try renamed.verify(borrowed, over: checkpoint.text) } == .badSignature)
        #expect(code { _ = try cosigner.sign("no checkpoint\n", time: 1) } == .badCheckpoint)
        #expect(code { _ = try MLDSA44NoteSigner(name: "w", seed: [1]) } == .badKey)
    }

    @Test func `a deterministic ML-DSA-44 cosignature is the same each time, a hedged one is not`() throws {
        let seed = [UInt8](repeating: 7, count: 32)
        let exact = try MLDSA44NoteSigner(name: "w", seed: seed, isDeterministic: true)
        #expect(try exact.sign(checkpoint.text, time: 9) == exact.sign(checkpoint.text, time: 9))
        let hedged = try MLDSA44NoteSigner(name: "w", seed: seed)
        #expect(try hedged.sign(checkpoint.text, time: 9) != hedged.sign(checkpoint.text, time: 9))
    }

    @Test func `a proof file is read back, verified, and refused when changed`() throws {
        let entries = (0..<7).map { [UInt8($0)] }
        let leaves = entries.map { Merkle.leaf($0) }
        let signed = try SignedCheckpoint(
            Checkpoint(origin: "rail.example/log", size: 7, root: Merkle.root(leaves)), signedBy: signer)
        for extra in [nil, [] as [UInt8], [1, 2, 3]] {
            let proof = try LogProof(extra: extra, index: 4, path: Merkle.path(leaves, at: 4), checkpoint: signed)
            #expect(try LogProof(parsing: proof.bytes) == proof)
            _ = try proof.verify(leaf: leaves[4], origin: "rail.example/log", by: [signer.key])
            #expect(
                code { _ = try proof.verify(leaf: leaves[5], origin: "rail.example/log", by: [signer.key]) }
                    == .badProof)
            for index in proof.bytes.indices where extra == nil {
                var changed = proof.bytes
                changed[index] ^= 1
                #expect(throws: (any Error).self, "byte \(index)") {
                    try LogProof(parsing: changed).verify(leaf: leaves[4], origin: "rail.example/log", by: [signer.key])
                }
            }
        }
        let alone = try SignedCheckpoint(checkpoint, signedBy: signer)
        let most = try LogProof(
            extra: [UInt8](repeating: 0, count: LogLimits.proofExtraBytesMax), index: 0,
            path: [Digest](repeating: Digest(of: []), count: LogLimits.proofHashesMax), checkpoint: alone)
        #expect(try LogProof(parsing: most.bytes) == most)
        #expect(
            code { _ = try LogProof(index: 0, path: most.path + [Digest(of: [])], checkpoint: alone) } == .badProofFile)
    }
}
