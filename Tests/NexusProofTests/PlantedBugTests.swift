import NexusBase
import Testing

@testable import NexusProof

/// The table of planted bugs: each check of the verifier is left out in turn. A forger then passes who otherwise fails.
@Suite struct PlantedBugTests {
    private func forger(dimension: Int = 128, queries: Int = 30) throws -> Forger {
        try Forger(Networks.perceptron(), input: Networks.input(6), dimension: dimension, queries: queries)
    }

    /// The last output of the statement is one off; everything else is honest.
    private func liar(_ forger: Forger) throws -> ProverSession {
        try forger.session { witness in witness.output[0] = witness.output[0] == 127 ? 126 : witness.output[0] + 1 }
    }

    @Test(arguments: VerifierCheck.allCases) func `every check is what stops some forger`(check: VerifierCheck) throws {
        let forger = try forger()
        var session = try forger.session()
        #expect(forger.accepts(session), "the honest proof")
        let dimension = forger.layout.code.dimension
        switch check {
        case .model:
            session = try forger.session(modelHash: Digest(of: [1]))
        case .statement:
            // A proof made for one context, shown for another.
            var weak = forger.verifier
            weak.checks.remove(.statement)
            let other = try forger.session(context: [5]).statement
            var unbound = session
            let proof = session.prove()
            #expect(throws: ProofError.self) { try forger.verifier.verify(proof, of: other) }
            unbound.checks.remove(.statement)
            try weak.verify(unbound.prove(), of: other)
            return
        case .openings:
            // Another salt than the committed one.
            var proof = session.prove()
            let openings = 64 + 5 * dimension * 16
            proof[openings + 3] ^= 1
            #expect(throws: ProofError.self) { try forger.verifier.verify(proof, of: session.statement) }
            var weak = forger.verifier
            weak.checks.remove(.openings)
            try weak.verify(proof, of: session.statement)
            return
        case .inputs, .weightOpenings, .weightCombination, .weightProximity:
            return try committed(check)
        case .proximity:
            session.forge = { kind, list, _ in if kind == .proximityPolynomial { list[5] += .one } }
        case .linearSum:
            session = try liar(forger)
        case .linearColumns:
            // A wrong output, and a polynomial moved so that its sum fits: the column check alone sees it.
            session = try liar(forger)
            session.forge = Self.balancing(forger.layout)
        case .localColumns, .localZeros:
            let row = forger.layout.layers[1]
            guard case .affine(let excess, _, _) = row else { return }
            session = try forger.session { witness in
                // An excess where the output is not 127.
                let place = witness.output.firstIndex { $0 < 120 && $0 > -120 } ?? 0
                witness.add(1, to: excess[0].row, at: place)
                witness.add(-1, to: forger.layout.valueRows[2], at: place)
                witness.output[place] -= 1
            }
            if check == .localColumns { session.forge = Self.vanishing(forger.layout) }
        }
        #expect(!forger.accepts(session))
        #expect(forger.accepts(session, without: [check]))
    }

    /// The checks that only proof-v2 has, each on a batch of two.
    private func committed(_ check: VerifierCheck) throws {
        let forger = try Forger(committed: Networks.perceptron(), input: Networks.input(12))
        guard let model = forger.model else { return }
        // A network of the same shape whose first layer has other weights, no larger in sum.
        let other = try Networks.perceptron { $0.reversed() }
        var liar = forger
        liar.layout = try Forger(committed: other, input: forger.input).layout
        let otherModel = try RegisteredModel(other, model.header.weights)
        var session = try forger.session()
        #expect(forger.accepts(session), "the honest proof")
        switch check {
        case .inputs:
            // Each input gets the other's output.
            session = try forger.session { witness in
                let (first, second) = (Array(witness.output[..<3]), Array(witness.output[3...]))
                #expect(first != second)
                witness.output = second + first
                let row = forger.layout.valueRows[2]
                guard case .affine(let excess, let deficit, let rest) = forger.layout.layers[1] else { return }
                for row in [row] + (excess + deficit + rest).map(\.row) {
                    for slot in 0..<3 { witness.rows[row].swapAt(2 * slot, 2 * slot + 1) }
                }
            }
        case .weightOpenings:
            // All of the proof is about other weights, but for the header that it names.
            liar.model = RegisteredModel(network: other, header: model.header, tableau: otherModel.tableau)
            session = try liar.session()
        case .weightCombination:
            // The committed weights are opened, and others combined.
            liar.model = RegisteredModel(network: other, header: model.header, tableau: model.tableau)
            session = try liar.session()
            session.otherWeights = otherModel.tableau
        default:
            session.forge = { kind, list, _ in if kind == .weightMessage { list[list.count - 1] += .one } }
        }
        #expect(session.statement.modelHash == model.header.hash)
        #expect(!forger.accepts(session))
        #expect(forger.accepts(session, without: [check]))
    }

    /// Moves the constant coefficient so that the sum is what the statement asks for.
    static func balancing(_ layout: Layout) -> ProverSession.Forge {
        { kind, list, form in
            guard kind == .linearPolynomial else { return }
            let size = Extension(Goldilocks(Int64(layout.code.dimension)))
            list[0] += form.target * size.inverse - (list[0] + list[layout.code.dimension])
        }
    }

    /// Makes the local polynomial zero at the message places, at the cost of not being the rows'.
    static func vanishing(_ layout: Layout) -> ProverSession.Forge {
        { kind, list, _ in
            guard kind == .localPolynomial else { return }
            let encoder = ReedSolomon(dimension: layout.code.dimension)
            var values = encoder.messageValues(list)
            for index in layout.code.messageLength..<layout.code.dimension { values[index] = .zero }
            for (index, coefficient) in encoder.interpolateMessage(values).enumerated() { list[index] -= coefficient }
        }
    }

    /// Method: the best forger against the linear test announces a polynomial that is right in 2k − 1 chosen columns
    /// and has the sum it needs. It passes if all t queries fall there: C(2k − 1, t)/C(n, t), near 2^−t.
    @Test(arguments: [1, 2, 3]) func `with toy parameters a cheat passes as often as theory says`(queries: Int) throws {
        let forger = try forger(dimension: 32, queries: queries)
        let encoder = ReedSolomon(dimension: 32)
        // Π (X − x) over 2k − 1 columns.
        var product = [Goldilocks.one]
        for column in 0..<63 {
            let point = encoder.point(of: column)
            var next = [Goldilocks](repeating: .zero, count: product.count + 1)
            for (index, coefficient) in product.enumerated() {
                next[index + 1] += coefficient
                next[index] = next[index] - coefficient * point
            }
            product = next
        }
        let trials = 160
        var accepted = 0
        for trial in 0..<trials {
            var session = try forger.session(context: [UInt8(trial)]) { witness in
                witness.output[0] = witness.output[0] == 127 ? 126 : witness.output[0] + 1
            }
            session.forge = { kind, list, form in
                guard kind == .linearPolynomial else { return }
                let needed = form.target * Extension(Goldilocks(32)).inverse - (list[0] + list[32])
                let scale = needed * (product[0] + product[32]).inverse
                for (index, coefficient) in product.enumerated() { list[index] += scale * coefficient }
            }
            if forger.accepts(session) { accepted += 1 }
        }
        let chance = (0..<queries).reduce(1.0) { $0 * Double(63 - $1) / Double(128 - $1) }
        let deviation = (Double(trials) * chance * (1 - chance)).squareRoot()
        print("t = \(queries): \(accepted) of \(trials) cheats pass, \(Double(trials) * chance) expected")
        #expect(abs(Double(accepted) - Double(trials) * chance) < 4 * deviation)
        #expect(accepted > 0)
    }
}
