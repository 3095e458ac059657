import NexusBase
import Testing

@testable import NexusProof

/// Method: the committed rows are taken apart again. Every random element of section 9 must be there, in its place, and
/// none may occur twice: a mask left out, constant or used again fails. The argument that these masks suffice is
/// section 9's.
@Suite struct HidingTests {
    private func rows(_ tableau: Tableau, _ encoder: ReedSolomon) -> [(values: [Extension], coefficients: [Extension])]
    {
        (0..<tableau.rowCount).map { row in
            let coset = tableau.codeword(row).prefix(encoder.dimension).map { Extension($0) }
            let coefficients = encoder.interpolate(Array(coset))
            return (encoder.messageValues(coefficients), coefficients)
        }
    }

    private func proved(seed: UInt8, input: Int8 = 0) throws -> (Layout, ReedSolomon, [Tableau]) {
        // All inputs zero: rows of zeros are hidden like any others.
        let forger = try Forger(Networks.perceptron(), input: Array(repeating: input, count: 6))
        let prover = InferenceProver(layout: forger.layout)
        let tableau = prover.inputTableau(
            Array(Witness(layout: forger.layout, input: forger.input).rows[..<forger.layout.inputRowCount]),
            context: forger.input, seed: Array(repeating: seed, count: 32))
        let witness = Witness(layout: forger.layout, input: forger.input)
        let statement = try ProofStatement(
            modelHash: prover.modelHash, inputRoot: tableau.root, output: witness.output, batch: 1, context: [])
        var session = ProverSession(prover, witness, tableau, statement, Array(repeating: seed, count: 32))
        _ = session.prove()
        return (forger.layout, prover.encoder, session.tableaus)
    }

    @Test func `every row has its random elements, and none of them twice`() throws {
        var (seen, total, expected) = (Set<Goldilocks>(), 0, 0)
        func take(_ elements: some Sequence<Goldilocks>) {
            for element in elements {
                total += 1
                seen.insert(element)
            }
        }
        for seed: UInt8 in [1, 2] {
            let (layout, encoder, tableaus) = try proved(seed: seed)
            #expect(layout.code.messageLength + layout.code.queries == layout.code.dimension)
            let code = layout.code
            expected += (layout.blindingRow + 1) * code.queries + 9 * code.dimension - 1
            let all = tableaus.flatMap { rows($0, encoder) }
            for row in 0..<layout.blindingRow {
                take(all[row].values[layout.code.messageLength...].map(\.first))
            }
            let blinding = layout.blindingRow
            // The proximity mask, and the middle part of both other masks.
            for row in [0, 1, 6, 7, 12, 13] { take(all[blinding + row].coefficients.map(\.first)) }
            for (start, isLinear) in [(2, true), (8, false)] {
                let mask = blindingPolynomial(
                    Array(all[(blinding + start)..<(blinding + start + 6)].map(\.coefficients)))
                let values = encoder.messageValues(mask)
                if isLinear {
                    #expect(values.reduce(Extension.zero, +) == .zero)
                    take(mask.dropFirst(layout.code.dimension + 1).map(\.first))
                    take(mask.prefix(layout.code.dimension).map(\.second))
                } else {
                    #expect(values[..<layout.code.messageLength].allSatisfy { $0 == .zero })
                    take(values[layout.code.messageLength...].map(\.first))
                    take(mask.dropFirst(layout.code.dimension).map(\.second))
                }
            }
        }
        #expect(seen.count == total)
        #expect(!seen.contains(.zero))
        // t in each row and in b_loc's values, 3k of each of the parts taken whole, less one that the sum fixes.
        #expect(total == expected)
    }

    /// b₀ + X^k · b₁ + X^(k/2) · b₂ from the coefficients of its six rows.
    private func blindingPolynomial(_ rows: [[Extension]]) -> [Extension] {
        let dimension = rows[0].count
        var sum = [Extension](repeating: .zero, count: 2 * dimension)
        for (part, start) in [(0, 0), (1, dimension), (2, dimension / 2)] {
            for index in 0..<dimension {
                sum[start + index] += rows[2 * part][index] + rows[2 * part + 1][index] * Extension.root
            }
        }
        return sum
    }

    @Test func `salts differ from leaf to leaf, tree to tree and proof to proof`() throws {
        var (salts, total) = (Set<[UInt8]>(), 0)
        for seed: UInt8 in [1, 2] {
            let (layout, _, tableaus) = try proved(seed: seed)
            for tableau in tableaus {
                for column in 0..<layout.code.length {
                    salts.insert(tableau.salt(column))
                    total += 1
                }
            }
        }
        #expect(salts.count == total)
    }

    /// Method: an attacker knows all of an input but one number. For each of its 256 values there is a row that shows
    /// the opened elements, so they tell nothing; with one random element fewer in the row there is none.
    @Test func `opened elements of an input fit every value of a number equally`() throws {
        let (layout, encoder, tableaus) = try proved(seed: 3, input: 5)
        let code = layout.code
        let columns = Array((0..<code.length).filter { $0 % 4 == 1 }.prefix(code.queries))
        let coefficients = rows(tableaus[0], encoder)[0].coefficients
        // Zero at the other message points and at the opened columns: of degree k − 1, so it fits in a row.
        let root = Goldilocks.root(ofOrder: code.dimension.trailingZeroBitCount)
        let zeros = (1..<code.messageLength).map { root.power(UInt64($0)) } + columns.map(encoder.point)
        #expect(zeros.count == code.dimension - 1)
        var step = [Goldilocks.one]
        for zero in zeros {
            var next = [Goldilocks](repeating: .zero, count: step.count + 1)
            for (index, coefficient) in step.enumerated() {
                next[index + 1] += coefficient
                next[index] = next[index] - coefficient * zero
            }
            step = next
        }
        let height = step.reduce(.zero, +).inverse
        for guess in -128...127 {
            let change = Goldilocks(Int64(guess) - 5) * height
            let other = zip(coefficients, step).map { $0 + Extension($1 * change) }
            let values = encoder.messageValues(other)
            #expect(values[0] == Extension(Goldilocks(Int64(guess))))
            #expect(values[1] == Extension(Goldilocks(5)))
            if guess % 16 == 0 {
                let codeword = encoder.evaluate(other)
                #expect(columns.allSatisfy { codeword[$0].first == tableaus[0].column($0)[0] })
            }
        }
    }
}
