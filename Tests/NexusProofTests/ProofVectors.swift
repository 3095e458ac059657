import Foundation
import NexusBase
import NexusTestSupport
import Testing

@testable import NexusProof

/// What a vector of a proof holds: the model as its verifier is given it, the statement and the proof.
struct ProofVector {
    var model: [UInt8]
    var statement: [UInt8]
    var proof: [UInt8]

    var fields: [(Text, JSON)] {
        [("statement", .text(String(decoding: statement, as: UTF8.self))), ("proof", .base64(proof))]
    }
}

/// The vectors of one version. An accepted one holds its parts and the state of the transcript after the columns are
/// drawn, which depends on every message and every draw. A refused one says what it changes in an accepted one.
struct ProofVectors: Sendable {
    let version: Int
    /// The member in which the model stands.
    let model: Text
    /// A verifier for so many inputs of the model in these bytes, or the error of whatever is wrong with them.
    let verifier: @Sendable ([UInt8], _ batch: Int) throws -> InferenceVerifier

    /// The final state, or the error of whatever part is refused first.
    func verified(_ vector: ProofVector) throws -> Digest {
        let statement = try ProofStatement(parsing: vector.statement)
        let verifier = try verifier(vector.model, statement.batch)
        try verifier.verify(vector.proof, of: statement)
        var session = VerifierSession(verifier, vector.proof, statement)
        try session.verify()
        return session.transcript.state
    }

    /// Every vector is answered as it says; `isWhole` looks at what else stands in an accepted one.
    func check(accepted: Int, refused: Int, _ isWhole: (ProofVector, inout Fields) throws -> Bool) throws {
        let cases = try VectorFolder.cases("proof", version: version)
        #expect(cases.count(where: \.isAccept) >= accepted)
        #expect(cases.count(where: { !$0.isAccept }) >= refused)
        for item in cases {
            var fields = try Fields(item.json, at: item.name)
            if item.isAccept {
                let vector = try vector(&fields)
                let expected = try fields.object("expect") { try $0.digest("state") }
                #expect(try verified(vector) == expected, "\(item)")
                #expect(try isWhole(vector, &fields), "\(item)")
            } else {
                let changed = try changed(&fields)
                let code = try fields.object("expect") { try $0.text("code") }
                do {
                    _ = try verified(changed)
                    Issue.record("\(item) was accepted")
                } catch let error as ProofError { #expect(Text(error.qualifiedCode) == code, "\(item)") }
            }
        }
    }

    func accept(_ number: Int, _ name: String, _ vector: ProofVector, _ more: [(Text, JSON)] = []) throws {
        let expected: JSON = ["state": try verified(vector).json]
        let fields = [(model, JSON.base64(vector.model))] + vector.fields + [("expect", expected)] + more
        try VectorFolder.write("proof", version: version, "accept", number, name, .object(JSONObject(fields)))
    }

    /// Of the first accepted vector, with a change.
    func reject(_ number: Int, _ name: String, _ code: String, why: String, _ change: [(Text, JSON)]) throws {
        let fixed: [(Text, JSON)] = [
            ("of", "001-perceptron.json"), ("why", .text(why)), ("expect", ["code": .text(code)]),
        ]
        try VectorFolder.write("proof", version: version, "reject", number, name, .object(JSONObject(fixed + change)))
    }

    private func vector(_ fields: inout Fields) throws -> ProofVector {
        ProofVector(
            model: try fields.bytes(model), statement: Array(try fields.text("statement").utf8),
            proof: try fields.bytes("proof"))
    }

    private func accepted(_ name: Text) throws -> ProofVector {
        for item in try VectorFolder.cases("proof", version: version) where item.isAccept && Text(item.name) == name {
            var fields = try Fields(item.json, at: item.name)
            return try vector(&fields)
        }
        throw ProofError(.malformed, "no vector \(name)")
    }

    /// Replaces parts, puts bytes over others, cuts and appends: in this order.
    private func changed(_ fields: inout Fields) throws -> ProofVector {
        var vector = try accepted(fields.text("of"))
        if let statement = try fields.optionalText("statement") { vector.statement = Array(statement.utf8) }
        if let bytes = try fields.optionalBytes(model) { vector.model = bytes }
        if let offset = try fields.optionalInteger("offset") {
            for (index, byte) in try fields.bytes("bytes").enumerated() { vector.proof[offset + index] = byte }
        }
        if let cut = try fields.optionalInteger("cut") { vector.proof.removeLast(cut) }
        if let more = try fields.optionalBytes("append") { vector.proof += more }
        return vector
    }
}
