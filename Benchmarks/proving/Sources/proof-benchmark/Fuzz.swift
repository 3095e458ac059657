import Foundation
import NexusModel
import NexusProof

/// Seeded mutations of what the room reads from others: proofs, statements, networks, ONNX files. Each reader may only
/// throw its own coded errors; a changed proof may not verify. A trap, a hang or another error ends the run.
struct Fuzz {
    private var random: SplitMix
    private var executions = 0

    /// SplitMix64: the same seed gives the same mutations.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    /// `count` executions in all: one in twenty verifies a proof of each format, the rest go to the four others in
    /// equal parts.
    static func run(_ folder: String, count: Int, seed: UInt64) throws {
        var fuzz = Fuzz(random: SplitMix(state: seed))
        let small = try ProofNetwork(
            inputSize: 6,
            layers: [
                .affine(
                    terms: [
                        .init(source: 0, map: .product(weights: (0..<24).map { Int8($0 * 7 % 50) - 25 }), multiplier: 3)
                    ],
                    bias: [1, 2, 3, 4], shift: 8, lower: 0, size: 4)
            ], output: 1)
        let prover = try InferenceProver(network: small)
        let verifier = try InferenceVerifier(network: small)
        let committed = try prover.commit(to: [1, 2, 3, -4, -5, 6], seed: Array(repeating: 1, count: 32))
        let (statement, proof) = try prover.prove(committed, context: [7], seed: Array(repeating: 2, count: 32))
        try verifier.verify(proof, of: statement)
        let onnx = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/mlp_small/network.int8-qdq.onnx")))
        let proofs = count / 20
        let others = (count - 2 * proofs + 3) / 4
        try fuzz.committed(small, proofs: proofs, headers: others)
        try fuzz.run("proof", proof, proofs) {
            try verifier.verify($0, of: statement)
        } allowing: {
            false
        }
        try fuzz.run("statement", statement.canonicalBytes, others) {
            // Whatever parses is canonical, and no other statement's proof.
            let parsed = try ProofStatement(parsing: $0)
            guard parsed.canonicalBytes == $0, parsed != statement else { throw Wrong() }
        } allowing: {
            true
        }
        try fuzz.run("network", small.file, others) {
            guard try ProofNetwork(file: $0).file == $0 else { throw Wrong() }
        } allowing: {
            true
        }
        try fuzz.run("onnx", onnx, others) {
            _ = try Int8Network(onnx: $0).proofNetwork()
        } allowing: {
            true
        }
        print("\(fuzz.executions) executions, seed \(seed)")
    }

    private struct Wrong: Error {}

    private mutating func run(
        _ name: String, _ original: [UInt8], _ count: Int, _ read: ([UInt8]) throws -> Void, allowing: () -> Bool
    ) throws {
        let start = ContinuousClock.now
        var (codes, longest) = ([String: Int](), Duration.zero)
        for round in 0..<count {
            let bytes = mutated(original)
            guard bytes != original else { continue }
            executions += 1
            let began = ContinuousClock.now
            do {
                try read(bytes)
                codes["read", default: 0] += 1
                guard allowing() else {
                    print("\(name): accepted a changed one in round \(round)")
                    exit(1)
                }
            } catch let error as ProofError {
                codes[error.qualifiedCode, default: 0] += 1
            } catch let error as ModelError {
                codes[error.qualifiedCode, default: 0] += 1
            } catch {
                print("\(name): \(error) in round \(round)")
                exit(1)
            }
            longest = max(longest, ContinuousClock.now - began)
        }
        let list = codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print("\(name): \(list); longest \(longest), all \(ContinuousClock.now - start)")
    }

    /// Proofs and headers of proof-v2.
    private mutating func committed(_ small: ProofNetwork, proofs: Int, headers: Int) throws {
        let model = try RegisteredModel(small)
        let header = model.header.file
        let headed = try InferenceVerifier(header: model.header)
        let prover = try InferenceProver(model: model)
        let inputs = try prover.commit(to: [1, 2, 3, -4, -5, 6], seed: Array(repeating: 1, count: 32))
        let second = try prover.prove(inputs, context: [7], seed: Array(repeating: 2, count: 32))
        try headed.verify(second.proof, of: second.statement)
        try run("proof v2", second.proof, proofs) {
            try headed.verify($0, of: second.statement)
        } allowing: {
            false
        }
        try run("header", header, headers) {
            guard try ModelHeader(file: $0).file == $0 else { throw Wrong() }
        } allowing: {
            true
        }
    }

    private mutating func mutated(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<(random.next() % 3 + 1) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch random.next() % 6 {
            case 0: bytes[place] ^= 1 << UInt8(random.next() % 8)
            case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][Int(random.next() % 5)]
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 16) + 1))
            case 3: bytes.removeLast(bytes.count - place)
            case 4:
                bytes.insert(
                    contentsOf: (0..<random.next() % 16).map { _ in UInt8(truncatingIfNeeded: random.next()) },
                    at: place)
            default:
                // Eight bytes of ones: the largest lengths and no field element.
                for index in place..<min(bytes.count, place + 8) { bytes[index] = 0xFF }
            }
        }
        return bytes
    }
}
