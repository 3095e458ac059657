import Foundation
import NexusBase
import Testing

@testable import NexusProof

/// Method: a toy code keeps proofs small. `NEXUS_PROOF_BITS=all` changes every bit; otherwise one bit of every byte in
/// turn, each second byte.
@Suite struct StrictnessTests {
    private func small(_ format: ProofFormat = .v1) throws -> (Forger, ProofStatement, [UInt8]) {
        var forger = Forger(
            try ProofNetwork(inputSize: 1, layers: [.relu(source: 0)], output: 1), input: [-5], dimension: 32,
            queries: 6)
        if format == .v2 {
            // Weights that fill two chunks, and a batch of two.
            let weights = (0..<40).map { Int8($0 - 20) }
            let network = try ProofNetwork(
                inputSize: 40,
                layers: [
                    .affine(
                        terms: [.init(source: 0, map: .product(weights: weights), multiplier: 1 << 30)], bias: [],
                        shift: 36, lower: -128, size: 1)
                ], output: 1)
            forger = try Forger(
                committed: network, input: Networks.input(80), dimension: 32, queries: 6, weightDimension: 32)
        }
        var session = try forger.session(context: [1])
        return (forger, session.statement, session.prove())
    }

    @Test(arguments: ProofFormat.allCases) func `a proof with any bit changed is refused`(format: ProofFormat) throws {
        let (forger, statement, proof) = try small(format)
        try forger.verifier.verify(proof, of: statement)
        let every = ProcessInfo.processInfo.environment["NEXUS_PROOF_BITS"] == "all"
        var refused = 0
        for index in stride(from: 0, to: proof.count, by: every ? 1 : 2) {
            for bit in every ? 0..<8 : index / 2 % 8..<index / 2 % 8 + 1 {
                var bytes = proof
                bytes[index] ^= 1 << UInt8(bit)
                do {
                    try forger.verifier.verify(bytes, of: statement)
                    Issue.record("bit \(bit) of byte \(index) does not matter")
                } catch is ProofError { refused += 1 }
            }
        }
        print("\(refused) changed bits of \(proof.count) bytes, all refused")
        #expect(refused >= proof.count / 2)
    }

    @Test(arguments: ProofFormat.allCases) func `a statement with any bit changed is refused`(
        format: ProofFormat
    ) throws {
        let (forger, statement, proof) = try small(format)
        let canonical = statement.canonicalBytes
        for index in canonical.indices {
            for bit in 0..<8 {
                var bytes = canonical
                bytes[index] ^= 1 << UInt8(bit)
                #expect(throws: ProofError.self) {
                    try forger.verifier.verify(proof, of: ProofStatement(parsing: bytes))
                }
            }
        }
    }

    @Test(arguments: ProofFormat.allCases) func `a proof cut or extended anywhere is refused`(
        format: ProofFormat
    ) throws {
        let (forger, statement, proof) = try small(format)
        for count in 0..<proof.count where count < 400 || count % 97 == 0 || count > proof.count - 40 {
            #expect(throws: ProofError.self) { try forger.verifier.verify(Array(proof[..<count]), of: statement) }
        }
        for count in 1..<40 {
            let more = proof + [UInt8](repeating: 0, count: count)
            #expect(throws: ProofError.self) { try forger.verifier.verify(more, of: statement) }
        }
    }

    @Test func `a network's bytes with any byte changed are another network or none`() throws {
        let network = try Networks.image()
        let bytes = network.canonicalBytes
        #expect(try ProofNetwork(parsing: bytes) == network)
        for index in bytes.indices {
            for change: UInt8 in [1, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= change
                guard let other = try? ProofNetwork(parsing: changed) else { continue }
                #expect(other.hash != network.hash)
                #expect(other.canonicalBytes == changed)
            }
        }
        for count in bytes.indices {
            #expect(throws: ProofError.self) { try ProofNetwork(parsing: Array(bytes[..<count])) }
        }
    }

    @Test func `networks beyond their bounds are refused`() throws {
        func refused(_ code: ProofError.Code, _ layer: ProofNetwork.Layer, inputSize: Int = 1) {
            #expect(throws: ProofError(code, "")) {
                try ProofNetwork(inputSize: inputSize, layers: [layer], output: 1)
            }
        }
        func affine(_ weights: [Int8], _ multiplier: Int64 = 1 << 30, shift: Int = 31, bias: [Int32] = [])
            -> ProofNetwork.Layer
        {
            .affine(
                terms: [.init(source: 0, map: .product(weights: weights), multiplier: multiplier)], bias: bias,
                shift: shift, lower: -128, size: 1)
        }
        refused(.badBound, affine([-128]))
        refused(.badNetwork, affine([1], 1 << 31))
        refused(.badNetwork, affine([1], 0))
        refused(.badNetwork, affine([1], shift: 63))
        refused(.badNetwork, affine([1], shift: 0))
        refused(.badNetwork, affine([1, 2]))
        // 2^62 · 256 wraps, 2^54 · 256 does not.
        refused(.badBound, affine([1], shift: 62))
        _ = try ProofNetwork(inputSize: 1, layers: [affine([1], shift: 54)], output: 1)
        refused(.badBound, affine([1], bias: [.max]))
        refused(.badNetwork, .relu(source: 1))
        refused(.badNetwork, .relu(source: -1))
        refused(.tooLarge, .relu(source: 0), inputSize: ProofLimits.valueSizeMax + 1)
        #expect(throws: ProofError(.tooLarge, "")) {
            let large = try ProofNetwork(inputSize: 1 << 20, layers: [.relu(source: 0)], output: 1)
            _ = try InferenceProver(network: large, batch: ProofLimits.batchMax)
        }
        #expect(throws: ProofError(.tooLarge, "")) {
            // Five layers of 2^34 multiplications each.
            let window = ImageWindow(
                channels: 16, rows: 256, columns: 256, height: 32, width: 32, strideDown: 1, strideRight: 1,
                padTop: 31, padLeft: 31, outputRows: 256, outputColumns: 256)
            let weights = [Int8](repeating: 0, count: 16 * 16 * 1_024)
            let layer = ProofNetwork.Layer.affine(
                terms: [.init(source: 0, map: .convolution(window, weights: weights), multiplier: 1 << 30)],
                bias: [], shift: 40, lower: 0, size: 1 << 20)
            _ = try ProofNetwork(
                inputSize: 1 << 20, layers: Array(repeating: layer, count: 5), output: 1)
        }
        #expect(throws: ProofError(.tooLarge, "")) {
            _ = try InferenceProver(network: Networks.perceptron(), batch: ProofLimits.batchMax + 1)
        }
    }

    @Test func `inputs and seeds have their sizes`() throws {
        let prover = try InferenceProver(network: Networks.perceptron())
        #expect(throws: ProofError(.badInput, "")) { try prover.commit(to: [1], seed: Networks.seed) }
        #expect(throws: ProofError(.badInput, "")) { try prover.commit(to: Networks.input(6), seed: [1]) }
        let committed = try prover.commit(to: Networks.input(6), seed: Networks.seed)
        #expect(throws: ProofError(.badInput, "")) { try prover.prove(committed, context: [], seed: []) }
        #expect(throws: ProofError(.tooLarge, "")) {
            try prover.prove(
                committed, context: Array(repeating: 0, count: ProofLimits.contextBytesMax + 1), seed: Networks.seed)
        }
    }
}
