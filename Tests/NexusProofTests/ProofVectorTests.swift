import Foundation
import NexusBase
import NexusTestSupport
import Testing

@testable import NexusProof

/// Vectors/proof/v1, each with its network.
@Suite struct ProofGoldenVectors {
    private static let vectors = ProofVectors(version: 1, model: "network") { bytes, batch in
        try InferenceVerifier(network: ProofNetwork(parsing: bytes), batch: batch)
    }

    @Test func `every vector is answered as it says`() throws {
        try Self.writeMissing()
        try Self.vectors.check(accepted: 2, refused: 10) { vector, _ in
            try ProofNetwork(parsing: vector.model).canonicalBytes == vector.model
        }
    }

    private static func writeMissing() throws {
        guard VectorFolder.isWriting else { return }
        for (number, name, batch) in [(1, "perceptron", 1), (2, "every-layer", 1), (3, "batch-of-three", 3)] {
            let network = number == 2 ? try Networks.image() : try Networks.perceptron()
            let proved = try Networks.proved(network, batch: batch)
            try vectors.accept(
                number, name,
                ProofVector(
                    model: network.canonicalBytes, statement: proved.statement.canonicalBytes, proof: proved.proof))
        }
        let perceptron = try Networks.proved(Networks.perceptron())
        let own = perceptron.statement
        func other(
            modelHash: Digest? = nil, inputRoot: Digest? = nil, output: [Int8]? = nil, context: [UInt8]? = nil
        ) throws -> (Text, JSON) {
            let statement = try ProofStatement(
                modelHash: modelHash ?? own.modelHash, inputRoot: inputRoot ?? own.inputRoot,
                output: output ?? own.output, batch: 1, context: context ?? own.context)
            return ("statement", .text(String(decoding: statement.canonicalBytes, as: UTF8.self)))
        }
        let modulus = withUnsafeBytes(of: Goldilocks.modulus.littleEndian) { Array($0) }
        try vectors.reject(
            1, "trailing-byte", "proof.malformed", why: "a byte after the openings", [("append", "AA==")])
        try vectors.reject(2, "cut", "proof.malformed", why: "the last hash is short", [("cut", 1)])
        try vectors.reject(
            3, "element-p", "proof.malformed", why: "an element equal to the modulus",
            [("offset", 64), ("bytes", .base64(modulus))])
        try vectors.reject(
            4, "changed-root", "proof.rejected", why: "the root of the witness tableau has another first byte",
            [("offset", 0), ("bytes", .base64([perceptron.proof[0] ^ 1]))])
        try vectors.reject(
            5, "changed-polynomial", "proof.rejected", why: "a coefficient of the proximity polynomial is another",
            [("offset", 64), ("bytes", .base64([perceptron.proof[64] ^ 1]))])
        let last = perceptron.proof.count - 1
        try vectors.reject(
            6, "changed-hash", "proof.rejected", why: "the last hash of an opening is another",
            [("offset", .int(last)), ("bytes", .base64([perceptron.proof[last] ^ 1]))])
        var output = own.output
        output[2] = output[2] == 127 ? 126 : output[2] + 1
        try vectors.reject(7, "other-output", "proof.rejected", why: "an output is one more", [other(output: output)])
        try vectors.reject(8, "other-context", "proof.rejected", why: "made for another job", [other(context: [1, 2])])
        try vectors.reject(
            9, "other-input-root", "proof.rejected", why: "another input", [other(inputRoot: Digest(of: [0]))])
        try vectors.reject(
            10, "other-model", "proof.wrong-statement", why: "another model's hash", [other(modelHash: Digest(of: [0]))]
        )
        try vectors.reject(
            11, "output-size", "proof.wrong-statement", why: "an output too many", [other(output: own.output + [0])])
        try vectors.reject(
            12, "statement-not-canonical", "proof.malformed", why: "a space before the statement",
            [("statement", .text(" " + String(decoding: own.canonicalBytes, as: UTF8.self)))])
        let bytes = perceptron.prover.layout.network.canonicalBytes
        try vectors.reject(
            13, "network-trailing-byte", "proof.malformed", why: "a byte after the network",
            [("network", .base64(bytes + [0]))])
        // The last byte of the network is its last weight.
        try vectors.reject(
            14, "weight-minus-128", "proof.bad-bound", why: "a weight of -128",
            [("network", .base64(bytes.dropLast() + [0x80]))])
    }
}
