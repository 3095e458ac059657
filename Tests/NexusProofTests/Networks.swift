import NexusBase
import NexusTestInputs

@testable import NexusProof

/// Small networks with random weights that use every kind of layer.
enum Networks {
    static let seed = [UInt8](repeating: 7, count: 32)
    static let otherSeed = [UInt8](repeating: 9, count: 32)

    static func weights(_ count: Int, _ source: inout SplitMix64) -> [Int8] {
        (0..<count).map { _ in Int8(Int(source.next() % 255) - 127) }
    }

    static func input(_ count: Int, seed: UInt64 = 11) -> [Int8] {
        var source = SplitMix64(seed: seed)
        return (0..<count).map { _ in source.int8() }
    }

    /// 6 → 5 (clamped at zero) → 3.
    static func perceptron(first change: ([Int8]) -> [Int8] = { $0 }) throws -> ProofNetwork {
        var source = SplitMix64(seed: 20)
        let first = change(weights(30, &source))
        return try ProofNetwork(
            inputSize: 6,
            layers: [
                .affine(
                    terms: [.init(source: 0, map: .product(weights: first), multiplier: 1 << 30)],
                    bias: [100, -2_000, 30, 0, 500], shift: 37, lower: 0, size: 5),
                .affine(
                    terms: [.init(source: 1, map: .product(weights: weights(15, &source)), multiplier: 1_500_000_000)],
                    bias: [], shift: 37, lower: -128, size: 3),
            ],
            output: 2)
    }

    /// An image of 2 × 7 × 6: convolution with stride and padding, maximum, ReLU, sum of windows, a sum of two values.
    static func image() throws -> ProofNetwork {
        var source = SplitMix64(seed: 21)
        let convolution = ImageWindow(
            channels: 2, rows: 7, columns: 6, height: 3, width: 2, strideDown: 1, strideRight: 2, padTop: 1, padLeft: 1,
            outputRows: 7, outputColumns: 4)
        let pool = ImageWindow(
            channels: 3, rows: 7, columns: 4, height: 3, width: 2, strideDown: 2, strideRight: 1, padTop: 1, padLeft: 0,
            outputRows: 4, outputColumns: 3)
        let mean = ImageWindow(
            channels: 3, rows: 4, columns: 3, height: 2, width: 2, strideDown: 2, strideRight: 1, padTop: 0, padLeft: 1,
            outputRows: 2, outputColumns: 3)
        return try ProofNetwork(
            inputSize: 84,
            layers: [
                .affine(
                    terms: [
                        .init(
                            source: 0, map: .convolution(convolution, weights: weights(36, &source)),
                            multiplier: 1 << 30)
                    ],
                    bias: [1_000, -1_000, 7], shift: 38, lower: -128, size: 84),
                .maxPool(source: 1, pool),
                .relu(source: 2),
                .affine(
                    terms: [
                        .init(source: 3, map: .identity, multiplier: 1 << 30),
                        .init(source: 2, map: .identity, multiplier: 3 << 28),
                    ],
                    bias: [], shift: 30, lower: -128, size: 36),
                .affine(
                    terms: [.init(source: 4, map: .windowSum(mean), multiplier: 1 << 30)],
                    bias: [], shift: 32, lower: -128, size: 18),
                .affine(
                    terms: [.init(source: 5, map: .product(weights: weights(72, &source)), multiplier: 1 << 30)],
                    bias: [1, 2, 3, 4], shift: 37, lower: -128, size: 4),
            ],
            output: 6)
    }

    /// Layers of two maps whose outputs fall into rows differently: a convolution of 2 × 6 positions beside one of
    /// 2 × 2, and a product beside a sum of windows.
    static func mixed() throws -> ProofNetwork {
        var source = SplitMix64(seed: 22)
        let wide = ImageWindow(
            channels: 1, rows: 3, columns: 7, height: 2, width: 2, strideDown: 1, strideRight: 1, padTop: 0, padLeft: 0,
            outputRows: 2, outputColumns: 6)
        let small = ImageWindow(
            channels: 3, rows: 1, columns: 7, height: 2, width: 3, strideDown: 1, strideRight: 3, padTop: 1, padLeft: 0,
            outputRows: 2, outputColumns: 2)
        let mean = ImageWindow(
            channels: 2, rows: 2, columns: 6, height: 2, width: 2, strideDown: 2, strideRight: 2, padTop: 0, padLeft: 0,
            outputRows: 1, outputColumns: 3)
        return try ProofNetwork(
            inputSize: 21,
            layers: [
                .affine(
                    terms: [
                        .init(source: 0, map: .convolution(wide, weights: weights(8, &source)), multiplier: 1 << 30),
                        .init(source: 0, map: .convolution(small, weights: weights(108, &source)), multiplier: 3 << 28),
                    ],
                    bias: [1, -2], shift: 37, lower: -128, size: 24),
                .affine(
                    terms: [
                        .init(source: 0, map: .product(weights: weights(126, &source)), multiplier: 1 << 29),
                        .init(source: 1, map: .windowSum(mean), multiplier: 1 << 30),
                    ],
                    bias: [], shift: 36, lower: 0, size: 6),
            ],
            output: 2)
    }

    /// A proof of proof-v2, and the header that its verifier reads from a file.
    struct Committed {
        let model: RegisteredModel
        let prover: InferenceProver
        let statement: ProofStatement
        let proof: [UInt8]

        func verify() throws {
            let header = try ModelHeader(file: model.header.file)
            try InferenceVerifier(header: header, batch: statement.batch).verify(proof, of: statement)
        }
    }

    static func committed(_ network: ProofNetwork, batch: Int = 1) throws -> Committed {
        let model = try RegisteredModel(network)
        let prover = try InferenceProver(model: model, batch: batch)
        let inputs = try prover.commit(to: input(network.inputSize * batch), seed: seed)
        let (statement, proof) = try prover.prove(inputs, context: [1, 2, 3], seed: otherSeed)
        return Committed(model: model, prover: prover, statement: statement, proof: proof)
    }

    struct Proved {
        let prover: InferenceProver
        let statement: ProofStatement
        let proof: [UInt8]
        var verifier: InferenceVerifier { InferenceVerifier(layout: prover.layout) }
    }

    static func proved(_ network: ProofNetwork, batch: Int = 1, context: [UInt8] = [1, 2, 3]) throws -> Proved {
        let prover = try InferenceProver(network: network, batch: batch)
        let committed = try prover.commit(to: input(network.inputSize * batch), seed: seed)
        let (statement, proof) = try prover.prove(committed, context: context, seed: otherSeed)
        return Proved(prover: prover, statement: statement, proof: proof)
    }
}
