import NexusBase

@testable import NexusProof

/// Proves what is not so, as well as it can: a witness of the test's making, honest from there on.
struct Forger {
    var layout: Layout
    let input: [Int8]
    /// In proof-v2.
    var model: RegisteredModel?

    /// Toy code: quick, and no security at all unless `queries` says so.
    init(_ network: ProofNetwork, input: [Int8], dimension: Int = 128, queries: Int = 30) {
        layout = Layout(
            network: network, batch: 1, code: CodeParameters(dimension: dimension, queries: queries), limbWidth: 8)
        self.input = input
    }

    /// The same with committed weights, and several inputs.
    init(
        committed network: ProofNetwork, input: [Int8], dimension: Int = 128, queries: Int = 30,
        weightDimension: Int = 64
    ) throws {
        let weights = WeightLayout(network, dimension: weightDimension, rows: 4, queries: queries)
        model = try RegisteredModel(network, weights)
        layout = Layout(
            network: network, weights: weights, batch: input.count / network.inputSize,
            code: CodeParameters(dimension: dimension, queries: queries), limbWidth: 8)
        self.input = input
    }

    var verifier: InferenceVerifier { InferenceVerifier(layout: layout, header: model?.header) }

    /// `tamper` changes the honest witness; multiplicities are counted again after it.
    func session(
        context: [UInt8] = [], modelHash: Digest? = nil, recount: Bool = true,
        _ tamper: (inout Witness) -> Void = { _ in }
    ) throws -> ProverSession {
        let prover = InferenceProver(layout: layout, model: model)
        var witness = Witness(layout: layout, input: input)
        tamper(&witness)
        if recount { witness.countLookups() }
        let rows = Array(witness.rows[..<layout.inputRowCount])
        let tableau = prover.inputTableau(rows, context: input, seed: Networks.seed)
        let statement = try ProofStatement(
            modelHash: modelHash ?? prover.modelHash, inputRoot: tableau.root, output: witness.output,
            batch: layout.batch, context: context, format: layout.format)
        return ProverSession(prover, witness, tableau, statement, Networks.otherSeed)
    }

    func accepts(_ session: ProverSession, without checks: Set<VerifierCheck> = []) -> Bool {
        var (session, verifier) = (session, verifier)
        session.checks.subtract(checks)
        verifier.checks.subtract(checks)
        let proof = session.prove()
        return (try? verifier.verify(proof, of: session.statement)) != nil
    }

    func accepts(_ tamper: (inout Witness) -> Void) throws -> Bool { try accepts(session(tamper)) }

    /// The same cheat where rows are not looked up, or nothing is asked of a row's products.
    func acceptsWithoutLookup(of row: Int, _ tamper: (inout Witness) -> Void) throws -> Bool {
        var weak = self
        weak.layout.lookups.removeAll { $0.row == row }
        return try weak.accepts(tamper)
    }

    func acceptsWithoutLocal(_ row: Int, _ tamper: (inout Witness) -> Void) throws -> Bool {
        var weak = self
        weak.layout.locals.removeAll { $0.left == row || $0.right == row }
        return try weak.accepts(tamper)
    }
}

extension Witness {
    /// Adds to the number at the first place of a row.
    mutating func add(_ number: Int64, to row: Int, at place: Int = 0) { rows[row][place] += Goldilocks(number) }
}
