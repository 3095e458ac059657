/// The prover's three polynomials: combinations of committed rows, computed from their codewords.
struct RowCombination: Sendable {
    let tableaus: [Tableau]
    let layout: Layout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    /// Together a coset of size 2k, enough for degree 2k − 1.
    private static let cosets = [0, 2]

    private func codeword(_ row: Int) -> ArraySlice<Goldilocks> {
        if row < layout.inputRowCount { return tableaus[0].codeword(row) }
        if row < layout.helperRow { return tableaus[1].codeword(row - layout.inputRowCount) }
        return tableaus[2].codeword(row - layout.helperRow)
    }

    /// Sums over some of the places of each coset: `count` places from `start` on, coset after coset.
    private struct Part {
        let range: Range<Int>
        let cosets: [Int]
        var sums: [Extension]

        init(_ range: Range<Int>, cosets: [Int]) {
            self.range = range
            self.cosets = cosets
            sums = [Extension](repeating: .zero, count: range.count * cosets.count)
        }

        /// Adds `term(place)` at each place, a place being one of the codeword's.
        @inline(__always)
        mutating func add(dimension: Int, _ term: (_ place: Int) -> Extension) {
            sums.withUnsafeMutableBufferPointer { sums in
                for (slot, coset) in cosets.enumerated() {
                    let (base, first) = (slot * range.count, coset * dimension + range.lowerBound)
                    for index in 0..<range.count { sums[base + index] += term(first + index) }
                }
            }
        }
    }

    /// Sums at all places of `cosets`, filled part by part: sums[slot · k + i].
    private func filled(_ cosets: [Int], _ fill: @Sendable (inout Part) -> Void) -> [Extension] {
        let dimension = layout.code.dimension
        let count = 16
        let parts = backend.map(count) { number in
            var part = Part(dimension * number / count..<dimension * (number + 1) / count, cosets: cosets)
            fill(&part)
            return part.sums
        }
        return cosets.indices.flatMap { slot in
            parts.flatMap { part in part[part.count / cosets.count * slot..<part.count / cosets.count * (slot + 1)] }
        }
    }

    private func add(_ row: Int, scale: Extension, to part: inout Part) {
        codeword(row).withUnsafeBufferPointer { word in
            part.add(dimension: layout.code.dimension) { scale * word[$0] }
        }
    }

    /// Coefficients of Σ r_i · row_i over all rows but the last two kinds' masks, plus the mask of the test.
    func proximity(_ challenges: [Extension]) -> [Extension] {
        let mask = layout.blindingRow
        return encoder.interpolate(
            filled([0]) { part in
                add(mask, scale: .one, to: &part)
                add(mask + 1, scale: .root, to: &part)
                for row in 0..<layout.rowCount where row != mask && row != mask + 1 {
                    add(row, scale: challenges[row < mask ? row : row - 2], to: &part)
                }
            })
    }

    /// Coefficients of Σ form · rows + blinding: 2k of them.
    func linear(_ form: LinearForm) -> [Extension] {
        let dimension = layout.code.dimension
        let weights = backend.map(form.groups.count) { number in
            let coefficients = form.groups[number].coefficients
            let padding = [Extension](repeating: .zero, count: dimension - coefficients.count)
            return encoder.encode(coefficients + padding, cosets: Self.cosets)
        }
        let sums = filled(Self.cosets) { part in
            for (group, weights) in zip(form.groups, weights) {
                var inner = Part(part.range, cosets: part.cosets)
                for (row, scale) in group.rows { add(row, scale: scale, to: &inner) }
                for slot in part.cosets.indices {
                    for index in part.range.indices {
                        let place = slot * part.range.count + index - part.range.lowerBound
                        part.sums[place] += weights[slot * dimension + index] * inner.sums[place]
                    }
                }
            }
        }
        return encoder.interpolateTwice(Self.sum(sums, blinding(layout.blindingRow + 2)))
    }

    /// Coefficients of Σ γ^(c + 1) · constraint_c + blinding: 2k of them.
    func local(_ challenge: Extension, _ lookupChallenges: [Extension]) -> [Extension] {
        let powers = Extension.powers(of: challenge, count: layout.locals.count + layout.lookups.count)
        let sums = filled(Self.cosets) { part in
            for (number, constraint) in layout.locals.enumerated() { add(constraint, powers[number], to: &part) }
            for (number, lookup) in layout.lookups.enumerated() {
                guard let table = layout.widths.firstIndex(of: lookup.width) else {
                    preconditionFailure("a known width")
                }
                let shifted = lookupChallenges[table] - Extension(Goldilocks(lookup.offset))
                add(
                    lookup, helper: layout.helperRow + 2 * number, shifted, powers[layout.locals.count + number],
                    to: &part)
            }
        }
        return encoder.interpolateTwice(Self.sum(sums, blinding(layout.blindingRow + 8)))
    }

    private static func sum(_ left: [Extension], _ right: [Extension]) -> [Extension] {
        left.indices.map { left[$0] + right[$0] }
    }

    private func add(_ constraint: Layout.Local, _ weight: Extension, to part: inout Part) {
        let (dimension, offset) = (layout.code.dimension, Goldilocks(constraint.offset))
        codeword(constraint.left).withUnsafeBufferPointer { left in
            codeword(constraint.right).withUnsafeBufferPointer { right in
                guard let third = constraint.result else {
                    return part.add(dimension: dimension) { weight * (left[$0] * (right[$0] + offset)) }
                }
                codeword(third).withUnsafeBufferPointer { result in
                    part.add(dimension: dimension) { weight * (left[$0] * (right[$0] + offset) - result[$0]) }
                }
            }
        }
    }

    private func add(
        _ lookup: Layout.Lookup, helper: Int, _ shifted: Extension, _ weight: Extension, to part: inout Part
    ) {
        codeword(helper).withUnsafeBufferPointer { first in
            codeword(helper + 1).withUnsafeBufferPointer { second in
                codeword(lookup.row).withUnsafeBufferPointer { cells in
                    part.add(dimension: layout.code.dimension) { place in
                        let inverse = Extension(shifted.first - cells[place], shifted.second)
                        return weight * (Extension(first[place], second[place]) * inverse - .one)
                    }
                }
            }
        }
    }

    /// b₀ + X^k · b₁ + X^(k/2) · b₂ on the two cosets.
    private func blinding(_ row: Int) -> [Extension] {
        let dimension = layout.code.dimension
        var sums = filled(Self.cosets) { part in
            add(row, scale: .one, to: &part)
            add(row + 1, scale: .root, to: &part)
        }
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
