import Foundation
import NexusBase
import NexusTestSupport
import Testing

@testable import NexusProof

/// Vectors/proof/v1. An accepted vector holds network, statement, proof and the state of the transcript after the
/// columns are drawn, which depends on every message and every draw. A refused one says what it changes in an accepted
/// one.
@Suite struct ProofGoldenVectors {
    struct Parts {
        var network: [UInt8]
        var statement: [UInt8]
        var proof: [UInt8]

        /// The final state, or the error of whatever part is refused first.
        func verified() throws -> Digest {
            let network = try ProofNetwork(parsing: network)
            let statement = try ProofStatement(parsing: statement)
            let verifier = try InferenceVerifier(network: network, batch: statement.batch)
            try verifier.verify(proof, of: statement)
            var session = VerifierSession(verifier, proof, statement)
            try session.verify()
            return session.transcript.state
        }
    }

    private static func parts(_ fields: inout Fields) throws -> Parts {
        Parts(
            network: try fields.bytes("network"), statement: Array(try fields.text("statement").utf8),
            proof: try fields.bytes("proof"))
    }

    private static func accepted(_ name: Text) throws -> Parts {
        for item in try VectorFolder.cases("proof") where item.isAccept && Text(item.name) == name {
            var fields = try Fields(item.json, at: item.name)
            return try parts(&fields)
        }
        throw ProofError(.malformed, "no vector \(name)")
    }

    /// Replaces parts, puts bytes over others, cuts and appends: in this order.
    private static func changed(_ fields: inout Fields) throws -> Parts {
        var parts = try accepted(fields.text("of"))
        if let statement = try fields.optionalText("statement") { parts.statement = Array(statement.utf8) }
        if let network = try fields.optionalBytes("network") { parts.network = network }
        if let offset = try fields.optionalInteger("offset") {
            for (index, byte) in try fields.bytes("bytes").enumerated() { parts.proof[offset + index] = byte }
        }
        if let cut = try fields.optionalInteger("cut") { parts.proof.removeLast(cut) }
        if let more = try fields.optionalBytes("append") { parts.proof += more }
        return parts
    }

    @Test func `every vector is answered as it says`() throws {
        try Self.writeMissing()
        let cases = try VectorFolder.cases("proof")
        #expect(cases.count(where: \.isAccept) >= 2)
        #expect(cases.count(where: { !$0.isAccept }) >= 10)
        for item in cases {
            var fields = try Fields(item.json, at: item.name)
            if item.isAccept {
                let parts = try Self.parts(&fields)
                let expected = try fields.object("expect") { try $0.digest("state") }
                #expect(try parts.verified() == expected, "\(item)")
                let network = try ProofNetwork(parsing: parts.network)
                #expect(network.canonicalBytes == parts.network)
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
        let first = "001-perceptron.json"
        let perceptron = try Networks.proved(Networks.perceptron())
        for (number, name, batch) in [(1, "perceptron", 1), (2, "every-layer", 1), (3, "batch-of-three", 3)] {
            let network = number == 2 ? try Networks.image() : try Networks.perceptron()
            let proved = try Networks.proved(network, batch: batch)
            let parts = Parts(
                network: network.canonicalBytes, statement: proved.statement.canonicalBytes, proof: proved.proof)
            try VectorFolder.write(
                "proof", "accept", number, name,
                [
                    "network": .base64(parts.network), "proof": .base64(parts.proof),
                    "statement": .text(String(decoding: parts.statement, as: UTF8.self)),
                    "expect": ["state": try parts.verified().json],
                ])
        }
        func reject(_ number: Int, _ name: String, _ code: String, why: String, _ change: [(Text, JSON)]) throws {
            let fixed: [(Text, JSON)] = [
                ("of", .text(first)), ("why", .text(why)), ("expect", ["code": .text(code)]),
            ]
            try VectorFolder.write("proof", "reject", number, name, .object(JSONObject(fixed + change)))
        }
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
        try reject(1, "trailing-byte", "proof.malformed", why: "a byte after the openings", [("append", "AA==")])
        try reject(2, "cut", "proof.malformed", why: "the last hash is short", [("cut", 1)])
        try reject(
            3, "element-p", "proof.malformed", why: "an element equal to the modulus",
            [("offset", 64), ("bytes", .base64(modulus))])
        try reject(
            4, "changed-root", "proof.rejected", why: "the root of the witness tableau has another first byte",
            [("offset", 0), ("bytes", .base64([perceptron.proof[0] ^ 1]))])
        try reject(
            5, "changed-polynomial", "proof.rejected", why: "a coefficient of the proximity polynomial is another",
            [("offset", 64), ("bytes", .base64([perceptron.proof[64] ^ 1]))])
        let last = perceptron.proof.count - 1
        try reject(
            6, "changed-hash", "proof.rejected", why: "the last hash of an opening is another",
            [("offset", .int(last)), ("bytes", .base64([perceptron.proof[last] ^ 1]))])
        var output = own.output
        output[2] = output[2] == 127 ? 126 : output[2] + 1
        try reject(7, "other-output", "proof.rejected", why: "an output is one more", [other(output: output)])
        try reject(8, "other-context", "proof.rejected", why: "made for another job", [other(context: [1, 2])])
        try reject(
            9, "other-input-root", "proof.rejected", why: "another input", [other(inputRoot: Digest(of: [0]))])
        try reject(
            10, "other-model", "proof.wrong-statement", why: "another model's hash", [other(modelHash: Digest(of: [0]))]
        )
        try reject(
            11, "output-size", "proof.wrong-statement", why: "an output too many", [other(output: own.output + [0])])
        try reject(
            12, "statement-not-canonical", "proof.malformed", why: "a space before the statement",
            [("statement", .text(" " + String(decoding: own.canonicalBytes, as: UTF8.self)))])
        let bytes = perceptron.prover.layout.network.canonicalBytes
        try reject(
            13, "network-trailing-byte", "proof.malformed", why: "a byte after the network",
            [("network", .base64(bytes + [0]))])
        // The last byte of the network is its last weight.
        try reject(
            14, "weight-minus-128", "proof.bad-bound", why: "a weight of -128",
            [("network", .base64(bytes.dropLast() + [0x80]))])
    }
}
