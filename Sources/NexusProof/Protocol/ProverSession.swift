import NexusBase

/// One run of the prover. The order of messages is that of section 7 of proof-v1 and proof-v2.
struct ProverSession {
    let layout: Layout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    /// In proof-v2.
    let weights: WeightTableau?
    let witness: Witness
    let statement: ProofStatement
    let input: Tableau
    var masks: MaskStream
    var transcript: Transcript
    var writer = ProofWriter()
    /// As the verifier's: a test that leaves out a check on both sides.
    var checks = Set(VerifierCheck.allCases)
    /// Lets a test announce other polynomials than the rows'.
    var forge: Forge = { _, _, _ in }
    /// Lets a test combine other weights than the committed ones.
    var otherWeights: WeightTableau?
    /// Input, witness, helper, once they are committed.
    private(set) var tableaus: [Tableau] = []
    typealias Forge = (Transcript.Kind, inout [Extension], LinearForm) -> Void

    init(
        _ prover: InferenceProver, _ witness: Witness, _ input: Tableau, _ statement: ProofStatement, _ seed: [UInt8]
    ) {
        layout = prover.layout
        encoder = prover.encoder
        backend = prover.backend
        weights = prover.weights
        transcript = Transcript(layout.format)
        self.witness = witness
        self.input = input
        self.statement = statement
        // The statement holds the input's root, which depends on the input and on its owner's seed.
        masks = MaskStream(label: "nexus-proof-v1 witness", seed: seed, context: statement.canonicalBytes)
    }

    mutating func prove() -> [UInt8] {
        let queries = layout.code.queries
        let rows = witness.rows[layout.inputRowCount...].map { $0 + masks.elements(queries) }
        let main = Tableau(
            rows, encoder: encoder, code: layout.code, masks: &masks, number: 1, backend: backend)
        writer.send(.witnessRoot, main.root, &transcript)
        if checks.contains(.statement) { transcript.absorb(.statement, statement.canonicalBytes) }
        transcript.absorbZeros(layout.zeroCount)
        let lookupChallenges = transcript.challenges(.lookupChallenge, layout.widths.count)
        let helper = Tableau(
            helperRows(lookupChallenges), encoder: encoder, code: layout.code, masks: &masks, number: 2,
            backend: backend)
        writer.send(.helperRoot, helper.root, &transcript)
        let proximity = transcript.challenges(.proximityChallenge, layout.blindingRow + 12)
        let linear = transcript.challenges(.linearChallenge, layout.linearChallengeCount)
        let local = transcript.challenge(.localChallenge)
        let weightChallenges = layout.weights.map { transcript.challenges(.weightChallenge, $0.rowCount) } ?? []

        tableaus = [input, main, helper]
        let combination = RowCombination(
            tableaus: tableaus, layout: layout, encoder: encoder, backend: backend)
        let message = weights.map {
            (otherWeights ?? $0).combination(row: linear[linear.count - 1], backend: backend)
                + $0.combination(from: 0, by: weightChallenges, backend: backend)
        }
        let form = LinearForm(
            layout: layout, challenges: linear, lookupChallenges: lookupChallenges, output: statement.output,
            combination: message, separatesInputs: checks.contains(.inputs))
        for (kind, polynomial) in [
            (Transcript.Kind.proximityPolynomial, combination.proximity(proximity)),
            (.linearPolynomial, combination.linear(form)),
            (.localPolynomial, combination.local(local, lookupChallenges)),
        ] {
            var announced = polynomial
            forge(kind, &announced, form)
            writer.send(kind, announced, &transcript)
        }
        if var message {
            forge(.weightMessage, &message, form)
            writer.send(.weightMessage, message, &transcript)
        }

        let columns = transcript.queries(queries, of: layout.code.length)
        let weightColumns =
            layout.weights.map { transcript.queries($0.queries, of: $0.length, kind: .weightQueries) } ?? []
        for tableau in tableaus {
            for column in columns {
                writer.append(tableau.salt(column))
                for element in tableau.column(column) { writer.append(element) }
            }
            for digest in tableau.opening(columns) { writer.append(digest.bytes) }
        }
        if let weights {
            for column in weights.columns(weightColumns, backend: backend) {
                for element in column { writer.append(element) }
            }
            for digest in weights.opening(weightColumns) { writer.append(digest.bytes) }
        }
        return writer.bytes
    }

    /// 1/(challenge − cell) for every looked-up row, two rows each, then the blinding rows.
    private mutating func helperRows(_ challenges: [Extension]) -> [[Goldilocks]] {
        let queries = layout.code.queries
        var rows: [[Goldilocks]] = []
        rows.reserveCapacity(layout.helperRowCount)
        let inverses = backend.map(layout.lookups.count) { [layout, witness] number in
            let lookup = layout.lookups[number]
            guard let table = layout.widths.firstIndex(of: lookup.width) else { preconditionFailure("a known width") }
            let shifted = challenges[table] - Extension(Goldilocks(lookup.offset))
            return Extension.inverses(witness.rows[lookup.row].map { shifted - Extension($0) })
        }
        for row in inverses {
            rows.append(row.map(\.first) + masks.elements(queries))
            rows.append(row.map(\.second) + masks.elements(queries))
        }
        return rows + blindingRows()
    }

    /// Section 9: a random polynomial for the proximity test, one with sum zero over the message points' group for the
    /// linear test, one that vanishes at the message places for the local test.
    private mutating func blindingRows() -> [[Goldilocks]] {
        let dimension = layout.code.dimension
        let proximity = [masks.elements(dimension), masks.elements(dimension)]
        var linear = (0..<2 * dimension).map { _ in pair() }
        linear[dimension] = -linear[0]
        let zeros = [Extension](repeating: .zero, count: layout.code.messageLength)
        let vanishing = encoder.interpolateMessage(zeros + (0..<layout.code.queries).map { _ in pair() })
        let high = (0..<dimension).map { _ in pair() }
        let local = (0..<dimension).map { vanishing[$0] - high[$0] } + high
        return proximity + split(linear) + split(local)
    }

    private mutating func pair() -> Extension { Extension(masks.element(), masks.element()) }

    /// b = b₀ + X^k · b₁ + X^(k/2) · b₂ with b₂ random: given all of b, any k/2 values of b₁ and b₂ are still random.
    private mutating func split(_ blinding: [Extension]) -> [[Goldilocks]] {
        let dimension = layout.code.dimension
        let middle = (0..<dimension).map { _ in pair() }
        var rest = blinding
        for index in 0..<dimension { rest[dimension / 2 + index] -= middle[index] }
        return [Array(rest[..<dimension]), Array(rest[dimension...]), middle].flatMap { coefficients in
            let values = encoder.messageValues(coefficients)
            return [values.map(\.first), values.map(\.second)]
        }
    }
}

extension Layout {
    /// Zero bytes in the transcript after the statement: one for every row's places and one for every 32
    /// multiplications, so that no network small enough to be proved computes the transcript's own hash. In proof-v2
    /// of one inference, since those of a batch share no number.
    var zeroCount: Int {
        let cells = helperRow * code.messageLength
        return format == .v1
            ? cells + batch * network.multiplications / 32 : cells / batch + network.multiplications / 32
    }

    /// χ, and in proof-v2 η.
    var linearChallengeCount: Int { format == .v1 ? 1 : 2 }
}
