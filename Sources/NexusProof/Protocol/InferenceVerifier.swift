import NexusBase

/// Verifies proofs of one network. Everything but the proof's messages is derived here from the network, or its header,
/// and the batch. Section 7 of proof-v1 and proof-v2.
public struct InferenceVerifier: Sendable {
    let layout: Layout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    let modelHash: Digest
    /// In proof-v2: the code of the weights, and their root.
    private(set) var weights: (encoder: ReedSolomon, root: Digest)?
    /// All of them, except in tests.
    var checks = Set(VerifierCheck.allCases)

    /// For proofs of proof-v1. Throws `proof.too-large` for a network and batch beyond the limits.
    public init(
        network: ProofNetwork, batch: Int = 1, backend: any ProverBackend = SerialBackend()
    ) throws {
        self.init(layout: try Layout.chosen(for: network, batch: batch), backend: backend)
    }

    /// For proofs of proof-v2. Throws `proof.too-large` for a batch beyond the limits.
    public init(header: ModelHeader, batch: Int = 1, backend: any ProverBackend = SerialBackend()) throws {
        let layout = try Layout.chosen(for: header.outline, weights: header.weights, batch: batch)
        self.init(layout: layout, header: header, backend: backend)
    }

    init(layout: Layout, header: ModelHeader? = nil, backend: any ProverBackend = SerialBackend()) {
        self.layout = layout
        self.backend = backend
        encoder = ReedSolomon(dimension: layout.code.dimension)
        modelHash = header?.hash ?? layout.network.hash
        weights = header.map {
            (ReedSolomon(dimension: $0.weights.dimension, cosets: WeightLayout.cosets), $0.weightRoot)
        }
    }

    /// Returns if and only if the proof holds. Throws `proof.wrong-statement`, `proof.malformed` or `proof.rejected`.
    ///
    /// It says nothing about where the input came from: whoever relies on that checks a signature over the statement's
    /// `inputRoot`, and that the statement's context is their own.
    public func verify(_ proof: [UInt8], of statement: ProofStatement) throws {
        if checks.contains(.model) {
            guard statement.modelHash == modelHash, statement.batch == layout.batch, statement.format == layout.format
            else {
                throw ProofError(.wrongStatement, "the statement is about another model or batch, or of another format")
            }
        }
        guard statement.output.count == layout.count(of: layout.network.output) else {
            throw ProofError(.wrongStatement, "the statement's output has another size")
        }
        var session = VerifierSession(self, proof, statement)
        try session.verify()
    }
}
