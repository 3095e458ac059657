import NexusBase
import NexusProof
import Testing

@testable import NexusModel

/// Method: the shared models' samples are proved, and the proved output is the reference inference's.
@Suite(.enabled(if: SharedModels.folder != nil)) struct ProofTests {
    private let seed = [UInt8](repeating: 3, count: 32)

    @Test(arguments: SharedModels.names) func `the proved output is the inference's, and the proof verifies`(
        name: String
    ) throws {
        let network = try Int8Network(onnx: SharedModels.bytes(name, "network.int8-qdq.onnx"))
        let provable = try network.proofNetwork()
        #expect(provable.multiplications == network.multiplications)
        let prover = try InferenceProver(network: provable)
        let sample = try SharedModels.samples(name)[0]
        let input = try network.quantised(sample.input)
        let committed = try prover.commit(to: input, seed: seed)
        let (statement, proof) = try prover.prove(committed, context: [1], seed: Array(repeating: 4, count: 32))
        #expect(try statement.output == network.output(for: input))
        try InferenceVerifier(network: provable).verify(proof, of: statement)
        print("\(name): a proof of \(proof.count) bytes")
        var other = statement.output
        other[0] = other[0] == 127 ? 126 : other[0] + 1
        let lie = try ProofStatement(
            modelHash: statement.modelHash, inputRoot: statement.inputRoot, output: other, batch: 1, context: [1])
        #expect(throws: ProofError.self) { try InferenceVerifier(network: provable).verify(proof, of: lie) }
    }

    @Test func `Add, AveragePool, lone ReLU and a float network's layers are proved as they are inferred`() throws {
        let nodes = [
            FileBuilder.node("Relu", ["q"], "a"), FileBuilder.node("Add", ["q", "a"], "b"),
            FileBuilder.node("QuantizeLinear", ["b", "scale", "zero"], "b8"),
            FileBuilder.node("DequantizeLinear", ["b8", "scale", "zero"], "c"),
            FileBuilder.node(
                "AveragePool", ["c"], "r",
                [
                    ("kernel_shape", .integers([2, 2])), ("strides", .integers([2, 1])),
                    ("pads", .integers([1, 0, 0, 1])), ("count_include_pad", .integer(1)),
                ]),
        ]
        let network = try Int8Network(onnx: FileBuilder.quantised(input: [1, 2, 5, 4], scale: 2, nodes: nodes))
        let provable = try network.proofNetwork()
        let prover = try InferenceProver(network: provable)
        for start in [-128, 0, 60] {
            let input = (0..<40).map { Int8(truncatingIfNeeded: start + $0 * 7) }
            let (statement, proof) = try prover.prove(
                prover.commit(to: input, seed: seed), context: [], seed: Array(repeating: 4, count: 32))
            #expect(try statement.output == network.output(for: input))
            try InferenceVerifier(network: provable).verify(proof, of: statement)
        }
    }
}
