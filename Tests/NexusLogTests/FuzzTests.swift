import Foundation
import NexusBase
import NexusTestInputs
import Testing

@testable import NexusLog

/// Inputs made by mutating good ones. Each is either refused with a code or is read and written again byte for byte:
/// no other byte string means the same, and nothing traps. `NEXUS_FUZZ` is the number of inputs (20,000 if not given),
/// `NEXUS_FUZZ_SEED` the start of the sequence.
@Suite struct FuzzTests {
    static func setting(_ name: String, _ otherwise: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? otherwise
    }

    static let tokens: [[UInt8]] =
        [
            "\n", "\n\n", "\u{2014} ", " ", "+", "=", "0", "00", "x", ".p/", "/", "255", "256", "9223372036854775807",
            "18446744073709551616", "old ", "index ", "extra ", "\u{0}", "\u{7F}", "\u{A0}", "e\u{301}",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xFF, 0xFF], [0, 0]]

    /// Reads `bytes` as each format; returns how many took them.
    static func readAll(_ bytes: [UInt8]) throws -> Int {
        var taken = 0
        func read(_ name: String, _ body: () throws -> [UInt8]?) throws {
            do {
                guard let again = try body() else { return }
                taken += 1
                #expect(again == bytes, "\(name) reads another form: \(Hex.encode(bytes))")
            } catch is LogError {
            } catch { Issue.record("\(name): \(error) for \(Hex.encode(bytes))") }
        }
        let text = String(validating: bytes, as: UTF8.self)
        try read("note") { try SignedNote(parsing: bytes).bytes }
        try read("checkpoint") { try SignedCheckpoint(parsing: bytes).bytes }
        try read("checkpoint text") { try text.map { try Checkpoint(text: Text($0)).text.bytes } }
        try read("key") { try text.map { try VerifierKey(parsing: Text($0)).text.bytes } }
        try read("path") { try text.map { Array(try TileID(path: $0).path.utf8) } }
        try read("signature line") { try NoteSignature(parsing: bytes).line.bytes }
        try read("proof file") { try LogProof(parsing: bytes).bytes }
        for width in 1...4 {
            try read("bundle") { try EntryBundle.bytes(of: EntryBundle.entries(in: bytes, width: width)) }
        }
        let hashes = max(1, min(LogLimits.tileWidth, bytes.count / 32))
        try read("tile") { try Tile(TileID(.hashes(level: 0), index: 0, width: hashes), bytes: bytes).bytes }
        return taken
    }

    static func seeds() throws -> [[UInt8]] {
        let signer = try Ed25519NoteSigner(name: "rail.example/log", seed: [UInt8](repeating: 1, count: 32))
        let leaves = (0..<9).map { Merkle.leaf([UInt8($0)]) }
        var signed = try SignedCheckpoint(
            Checkpoint(origin: "rail.example/log", size: 9, root: Merkle.root(leaves), extensions: ["more"]),
            signedBy: signer)
        let witness = try Ed25519NoteSigner(
            name: "w", seed: [UInt8](repeating: 2, count: 32), type: .cosignatureEd25519)
        signed.add([try witness.sign(signed.note.text, time: 1)])
        let later = try MLDSA44NoteSigner(name: "w", seed: [UInt8](repeating: 3, count: 32), isDeterministic: true)
        let twice = try SignedNote(
            text: signed.note.text, signatures: signed.note.signatures + [later.sign(signed.note.text, time: 1)])
        let proof = try LogProof(extra: [1, 2], index: 4, path: Merkle.path(leaves, at: 4), checkpoint: signed)
        return [
            signed.bytes, signed.note.text.bytes, signer.key.text.bytes, witness.key.text.bytes, proof.bytes,
            signed.note.signatures[0].line.bytes, Array("tile/0/x001/x234/067.p/8".utf8),
            Array("tile/entries/x001/234".utf8), try EntryBundle.bytes(of: [[1, 2], [], [3]]),
            leaves.flatMap(\.bytes), [0, 0], twice.bytes, later.key.text.bytes,
        ]
    }

    @Test func `no malformed note, key, path, tile, bundle or proof file is taken`() throws {
        let seeds = try Self.seeds()
        let count = Self.setting("NEXUS_FUZZ", 20_000)
        var random = SplitMix64(seed: UInt64(Self.setting("NEXUS_FUZZ_SEED", 1)))
        var taken = 0
        for seed in seeds { #expect(try Self.readAll(seed) > 0) }
        for _ in 0..<count {
            let input = random.mutated(seeds[random.below(seeds.count)], with: Self.tokens, bytesBelow: 256)
            taken += try Self.readAll(input) > 0 ? 1 : 0
        }
        print("fuzz: \(count) inputs to nine readers, \(taken) taken by one or more and written again the same")
        #expect(taken < count)
    }

    @Test func `no mutated proof verifies`() throws {
        let leaves = (0..<70).map { Merkle.leaf([UInt8($0)]) }
        func hash(_ range: Range<Int>) -> Digest { Merkle.root(leaves[range]) }
        let count = Self.setting("NEXUS_FUZZ", 20_000) / 10
        var random = SplitMix64(seed: UInt64(Self.setting("NEXUS_FUZZ_SEED", 1)))
        for _ in 0..<count {
            let size = 2 + random.below(68)
            let old = 1 + random.below(size - 1)
            let proof = try TreeProof.consistency(of: 0..<old, in: size).map { hash($0) }
            var changed = proof
            var (claimedOld, claimedSize) = (old, size)
            switch random.below(5) {
            case 0 where !changed.isEmpty: changed.remove(at: random.below(changed.count))
            case 1: changed.insert(hash(0..<(1 + random.below(69))), at: random.below(changed.count + 1))
            case 2 where changed.count > 1: changed.swapAt(0, changed.count - 1)
            case 3: claimedOld += 1 + random.below(3)
            default: claimedSize += 1 + random.below(100)
            }
            // The path says nothing of the size but its shape: a proof may hold for more than one, as RFC 9162 has it,
            // but never for another root.
            let root = Digest(ofParts: hash(0..<size).bytes, [1])
            #expect(throws: LogError.self) {
                try TreeProof.verifyConsistency(
                    oldSize: claimedOld, oldRoot: hash(0..<old), newSize: claimedSize, newRoot: root, proof: changed)
            }
            if changed != proof {
                #expect(throws: LogError.self) {
                    try TreeProof.verifyConsistency(
                        oldSize: old, oldRoot: hash(0..<old), newSize: size, newRoot: hash(0..<size), proof: changed)
                }
            }
        }
    }
}
