import Foundation
import NexusBase
import NexusTestSupport
import Testing

@testable import NexusProof

/// Vectors/proof/v2, each with its header; an accepted one also holds the network that the header is of.
@Suite struct CommittedProofGoldenVectors {
    private static let vectors = ProofVectors(version: 2, model: "header") { bytes, batch in
        try InferenceVerifier(header: ModelHeader(file: bytes), batch: batch)
    }

    @Test func `every vector is answered as it says`() throws {
        try Self.writeMissing()
        try Self.vectors.check(accepted: 4, refused: 12) { vector, fields in
            let network = try ProofNetwork(parsing: fields.bytes("network"))
            return try RegisteredModel(network).header.file == vector.model
        }
    }

    private static func writeMissing() throws {
        guard VectorFolder.isWriting else { return }
        let networks: [(String, ProofNetwork, Int)] = [
            ("perceptron", try Networks.perceptron(), 1), ("every-layer", try Networks.image(), 1),
            ("batch-of-three", try Networks.image(), 3), ("maps-of-other-areas", try Networks.mixed(), 8),
        ]
        for (number, (name, network, batch)) in networks.enumerated() {
            let made = try Networks.committed(network, batch: batch)
            try vectors.accept(
                number + 1, name,
                ProofVector(
                    model: made.model.header.file, statement: made.statement.canonicalBytes, proof: made.proof),
                [("network", .base64(network.canonicalBytes))])
        }
        try writeRefused(Networks.committed(Networks.perceptron()))
    }

    private static func writeRefused(_ made: Networks.Committed) throws {
        let own = made.statement
        func other(
            modelHash: Digest? = nil, output: [Int8]? = nil, format: ProofFormat = .v2
        ) throws -> (Text, JSON) {
            let statement = try ProofStatement(
                modelHash: modelHash ?? own.modelHash, inputRoot: own.inputRoot, output: output ?? own.output, batch: 1,
                context: own.context, format: format)
            return ("statement", .text(String(decoding: statement.canonicalBytes, as: UTF8.self)))
        }
        let (proof, header) = (made.proof, made.model.header.file)
        guard let weights = made.prover.layout.weights else { return }
        let message = 64 + 5 * 16 * made.prover.layout.code.dimension
        func flipped(_ offset: Int) -> [(Text, JSON)] {
            [("offset", .int(offset)), ("bytes", .base64([proof[offset] ^ 1]))]
        }
        try vectors.reject(
            1, "trailing-byte", "proof.malformed", why: "a byte after the openings", [("append", "AA==")])
        try vectors.reject(2, "cut", "proof.malformed", why: "the last hash is short", [("cut", 1)])
        let modulus = withUnsafeBytes(of: Goldilocks.modulus.littleEndian) { Array($0) }
        try vectors.reject(
            3, "weight-element-p", "proof.malformed", why: "an element of the weights' message equal to the modulus",
            [("offset", .int(message)), ("bytes", .base64(modulus))])
        try vectors.reject(
            4, "changed-combination", "proof.rejected", why: "a combination of weights is another", flipped(message))
        try vectors.reject(
            5, "changed-proximity", "proof.rejected", why: "the weights' proximity message is another",
            flipped(message + 16 * weights.messageCount - 16))
        try vectors.reject(
            6, "changed-weight-hash", "proof.rejected", why: "the last hash of the weights' opening is another",
            flipped(proof.count - 1))
        try vectors.reject(
            7, "other-output", "proof.rejected", why: "an output is one more",
            [other(output: [own.output[0] == 127 ? 126 : own.output[0] + 1] + own.output.dropFirst())])
        try vectors.reject(
            8, "other-model", "proof.wrong-statement", why: "another model's hash", [other(modelHash: Digest(of: [0]))])
        try vectors.reject(
            9, "statement-of-v1", "proof.wrong-statement", why: "a statement of the other format", [other(format: .v1)])
        try vectors.reject(
            10, "header-trailing-byte", "proof.malformed", why: "a byte after the root, and the length to match",
            [("header", .base64(reframed(header + [0])))])
        try vectors.reject(
            11, "header-other-rows", "proof.malformed", why: "R other than the shapes' own",
            [("header", .base64(replaced(header, fromEnd: 40, by: 3)))])
        try vectors.reject(
            12, "header-other-count", "proof.malformed", why: "a count of weights other than the shapes'",
            [("header", .base64(replaced(header, fromEnd: 52, by: 14)))])
        try vectors.reject(
            13, "header-large-sum", "proof.bad-bound", why: "a largest sum of 636 over five weights",
            [("header", .base64(replaced(header, fromEnd: 48, by: 636)))])
        try vectors.reject(
            14, "header-other-root", "proof.wrong-statement", why: "another root makes another model",
            [("header", .base64(header.dropLast() + [header[header.count - 1] ^ 1]))])
    }

    private static func reframed(_ file: [UInt8]) -> [UInt8] {
        let tag = ProofNetwork.frame(0, tag: "nexus-proof-v2 model").count
        return ProofNetwork.frame(file.count - tag, tag: "nexus-proof-v2 model") + file[tag...]
    }

    private static func replaced(_ file: [UInt8], fromEnd offset: Int, by number: Int) -> [UInt8] {
        var bytes = file
        for index in 0..<4 { bytes[bytes.count - offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
        return bytes
    }
}
