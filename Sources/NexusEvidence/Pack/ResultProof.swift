public import NexusBase
public import NexusClause
import NexusProof

/// The proof of a model's result, with the network that it speaks of (evidence-pack-v1, check 12).
///
/// The verifier reads every weight of the network once; it neither runs the network nor sees its input.
public struct ResultProof: Sendable, Hashable {
    /// The network's file: its SHA-256 is the clause's module.
    public let model: [UInt8]
    public let proof: [UInt8]

    public init(model: [UInt8], proof: [UInt8]) {
        self.model = model
        self.proof = proof
    }

    public var digest: Digest { Digest(of: proof) }

    var json: JSON { ["model": .base64(model), "proof": .base64(proof)] }

    init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        model = try fields.bytes("model", countMax: EvidenceLimits.proofMaterialBytesMax)
        proof = try fields.bytes("proof", countMax: EvidenceLimits.proofMaterialBytesMax)
        try fields.finish()
        guard model.count + proof.count <= EvidenceLimits.proofMaterialBytesMax else {
            throw BaseError(
                .tooLarge, "model and proof have at most \(EvidenceLimits.proofMaterialBytesMax) bytes", at: place)
        }
    }
}

extension ResultProof {
    /// What must be proved for a result to stand, in canonical bytes (proof-v1, section 1): nothing in it is the
    /// prover's to choose but the output. Throws `evidence.mismatch`.
    public static func statement(
        of result: ExecutionResult, _ clause: Clause, inputRoot: Digest, job: Digest
    ) throws -> [UInt8] {
        try proofStatement(of: result, clause, inputRoot: inputRoot, job: job).canonicalBytes
    }

    private static func proofStatement(
        of result: ExecutionResult, _ clause: Clause, inputRoot: Digest, job: Digest
    ) throws -> ProofStatement {
        guard result.engine == .int8Networks else {
            throw EvidenceError(.mismatch, "another engine than that of models", at: "result.engine")
        }
        let output = try clause.outputs.map { output in
            guard let value = result.output(output.name), value.scale == 0,
                let number = Int8(exactly: value.coefficient)
            else { throw EvidenceError(.mismatch, "no integer from -128 to 127", at: "result.outputs") }
            return number
        }
        return try ProofStatement(
            modelHash: clause.computation.module, inputRoot: inputRoot, output: output, batch: 1, context: job.bytes)
    }

    /// Checks what one agreeing statement says that it proves. Throws `evidence.mismatch`.
    package static func check(
        _ reference: CAC.ProofReference?, of result: ExecutionResult, _ clause: Clause, inputRoot: Digest, job: Digest
    ) throws {
        let statement = try statement(of: result, clause, inputRoot: inputRoot, job: job)
        guard let reference, reference.statement == statement else {
            throw EvidenceError(.mismatch, "the statement proves something else", at: "cac.proof.statement")
        }
    }

    /// The network, if it is the clause's. Throws `evidence.mismatch` and the codes of networks.
    private func network(of clause: Clause) throws -> ProofNetwork {
        guard Digest(of: model) == clause.computation.module else {
            throw EvidenceError(.mismatch, "another model", at: "pack.proof.model")
        }
        let network = try ProofNetwork(file: model)
        guard network.multiplications <= clause.computation.fuel else {
            throw EvidenceError(.mismatch, "more multiplications than the clause's fuel", at: "pack.proof.model")
        }
        return network
    }

    /// Makes check 12 of a result that some statements signed; returns only if the proof holds.
    package func verify(
        _ result: ExecutionResult, _ clause: Clause, inputRoot: Digest, job: Digest, signed: [CAC.ProofReference?]
    ) throws {
        let network = try network(of: clause)
        let statement = try Self.proofStatement(of: result, clause, inputRoot: inputRoot, job: job)
        for reference in signed {
            try Self.check(reference, of: result, clause, inputRoot: inputRoot, job: job)
        }
        let digest = digest
        guard signed.contains(where: { $0?.digest == digest }) else {
            throw EvidenceError(.badProof, "no statement names this proof", at: "pack.proof.proof")
        }
        try InferenceVerifier(network: network).verify(proof, of: statement)
    }
}

extension BoundInput {
    /// The root that a committed input's value says. Throws `base.bad-digest` and the like.
    package var committedRoot: Digest {
        get throws { try Digest(committedBy: value) }
    }
}

extension Digest {
    /// The root that a committed input's value says. Throws `base.bad-digest` and the like.
    package init(committedBy value: [UInt8]) throws {
        try self.init(parsing: Text(String(decoding: value, as: UTF8.self)))
    }
}

extension EvidencePack {
    /// The same pack with another proof, for whoever tries what a verifier says to it.
    package func with(proof: ResultProof?) -> EvidencePack {
        EvidencePack(
            rail: rail, genesis: genesis, governance: governance, inputs: inputs, bindings: bindings,
            statements: statements, quorum: quorum, rollup: rollup, leafIndex: leafIndex, checkpoint: checkpoint,
            rotations: rotations, anchors: anchors, proof: proof)
    }
}
