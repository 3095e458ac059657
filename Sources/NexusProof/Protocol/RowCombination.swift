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
        let dimension = layout.code.dimension
        for constraint in layout.locals {
            let (left, right) = (codeword(constraint.left), codeword(constraint.right))
            let result = constraint.result.map(codeword)
            let offset = Goldilocks(constraint.offset)
            for (slot, coset) in Self.cosets.enumerated() {
                for index in 0..<dimension {
                    let place = coset * dimension + index
                    var value = left[left.startIndex + place] * (right[right.startIndex + place] + offset)
                    if let result { value = value - result[result.startIndex + place] }
                    sums[slot * dimension + index] += weight * value
                }
            }
            weight *= challenge
        }
        for (number, lookup) in layout.lookups.enumerated() {
            guard let table = layout.widths.firstIndex(of: lookup.width) else { preconditionFailure("a known width") }
            let (first, second) = (codeword(layout.helperRow + 2 * number), codeword(layout.helperRow + 2 * number + 1))
            let cells = codeword(lookup.row)
            let shifted = lookupChallenges[table] - Extension(Goldilocks(lookup.offset))
            for (slot, coset) in Self.cosets.enumerated() {
                for index in 0..<dimension {
                    let place = coset * dimension + index
                    let helper = Extension(first[first.startIndex + place], second[second.startIndex + place])
                    let value = helper * (shifted - Extension(cells[cells.startIndex + place])) - .one
                    sums[slot * dimension + index] += weight * value
                }
            }
            weight *= challenge
        }
        return encoder.interpolateTwice(sums)
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
