/// The prover's three polynomials: combinations of committed rows, computed from their codewords.
struct RowCombination {
    let tableaus: [Tableau]
    let layout: Layout
    let encoder: ReedSolomon
    /// Together a coset of size 2k, enough for degree 2k − 1.
    private static let cosets = [0, 2]

    private func codeword(_ row: Int) -> ArraySlice<Goldilocks> {
        if row < layout.inputRowCount { return tableaus[0].codeword(row) }
        if row < layout.helperRow { return tableaus[1].codeword(row - layout.inputRowCount) }
        return tableaus[2].codeword(row - layout.helperRow)
    }

    /// sums[slot · k + i] += scale · row at coset `cosets[slot]`.
    private func add(_ row: Int, scale: Extension, cosets: [Int], to sums: inout [Extension]) {
        let dimension = layout.code.dimension
        codeword(row).withUnsafeBufferPointer { word in
            sums.withUnsafeMutableBufferPointer { sums in
                for (slot, coset) in cosets.enumerated() {
                    for index in 0..<dimension {
                        sums[slot * dimension + index] += scale * word[coset * dimension + index]
                    }
                }
            }
        }
    }

    /// Coefficients of Σ r_i · row_i over all rows but the last two kinds' masks, plus the mask of the test.
    func proximity(_ challenges: [Extension]) -> [Extension] {
        var sums = [Extension](repeating: .zero, count: layout.code.dimension)
        let mask = layout.blindingRow
        add(mask, scale: .one, cosets: [0], to: &sums)
        add(mask + 1, scale: .root, cosets: [0], to: &sums)
        for row in 0..<layout.rowCount where row != mask && row != mask + 1 {
            add(row, scale: challenges[row < mask ? row : row - 2], cosets: [0], to: &sums)
        }
        return encoder.interpolate(sums)
    }

    /// Coefficients of Σ form · rows + blinding: 2k of them.
    func linear(_ form: LinearForm) -> [Extension] {
        var sums = blinding(layout.blindingRow + 2)
        let dimension = layout.code.dimension
        for group in form.groups {
            var inner = [Extension](repeating: .zero, count: 2 * dimension)
            for (row, scale) in group.rows { add(row, scale: scale, cosets: Self.cosets, to: &inner) }
            let padding = [Extension](repeating: .zero, count: dimension - group.coefficients.count)
            let weights = encoder.encode(group.coefficients + padding, cosets: Self.cosets)
            for index in sums.indices { sums[index] += weights[index] * inner[index] }
        }
        return encoder.interpolateTwice(sums)
    }

    /// Coefficients of Σ γ^(c + 1) · constraint_c + blinding: 2k of them.
    func local(_ challenge: Extension, _ lookupChallenges: [Extension]) -> [Extension] {
        var sums = blinding(layout.blindingRow + 8)
        var weight = challenge
        for constraint in layout.locals {
            add(constraint, weight, to: &sums)
            weight *= challenge
        }
        for (number, lookup) in layout.lookups.enumerated() {
            guard let table = layout.widths.firstIndex(of: lookup.width) else { preconditionFailure("a known width") }
            let shifted = lookupChallenges[table] - Extension(Goldilocks(lookup.offset))
            add(lookup, helper: layout.helperRow + 2 * number, shifted, weight, to: &sums)
            weight *= challenge
        }
        return encoder.interpolateTwice(sums)
    }

    private func add(_ constraint: Layout.Local, _ weight: Extension, to sums: inout [Extension]) {
        let (dimension, offset) = (layout.code.dimension, Goldilocks(constraint.offset))
        codeword(constraint.left).withUnsafeBufferPointer { left in
            codeword(constraint.right).withUnsafeBufferPointer { right in
                codeword(constraint.result ?? constraint.left).withUnsafeBufferPointer { result in
                    sums.withUnsafeMutableBufferPointer { sums in
                        for (slot, coset) in Self.cosets.enumerated() {
                            for index in 0..<dimension {
                                let place = coset * dimension + index
                                var value = left[place] * (right[place] + offset)
                                if constraint.result != nil { value = value - result[place] }
                                sums[slot * dimension + index] += weight * value
                            }
                        }
                    }
                }
            }
        }
    }

    private func add(
        _ lookup: Layout.Lookup, helper: Int, _ shifted: Extension, _ weight: Extension, to sums: inout [Extension]
    ) {
        let dimension = layout.code.dimension
        codeword(helper).withUnsafeBufferPointer { first in
            codeword(helper + 1).withUnsafeBufferPointer { second in
                codeword(lookup.row).withUnsafeBufferPointer { cells in
                    sums.withUnsafeMutableBufferPointer { sums in
                        for (slot, coset) in Self.cosets.enumerated() {
                            for index in 0..<dimension {
                                let place = coset * dimension + index
                                let inverse = Extension(shifted.first - cells[place], shifted.second)
                                let value = Extension(first[place], second[place]) * inverse - .one
                                sums[slot * dimension + index] += weight * value
                            }
                        }
                    }
                }
            }
        }
    }

    /// b₀ + X^k · b₁ + X^(k/2) · b₂ on the two cosets.
    private func blinding(_ row: Int) -> [Extension] {
        let dimension = layout.code.dimension
        var sums = [Extension](repeating: .zero, count: 2 * dimension)
        add(row, scale: .one, cosets: Self.cosets, to: &sums)
        add(row + 1, scale: .root, cosets: Self.cosets, to: &sums)
        for (slot, coset) in Self.cosets.enumerated() {
            let start = encoder.point(of: coset * dimension)
            let high = start.power(UInt64(dimension))
            // X^(k/2) is a constant up to the sign, which alternates with the place.
            let middle = start.power(UInt64(dimension / 2))
            for index in 0..<dimension {
                let place = coset * dimension + index
                func element(_ offset: Int) -> Extension {
                    Extension(
                        codeword(row + offset)[codeword(row + offset).startIndex + place],
                        codeword(row + offset + 1)[codeword(row + offset + 1).startIndex + place])
                }
                sums[slot * dimension + index] += element(2) * high + element(4) * (index & 1 == 0 ? middle : -middle)
            }
        }
        return sums
    }
}
