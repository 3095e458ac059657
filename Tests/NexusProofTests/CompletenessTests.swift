import NexusBase
import NexusTestInputs
import Testing

@testable import NexusProof

@Suite struct CompletenessTests {
    @Test func `a proof of every kind of layer verifies`() throws {
        for network in [try Networks.perceptron(), try Networks.image()] {
            let proved = try Networks.proved(network)
            try proved.verifier.verify(proved.proof, of: proved.statement)
            let layout = proved.prover.layout
            print(
                "k \(layout.code.dimension), limbs of \(layout.limbWidth), rows \(layout.rowCount),",
                "proof \(proved.proof.count) bytes, estimated \(layout.estimatedBytes)")
        }
    }

    @Test func `a batch is proved as one`() throws {
        let network = try Networks.image()
        let proved = try Networks.proved(network, batch: 5)
        try proved.verifier.verify(proved.proof, of: proved.statement)
        let single = try InferenceProver(network: network)
        let inputs = Networks.input(network.inputSize * 5)
        for item in 0..<5 {
            let own = Array(inputs[item * 84..<(item + 1) * 84])
            let (statement, _) = try single.prove(
                single.commit(to: own, seed: Networks.seed), context: [], seed: Networks.otherSeed)
            #expect(statement.output == Array(proved.statement.output[item * 4..<(item + 1) * 4]))
        }
    }

    @Test func `extreme inputs prove`() throws {
        let network = try Networks.image()
        let prover = try InferenceProver(network: network)
        for value: Int8 in [-128, 0, 127] {
            let committed = try prover.commit(to: Array(repeating: value, count: 84), seed: Networks.seed)
            let (statement, proof) = try prover.prove(committed, context: [], seed: Networks.otherSeed)
            try InferenceVerifier(network: network).verify(proof, of: statement)
        }
    }

    @Test func `the same seeds give the same bytes and another seed none of them`() throws {
        let network = try Networks.perceptron()
        let (first, second) = (try Networks.proved(network), try Networks.proved(network))
        #expect(first.proof == second.proof)
        let prover = first.prover
        let committed = try prover.commit(to: Networks.input(6), seed: Networks.otherSeed)
        let (statement, proof) = try prover.prove(committed, context: [1, 2, 3], seed: Networks.seed)
        #expect(statement.inputRoot != first.statement.inputRoot)
        #expect(proof.prefix(64) != first.proof.prefix(64))
        try first.verifier.verify(proof, of: statement)
    }

    /// Method: the transposed map against the map itself, coefficient by coefficient, on unit inputs.
    @Test func `transposed maps are the transpose`() throws {
        var source = SplitMix64(seed: 30)
        let weight = source.pair()
        for network in [try Networks.perceptron(), try Networks.image()] {
            for case .affine(let terms, _, _, _, let size) in network.layers {
                for term in terms {
                    let inputSize = network.sizes[term.source]
                    let coefficients = term.map.transposed(
                        ConstraintWeights(position: weight, row: .one, period: size), inputSize: inputSize,
                        outputSize: size)
                    for index in 0..<inputSize {
                        var unit = [Int8](repeating: 0, count: inputSize)
                        unit[index] = 1
                        var (sum, power) = (Extension.zero, Extension.one)
                        for entry in term.map.apply(unit, size: size) {
                            sum += power * Goldilocks(Int64(entry))
                            power *= weight
                        }
                        #expect(sum == coefficients[index])
                    }
                }
            }
        }
    }

    @Test func `statements survive their canonical bytes and nothing else does`() throws {
        let statement = try Networks.proved(Networks.perceptron()).statement
        #expect(try ProofStatement(parsing: statement.canonicalBytes) == statement)
        for index in statement.canonicalBytes.indices {
            var bytes = statement.canonicalBytes
            bytes.insert(UInt8(ascii: " "), at: index)
            #expect((try? ProofStatement(parsing: bytes)) != statement)
        }
    }
}
