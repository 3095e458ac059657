import Foundation
import NexusBase
import NexusTestSupport
import Testing

@testable import NexusProof

/// Vectors/proof/v2. An accepted vector holds header, statement and proof, the state of the transcript after the
/// columns are drawn, and the network that the header is of. A refused one says what it changes in an accepted one.
@Suite struct CommittedProofGoldenVectors {
    struct Parts {
        var header: [UInt8]
        var statement: [UInt8]
        var proof: [UInt8]

        /// The final state, or the error of whatever part is refused first. The network is not needed.
        func verified() throws -> Digest {
            let header = try ModelHeader(file: header)
            let statement = try ProofStatement(parsing: statement)
            let verifier = try InferenceVerifier(header: header, batch: statement.batch)
            try verifier.verify(proof, of: statement)
            var session = VerifierSession(verifier, proof, statement)
            try session.verify()
            return session.transcript.state
        }
    }

    private static func parts(_ fields: inout Fields) throws -> Parts {
        Parts(
            header: try fields.bytes("header"), statement: Array(try fields.text("statement").utf8),
            proof: try fields.bytes("proof"))
    }

    private static func accepted(_ name: Text) throws -> Parts {
        for item in try VectorFolder.cases("proof", version: 2) where item.isAccept && Text(item.name) == name {
            var fields = try Fields(item.json, at: item.name)
            return try parts(&fields)
        }
        throw ProofError(.malformed, "no vector \(name)")
    }

    /// Replaces parts, puts bytes over others, cuts and appends: in this order.
    private static func changed(_ fields: inout Fields) throws -> Parts {
        var parts = try accepted(fields.text("of"))
        if let statement = try fields.optionalText("statement") { parts.statement = Array(statement.utf8) }
        if let header = try fields.optionalBytes("header") { parts.header = header }
        if let offset = try fields.optionalInteger("offset") {
            for (index, byte) in try fields.bytes("bytes").enumerated() { parts.proof[offset + index] = byte }
        }
        if let cut = try fields.optionalInteger("cut") { parts.proof.removeLast(cut) }
        if let more = try fields.optionalBytes("append") { parts.proof += more }
        return parts
    }

    @Test func `every vector is answered as it says`() throws {
        try Self.writeMissing()
        let cases = try VectorFolder.cases("proof", version: 2)
        #expect(cases.count(where: \.isAccept) >= 4)
        #expect(cases.count(where: { !$0.isAccept }) >= 12)
        for item in cases {
            var fields = try Fields(item.json, at: item.name)
            if item.isAccept {
                let parts = try Self.parts(&fields)
                let expected = try fields.object("expect") { try $0.digest("state") }
                #expect(try parts.verified() == expected, "\(item)")
                let network = try ProofNetwork(parsing: fields.bytes("network"))
                #expect(try RegisteredModel(network).header.file == parts.header, "\(item)")
            } else {
                let parts = try Self.changed(&fields)
                let code = try fields.object("expect") { try $0.text("code") }
                do {
                    _ = try parts.verified()
                    Issue.record("\(item) was accepted")
                } catch let error as ProofError { #expect(Text(error.qualifiedCode) == code, "\(item)") }
            }
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
            let parts = Parts(
                header: made.model.header.file, statement: made.statement.canonicalBytes, proof: made.proof)
            try VectorFolder.write(
                "proof", version: 2, "accept", number + 1, name,
                [
                    "header": .base64(parts.header), "network": .base64(network.canonicalBytes),
                    "proof": .base64(parts.proof),
                    "statement": .text(String(decoding: parts.statement, as: UTF8.self)),
                    "expect": ["state": try parts.verified().json],
                ])
        }
        try writeRefused(Networks.committed(Networks.perceptron()))
    }

    private static func writeRefused(_ made: Networks.Committed) throws {
        func reject(_ number: Int, _ name: String, _ code: String, why: String, _ change: [(Text, JSON)]) throws {
            let fixed: [(Text, JSON)] = [
                ("of", .text("001-perceptron.json")), ("why", .text(why)), ("expect", ["code": .text(code)]),
            ]
            try VectorFolder.write("proof", version: 2, "reject", number, name, .object(JSONObject(fixed + change)))
        }
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
        try reject(1, "trailing-byte", "proof.malformed", why: "a byte after the openings", [("append", "AA==")])
        try reject(2, "cut", "proof.malformed", why: "the last hash is short", [("cut", 1)])
        let modulus = withUnsafeBytes(of: Goldilocks.modulus.littleEndian) { Array($0) }
        try reject(
            3, "weight-element-p", "proof.malformed", why: "an element of the weights' message equal to the modulus",
            [("offset", .int(message)), ("bytes", .base64(modulus))])
        try reject(
            4, "changed-combination", "proof.rejected", why: "a combination of weights is another", flipped(message))
        try reject(
            5, "changed-proximity", "proof.rejected", why: "the weights' proximity message is another",
            flipped(message + 16 * weights.messageCount - 16))
        try reject(
            6, "changed-weight-hash", "proof.rejected", why: "the last hash of the weights' opening is another",
            flipped(proof.count - 1))
        try reject(
            7, "other-output", "proof.rejected", why: "an output is one more",
            [other(output: [own.output[0] == 127 ? 126 : own.output[0] + 1] + own.output.dropFirst())])
        try reject(
            8, "other-model", "proof.wrong-statement", why: "another model's hash", [other(modelHash: Digest(of: [0]))])
        try reject(
            9, "statement-of-v1", "proof.wrong-statement", why: "a statement of the other format", [other(format: .v1)])
        try reject(
            10, "header-trailing-byte", "proof.malformed", why: "a byte after the root, and the length to match",
            [("header", .base64(reframed(header + [0])))])
        try reject(
            11, "header-other-rows", "proof.malformed", why: "R other than the shapes' own",
            [("header", .base64(replaced(header, fromEnd: 40, by: 3)))])
        try reject(
            12, "header-other-count", "proof.malformed", why: "a count of weights other than the shapes'",
            [("header", .base64(replaced(header, fromEnd: 52, by: 14)))])
        try reject(
            13, "header-large-sum", "proof.bad-bound", why: "a largest sum of 636 over five weights",
            [("header", .base64(replaced(header, fromEnd: 48, by: 636)))])
        try reject(
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
