import NexusBase

/// Verifies proofs of one network. Everything but the proof's messages is derived here from the network and the batch.
/// proof-v1, section 7.
public struct InferenceVerifier: Sendable {
    let layout: Layout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    let modelHash: Digest
    /// All of them, except in tests.
    var checks = Set(VerifierCheck.allCases)

    /// Throws `proof.too-large` for a network and batch beyond the limits.
    public init(
        network: ProofNetwork, batch: Int = 1, backend: any ProverBackend = SerialBackend()
    ) throws {
        self.init(layout: try Layout.chosen(for: network, batch: batch), backend: backend)
    }

    init(layout: Layout, backend: any ProverBackend = SerialBackend()) {
        self.layout = layout
        self.backend = backend
        encoder = ReedSolomon(dimension: layout.code.dimension)
        modelHash = layout.network.hash
    }

    /// Returns if and only if the proof holds. Throws `proof.wrong-statement`, `proof.malformed` or `proof.rejected`.
    ///
    /// It says nothing about where the input came from: whoever relies on that checks a signature over the statement's
    /// `inputRoot`, and that the statement's context is their own.
    public func verify(_ proof: [UInt8], of statement: ProofStatement) throws {
        if checks.contains(.model) {
            guard statement.modelHash == modelHash, statement.batch == layout.batch else {
                throw ProofError(.wrongStatement, "the statement is about another model or batch")
            }
        }
        guard statement.output.count == layout.count(of: layout.network.output) else {
            throw ProofError(.wrongStatement, "the statement's output has another size")
        }
        var session = VerifierSession(self, proof, statement)
        try session.verify()
    }
}

/// One run of the verifier.
struct VerifierSession {
    let layout: Layout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    let checks: Set<VerifierCheck>
    let statement: ProofStatement
    var reader: ProofReader
    var transcript = Transcript()

    init(_ verifier: InferenceVerifier, _ proof: [UInt8], _ statement: ProofStatement) {
        layout = verifier.layout
        encoder = verifier.encoder
        backend = verifier.backend
        checks = verifier.checks
        self.statement = statement
        reader = ProofReader(proof)
    }

    private func require(_ check: VerifierCheck, _ holds: @autoclosure () -> Bool) throws {
        if checks.contains(check), !holds() { throw ProofError(.rejected, check.failure) }
    }

    mutating func verify() throws {
        let (code, dimension) = (layout.code, layout.code.dimension)
        let witnessRoot = try reader.receiveRoot(.witnessRoot, &transcript)
        if checks.contains(.statement) { transcript.absorb(.statement, statement.canonicalBytes) }
        transcript.absorbZeros(layout.zeroCount)
        let lookupChallenges = transcript.challenges(.lookupChallenge, layout.widths.count)
        let helperRoot = try reader.receiveRoot(.helperRoot, &transcript)
        let proximity = transcript.challenges(.proximityChallenge, layout.blindingRow + 12)
        let linear = transcript.challenge(.linearChallenge)
        let local = transcript.challenge(.localChallenge)
        let combined = try reader.receive(.proximityPolynomial, elements: dimension, &transcript)
        let linearSums = try reader.receive(.linearPolynomial, elements: 2 * dimension, &transcript)
        let localSums = try reader.receive(.localPolynomial, elements: 2 * dimension, &transcript)
        let columns = transcript.queries(code.queries, of: code.length)

        let roots = [statement.inputRoot, witnessRoot, helperRoot]
        let counts = [layout.inputRowCount, layout.helperRow - layout.inputRowCount, layout.helperRowCount]
        var opened = [[Goldilocks]](repeating: [], count: columns.count)
        for (number, root) in roots.enumerated() {
            let parts = try open(columns, rows: counts[number], root: root, number: UInt8(number))
            for index in opened.indices { opened[index] += parts[index] }
        }
        try reader.finish()

        let form = LinearForm(
            layout: layout, challenge: linear, lookupChallenges: lookupChallenges, output: statement.output)
        // The sum over ⟨ω_k⟩ keeps the coefficients of 1 and X^k.
        let sum = (linearSums[0] + linearSums[dimension]) * Goldilocks(Int64(dimension))
        try require(.linearSum, sum == form.target)
        try require(
            .localZeros, encoder.messageValues(localSums)[..<code.messageLength].allSatisfy { $0 == .zero })

        let check = ColumnCheck(
            layout: layout, encoder: encoder, backend: backend, columns: columns, opened: opened)
        let announced = [combined, linearSums, localSums]
        let values = backend.map(announced.count) { [encoder] in check.select(encoder.evaluate(announced[$0])) }
        try require(.proximity, check.proximity(proximity) == values[0])
        try require(.linearColumns, check.linear(form) == values[1])
        try require(.localColumns, check.local(local, lookupChallenges) == values[2])
    }

    /// Salts and columns, then the hashes that lead to the root.
    private mutating func open(
        _ columns: [Int], rows: Int, root: Digest, number: UInt8
    ) throws -> [[Goldilocks]] {
        var (salts, parts) = ([[UInt8]](), [[Goldilocks]]())
        for _ in columns {
            salts.append(try reader.take(Tableau.saltSize))
            var part: [Goldilocks] = []
            part.reserveCapacity(rows)
            for _ in 0..<rows { part.append(try reader.element()) }
            parts.append(part)
        }
        let (ownSalts, ownParts) = (salts, parts)
        let leaves = backend.flatMap(ranges: columns.count) { range in
            range.map { Tableau.leaf(number, salt: ownSalts[$0], column: ownParts[$0]) }
        }
        let length = layout.code.length
        var path: [Digest] = []
        for _ in 0..<CommitmentTree.openingCount(columns, of: length) { path.append(try reader.digest()) }
        try require(
            .openings, CommitmentTree.root(leaves: leaves, at: columns, of: length, opening: path) == root)
        return parts
    }
}
