import NexusBase
import NexusTestInputs
import Testing

@testable import NexusProof

/// proof-v2: batches in slots, and weights behind a header.
@Suite struct CommittedWeightsTests {
    private static func networks() throws -> [ProofNetwork] {
        [try Networks.perceptron(), try Networks.image(), try Networks.mixed()]
    }

    @Test(arguments: [1, 3, 8, 40]) func `a batch proved with committed weights verifies by the header alone`(
        batch: Int
    ) throws {
        for network in try Self.networks() {
            let committed = try Networks.committed(network, batch: batch)
            try committed.verify()
            // The answers are those of proof-v1, input by input.
            let single = try InferenceProver(network: network)
            let inputs = Networks.input(network.inputSize * batch)
            for item in 0..<batch {
                let own = Array(inputs[item * network.inputSize..<(item + 1) * network.inputSize])
                let size = network.outputSize
                #expect(
                    try single.output(for: own) == Array(committed.statement.output[item * size..<(item + 1) * size]))
            }
            // A batch that neither divides a row nor is divided by it.
            let width = committed.prover.layout.code.messageLength
            if batch == 8 || batch == 40 { #expect(width % batch != 0) }
            // Whoever holds the network makes the same header.
            #expect(try RegisteredModel(network).header == ModelHeader(file: committed.model.header.file))
        }
    }

    @Test func `one input is committed to as in the first format`() throws {
        let network = try Networks.image()
        let opening = try InputOpening(values: Networks.input(84), seed: Networks.seed)
        let old = try InferenceProver(network: network).commit(to: opening).root
        #expect(try InferenceProver(model: RegisteredModel(network)).commit(to: opening).root == old)
    }

    @Test func `a proof of one format is none of the other`() throws {
        let network = try Networks.perceptron()
        let (old, new) = (try Networks.proved(network), try Networks.committed(network))
        #expect(throws: ProofError(.wrongStatement, "")) { try old.verifier.verify(new.proof, of: new.statement) }
        let verifier = try InferenceVerifier(header: new.model.header)
        #expect(throws: ProofError(.wrongStatement, "")) { try verifier.verify(old.proof, of: old.statement) }
        // The old statement under the new name.
        let renamed = try ProofStatement(
            modelHash: verifier.modelHash, inputRoot: old.statement.inputRoot, output: old.statement.output, batch: 1,
            context: [1, 2, 3], format: .v2)
        #expect(throws: ProofError.self) { try verifier.verify(old.proof, of: renamed) }
    }

    /// Method: the combination out of the message against each map's own, and the test's two ways to evaluate slots.
    @Test(arguments: [2, 7, 50]) func `the linear form is the same from the message and by either way of slots`(
        batch: Int
    ) throws {
        var source = SplitMix64(seed: 31)
        for network in try Self.networks() {
            let weights = WeightLayout(network, dimension: 64, rows: 4, queries: 5)
            let layout = Layout(
                network: network, weights: weights, batch: batch, code: CodeParameters(dimension: 128, queries: 20),
                limbWidth: 8)
            let model = try RegisteredModel(network, weights)
            let challenges = [source.pair(), source.pair()]
            let lookups = layout.widths.map { _ in source.pair() }
            let output = (0..<layout.count(of: network.output)).map { _ in source.int8() }
            func form(_ combination: [Extension]?) -> LinearForm {
                LinearForm(
                    layout: layout, challenges: challenges, lookupChallenges: lookups, output: output,
                    combination: combination)
            }
            let own = form(nil)
            let read = form(model.tableau.combination(row: challenges[1], backend: SerialBackend()))
            #expect(own.target == read.target)
            #expect(own.groups.map(\.coefficients) == read.groups.map(\.coefficients))
            let columns = [0, 1, 127, 200, 300, 511]
            let check = ColumnCheck(
                layout: layout, encoder: ReedSolomon(dimension: 128), backend: SerialBackend(), columns: columns,
                opened: columns.map { _ in (0..<layout.rowCount).map { _ in source.pair().first } })
            #expect(check.linear(own, slotCost: 0) == check.linear(own, slotCost: 1 << 20))
        }
    }

    /// Method: the sum of all coefficients times the honest cells is the target, and no longer after one cell changed.
    @Test func `every cell that holds a number counts, and no other`() throws {
        var source = SplitMix64(seed: 32)
        let network = try Networks.mixed()
        let forger = try Forger(committed: network, input: Networks.input(21 * 5))
        let layout = forger.layout
        var witness = Witness(layout: layout, input: forger.input)
        let form = LinearForm(
            layout: layout, challenges: [source.pair(), source.pair()],
            lookupChallenges: layout.widths.map { _ in source.pair() }, output: witness.output)
        // The lookups' constraints, which the helper rows close, come to zero without helpers and multiplicities.
        for row in layout.multiplicityRow..<layout.helperRow {
            for place in witness.rows[row].indices { witness.rows[row][place] = .zero }
        }
        func sum() -> Extension {
            form.groups.reduce(.zero) { total, group in
                let places = form.places(of: group)
                return group.rows.filter { $0.row < layout.helperRow }.reduce(total) { total, row in
                    places.indices.reduce(total) { $0 + places[$1] * row.scale * witness.rows[row.row][$1] }
                }
            }
        }
        #expect(sum() == form.target)
        let (size, slots) = (network.sizes[1], layout.numbersPerRow)
        for chunk in 0..<layout.chunks(1) {
            for place in 0..<layout.code.messageLength {
                let isNumber = place < slots * 5 && chunk * slots + place / 5 < size
                witness.add(1, to: layout.valueRows[1] + chunk, at: place)
                #expect((sum() != form.target) == isNumber)
                witness.add(-1, to: layout.valueRows[1] + chunk, at: place)
            }
        }
    }

    @Test func `an opening is the same from kept codewords and encoded again`() throws {
        for network in try Self.networks() {
            let layout = WeightLayout(network, dimension: 64, rows: 4, queries: 7)
            let kept = WeightTableau(network, layout, backend: SerialBackend())
            let again = WeightTableau(network, layout, backend: SerialBackend(), keptBytesMax: 0)
            #expect(kept.root == again.root)
            let columns = [0, 63, 64, 300, 511]
            #expect(kept.columns(columns, backend: SerialBackend()) == again.columns(columns, backend: SerialBackend()))
            #expect(kept.opening(columns) == again.opening(columns))
        }
    }

    @Test func `every weight counts in the root`() throws {
        let network = try Networks.perceptron()
        let layout = WeightLayout(network, dimension: 32, rows: 2, queries: 3)
        let root = WeightTableau(network, layout, backend: SerialBackend()).root
        for index in 0..<30 {
            let other = try Networks.perceptron { weights in
                var weights = weights
                weights[index] += weights[index] == 127 ? -1 : 1
                return weights
            }
            #expect(WeightTableau(other, layout, backend: SerialBackend()).root != root)
        }
    }

    @Test func `a prover with other weights than the committed ones is refused`() throws {
        let (network, other) = (try Networks.perceptron(), try Networks.perceptron { $0.reversed() })
        let (model, liar) = (try RegisteredModel(network), try RegisteredModel(other))
        let verifier = try InferenceVerifier(header: model.header)
        for tableau in [model.tableau, liar.tableau] {
            let mixed = RegisteredModel(network: other, header: model.header, tableau: tableau)
            let prover = try InferenceProver(model: mixed)
            let committed = try prover.commit(to: Networks.input(6), seed: Networks.seed)
            let (statement, proof) = try prover.prove(committed, context: [], seed: Networks.otherSeed)
            #expect(statement.modelHash == model.header.hash)
            #expect(throws: ProofError(.rejected, "")) { try verifier.verify(proof, of: statement) }
        }
    }

    @Test func `a row holds a number of every input or the batch is refused`() throws {
        let model = try RegisteredModel(Networks.perceptron())
        let prover = try InferenceProver(model: model, batch: 500)
        #expect(prover.layout.code.messageLength >= 500)
        #expect(throws: ProofError(.tooLarge, "")) { try InferenceVerifier(header: model.header, batch: 4_097) }
        #expect(throws: ProofError(.tooLarge, "")) { try InferenceVerifier(header: model.header, batch: 0) }
    }
}
