public import NexusBase

/// Inputs in a blinded tableau of their own. Good for one proof: a second one would open further columns.
public struct CommittedInput: Sendable {
    public let values: [Int8]
    /// What the inputs' owner signs.
    public var root: Digest { tableau.root }
    let tableau: Tableau
}

/// Proves inferences of one network. Pure: the seeds are arguments, and the same arguments give the same bytes.
public struct InferenceProver: Sendable {
    let layout: Layout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    /// In proof-v2.
    let weights: WeightTableau?
    /// What its statements call the model: `ProofNetwork.hash` in proof-v1, `ModelHeader.hash` in proof-v2.
    public let modelHash: Digest

    /// A prover of proof-v1. Throws `proof.too-large` for a network and batch beyond the limits.
    public init(
        network: ProofNetwork, batch: Int = 1, backend: any ProverBackend = SerialBackend()
    ) throws {
        self.init(layout: try Layout.chosen(for: network, batch: batch), backend: backend)
    }

    /// A prover of proof-v2. Throws `proof.too-large` for a batch beyond the limits.
    public init(model: RegisteredModel, batch: Int = 1, backend: any ProverBackend = SerialBackend()) throws {
        let layout = try Layout.chosen(for: model.network, weights: model.header.weights, batch: batch)
        self.init(layout: layout, model: model, backend: backend)
    }

    init(
        layout: Layout, model: RegisteredModel? = nil, backend: any ProverBackend = SerialBackend(),
        kernel: FieldKernel = .best
    ) {
        self.layout = layout
        self.backend = backend
        encoder = ReedSolomon(dimension: layout.code.dimension, kernel: kernel)
        weights = model?.tableau
        modelHash = model?.header.hash ?? layout.network.hash
    }

    /// Commits to the batch's inputs, one after the other. The seed is 32 secret random bytes, never used before.
    /// Throws `proof.bad-input`.
    public func commit(to input: [Int8], seed: [UInt8]) throws -> CommittedInput {
        guard input.count == layout.count(of: 0) else {
            throw ProofError(.badInput, "\(layout.count(of: 0)) input values are needed, not \(input.count)")
        }
        try Self.check(seed)
        let empty = [Goldilocks](repeating: .zero, count: layout.code.messageLength)
        var rows = [[Goldilocks]](repeating: empty, count: layout.inputRowCount)
        Witness.fill(&rows, layout, 0, input.map { Goldilocks(Int64($0)) })
        return CommittedInput(values: input, tableau: inputTableau(rows, context: input, seed: seed))
    }

    func inputTableau(_ rows: [[Goldilocks]], context: [Int8], seed: [UInt8]) -> Tableau {
        var masks = MaskStream(
            label: "nexus-proof-v1 input", seed: seed, context: context.map { UInt8(bitPattern: $0) })
        let blinded = rows.map { $0 + masks.elements(layout.code.queries) }
        return Tableau(
            blinded, encoder: encoder, code: layout.code, masks: &masks, number: 0, backend: backend)
    }

    /// The statement and its proof. The seed is 32 secret random bytes, never used before; the context is what the
    /// proof is made for. Throws `proof.bad-input`, `proof.too-large`.
    public func prove(
        _ input: CommittedInput, context: [UInt8], seed: [UInt8]
    ) throws -> (statement: ProofStatement, proof: [UInt8]) {
        try Self.check(seed)
        guard input.values.count == layout.count(of: 0), input.tableau.code == layout.code else {
            throw ProofError(.badInput, "inputs committed for another network or batch")
        }
        let witness = Witness(layout: layout, input: input.values)
        return try prove(witness, input.tableau, context: context, seed: seed)
    }

    /// Whatever the witness holds: tests give it numbers that break a constraint.
    func prove(
        _ witness: Witness, _ input: Tableau, context: [UInt8], seed: [UInt8]
    ) throws -> (statement: ProofStatement, proof: [UInt8]) {
        let statement = try ProofStatement(
            modelHash: modelHash, inputRoot: input.root, output: witness.output, batch: layout.batch, context: context,
            format: layout.format)
        var session = ProverSession(self, witness, input, statement, seed)
        return (statement, session.prove())
    }

    private static func check(_ seed: [UInt8]) throws {
        guard seed.count == ProofLimits.seedSize else {
            throw ProofError(.badInput, "a seed has \(ProofLimits.seedSize) bytes")
        }
    }
}
