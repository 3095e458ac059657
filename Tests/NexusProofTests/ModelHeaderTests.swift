import NexusBase
import Testing

@testable import NexusProof

@Suite struct ModelHeaderTests {
    @Test func `a header survives its file, and no other bytes are the same header`() throws {
        for network in [try Networks.perceptron(), try Networks.image(), try Networks.mixed()] {
            let header = try RegisteredModel(network).header
            let file = header.file
            #expect(try ModelHeader(file: file) == header)
            #expect(header.hash == Digest(of: file))
            #expect(header.hash != network.hash)
            for index in file.indices {
                for change: UInt8 in [1, 0x80, 0xFF] {
                    var changed = file
                    changed[index] ^= change
                    guard let other = try? ModelHeader(file: changed) else { continue }
                    #expect(other.file == changed)
                    #expect(other.hash != header.hash)
                }
            }
            for count in file.indices {
                #expect(throws: ProofError.self) { try ModelHeader(file: Array(file[..<count])) }
            }
            #expect(throws: ProofError(.malformed, "")) { try ModelHeader(file: file + [0]) }
        }
    }

    /// Replaces the number at `offset` from the end of the layers, or from the end of the file.
    private func changed(_ file: [UInt8], fromEnd offset: Int, to number: UInt32) -> [UInt8] {
        var bytes = file
        for index in 0..<4 {
            bytes[bytes.count - offset + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(index)))
        }
        return bytes
    }

    @Test func `what follows from the shapes cannot be chosen`() throws {
        let file = try RegisteredModel(Networks.perceptron()).header.file
        // Root, then backwards C, R, k_w; before them the last map's largest sum and count.
        for (offset, code) in [(36, ProofError.Code.malformed), (40, .malformed), (44, .malformed), (52, .malformed)] {
            #expect(throws: ProofError(code, "")) {
                try ModelHeader(file: changed(file, fromEnd: offset, to: 3))
            }
        }
        // Five weights a row: 635 at most.
        _ = try ModelHeader(file: changed(file, fromEnd: 48, to: 635))
        #expect(throws: ProofError(.badBound, "")) { try ModelHeader(file: changed(file, fromEnd: 48, to: 636)) }
        #expect(throws: ProofError(.badBound, "")) { try ModelHeader(file: changed(file, fromEnd: 48, to: .max)) }
    }

    @Test func `a sum that is stated too small is another model, whose rows the honest numbers do not fit`() throws {
        let network = try ProofNetwork(
            inputSize: 1,
            layers: [
                .affine(
                    terms: [.init(source: 0, map: .product(weights: [100]), multiplier: 1 << 30)], bias: [], shift: 31,
                    lower: -128, size: 1)
            ], output: 1)
        let model = try RegisteredModel(network)
        let small = try ModelHeader(file: changed(model.header.file, fromEnd: 48, to: 1))
        #expect(small.hash != model.header.hash)
        #expect(small.outline.bounds[0] != model.header.outline.bounds[0])
        // 100 · 50 / 2 is clamped: the excess has no rows under the other header.
        let prover = try InferenceProver(model: model)
        let committed = try prover.commit(to: [50], seed: Networks.seed)
        let (statement, proof) = try prover.prove(committed, context: [], seed: Networks.otherSeed)
        try InferenceVerifier(header: model.header).verify(proof, of: statement)
        #expect(throws: ProofError(.wrongStatement, "")) {
            try InferenceVerifier(header: small).verify(proof, of: statement)
        }
        let renamed = try ProofStatement(
            modelHash: small.hash, inputRoot: statement.inputRoot, output: statement.output, batch: 1, context: [],
            format: .v2)
        #expect(throws: ProofError.self) { try InferenceVerifier(header: small).verify(proof, of: renamed) }
    }

    @Test func `a network without weights has no header`() throws {
        let network = try ProofNetwork(inputSize: 1, layers: [.relu(source: 0)], output: 1)
        #expect(throws: ProofError(.badNetwork, "")) { try RegisteredModel(network) }
    }

    @Test func `shapes beyond the limits are refused before memory is taken`() throws {
        // 2^20 · 2^20 weights.
        var numbers: [UInt32] = [1 << 20, 1, 1, 1, 1 << 20, 30, 0, 0, 1, 0, 1, 1, 0, 1]
        func file() -> [UInt8] {
            let bytes = numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
            return ProofNetwork.frame(bytes.count, tag: "nexus-proof-v2 model") + bytes
        }
        #expect(throws: ProofError(.tooLarge, "")) { try ModelHeader(file: file()) }
        numbers[2] = .max
        #expect(throws: ProofError(.malformed, "")) { try ModelHeader(file: file()) }
        #expect(throws: ProofError(.malformed, "")) { try ModelHeader(file: []) }
        #expect(throws: ProofError(.malformed, "")) { try ModelHeader(file: Networks.perceptron().file) }
    }
}
