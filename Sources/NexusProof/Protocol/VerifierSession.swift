import NexusBase

/// One run of the verifier.
struct VerifierSession {
    let layout: Layout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    let weights: (encoder: ReedSolomon, root: Digest)?
    let checks: Set<VerifierCheck>
    let statement: ProofStatement
    var reader: ProofReader
    var transcript: Transcript

    init(_ verifier: InferenceVerifier, _ proof: [UInt8], _ statement: ProofStatement) {
        layout = verifier.layout
        encoder = verifier.encoder
        backend = verifier.backend
        weights = verifier.weights
        checks = verifier.checks
        self.statement = statement
        reader = ProofReader(proof)
        transcript = Transcript(layout.format)
    }

    private func require(_ check: VerifierCheck, _ holds: @autoclosure () -> Bool) throws {
        if checks.contains(check), !holds() { throw ProofError(.rejected, check.failure) }
    }

    /// The polynomials of the three tests.
    private struct Announced {
        let proximity: [Extension]
        let linear: [Extension]
        let local: [Extension]
    }

    mutating func verify() throws {
        let (code, dimension) = (layout.code, layout.code.dimension)
        let witnessRoot = try reader.receiveRoot(.witnessRoot, &transcript)
        if checks.contains(.statement) { transcript.absorb(.statement, statement.canonicalBytes) }
        transcript.absorbZeros(layout.zeroCount)
        let lookupChallenges = transcript.challenges(.lookupChallenge, layout.widths.count)
        let helperRoot = try reader.receiveRoot(.helperRoot, &transcript)
        let proximity = transcript.challenges(.proximityChallenge, layout.blindingRow + 12)
        let linear = transcript.challenges(.linearChallenge, layout.linearChallengeCount)
        let local = transcript.challenge(.localChallenge)
        let weightChallenges = layout.weights.map { transcript.challenges(.weightChallenge, $0.rowCount) } ?? []
        let announced = Announced(
            proximity: try reader.receive(.proximityPolynomial, elements: dimension, &transcript),
            linear: try reader.receive(.linearPolynomial, elements: 2 * dimension, &transcript),
            local: try reader.receive(.localPolynomial, elements: 2 * dimension, &transcript))
        let message = try layout.weights.map {
            try reader.receive(.weightMessage, elements: $0.messageCount, &transcript)
        }
        let columns = transcript.queries(code.queries, of: code.length)
        let weightColumns =
            layout.weights.map { transcript.queries($0.queries, of: $0.length, kind: .weightQueries) } ?? []

        let opened = try open(columns, roots: [statement.inputRoot, witnessRoot, helperRoot])
        let weightCheck = try message.map { try openWeights(weightColumns, message: $0) }
        try reader.finish()

        if let weightCheck {
            let found = weightCheck.holds(row: linear[1], proximity: weightChallenges)
            try require(.weightCombination, found.combination)
            try require(.weightProximity, found.proximity)
        }
        let form = LinearForm(
            layout: layout, challenges: linear, lookupChallenges: lookupChallenges, output: statement.output,
            combination: weightCheck?.combination, separatesInputs: checks.contains(.inputs))
        try test(
            announced, form,
            ColumnCheck(layout: layout, encoder: encoder, backend: backend, columns: columns, opened: opened),
            proximity: proximity, local: local, lookupChallenges)
    }

    private func test(
        _ announced: Announced, _ form: LinearForm, _ check: ColumnCheck, proximity: [Extension], local: Extension,
        _ lookupChallenges: [Extension]
    ) throws {
        let (code, dimension) = (layout.code, layout.code.dimension)
        // The sum over ⟨ω_k⟩ keeps the coefficients of 1 and X^k.
        let sum = (announced.linear[0] + announced.linear[dimension]) * Goldilocks(Int64(dimension))
        try require(.linearSum, sum == form.target)
        try require(
            .localZeros, encoder.messageValues(announced.local)[..<code.messageLength].allSatisfy { $0 == .zero })
        let polynomials = [announced.proximity, announced.linear, announced.local]
        let values = backend.map(polynomials.count) { [encoder] in check.select(encoder.evaluate(polynomials[$0])) }
        try require(.proximity, check.proximity(proximity) == values[0])
        try require(.linearColumns, check.linear(form) == values[1])
        try require(.localColumns, check.local(local, lookupChallenges) == values[2])
    }

    /// All rows' elements of the opened columns of the three tableaus.
    private mutating func open(_ columns: [Int], roots: [Digest]) throws -> [[Goldilocks]] {
        let counts = [layout.inputRowCount, layout.helperRow - layout.inputRowCount, layout.helperRowCount]
        var opened = [[Goldilocks]](repeating: [], count: columns.count)
        for (number, root) in roots.enumerated() {
            let parts = try open(
                columns, of: layout.code.length, rows: counts[number], saltSize: Tableau.saltSize, root: root,
                number: UInt8(number), .openings)
            for index in opened.indices { opened[index] += parts[index] }
        }
        return opened
    }

    private mutating func openWeights(_ columns: [Int], message: [Extension]) throws -> WeightCheck {
        guard let layout = layout.weights, let weights else { preconditionFailure("a layout of proof-v2 has weights") }
        let opened = try open(
            columns, of: layout.length, rows: layout.rowCount, saltSize: 0, root: weights.root,
            number: WeightTableau.number, .weightOpenings)
        return WeightCheck(
            layout: layout, encoder: weights.encoder, backend: backend, message: message, columns: columns,
            opened: opened)
    }

    /// Salts and columns, then the hashes that lead to the root.
    private mutating func open(
        _ columns: [Int], of length: Int, rows: Int, saltSize: Int, root: Digest, number: UInt8, _ check: VerifierCheck
    ) throws -> [[Goldilocks]] {
        var (salts, parts) = ([[UInt8]](), [[Goldilocks]]())
        for _ in columns {
            salts.append(try reader.take(saltSize))
            var part: [Goldilocks] = []
            part.reserveCapacity(rows)
            for _ in 0..<rows { part.append(try reader.element()) }
            parts.append(part)
        }
        let (ownSalts, ownParts) = (salts, parts)
        let leaves = backend.flatMap(ranges: columns.count) { range in
            range.map { Tableau.leaf(number, salt: ownSalts[$0], column: ownParts[$0]) }
        }
        var path: [Digest] = []
        for _ in 0..<CommitmentTree.openingCount(columns, of: length) { path.append(try reader.digest()) }
        try require(check, CommitmentTree.root(leaves: leaves, at: columns, of: length, opening: path) == root)
        return parts
    }
}
