/// What the three tests' polynomials must be at the opened columns.
struct ColumnCheck {
    let layout: Layout
    let encoder: ReedSolomon
    let columns: [Int]
    /// All rows' elements, column by column.
    let opened: [[Goldilocks]]

    func select(_ codeword: [Extension]) -> [Extension] { columns.map { codeword[$0] } }

    func proximity(_ challenges: [Extension]) -> [Extension] {
        let mask = layout.blindingRow
        return opened.map { column in
            var sum = Extension(column[mask], column[mask + 1])
            for row in 0..<mask { sum += challenges[row] * column[row] }
            for row in mask + 2..<layout.rowCount { sum += challenges[row - 2] * column[row] }
            return sum
        }
    }

    func linear(_ form: LinearForm) -> [Extension] {
        var sums = blinding(layout.blindingRow + 2)
        for group in form.groups {
            let padding = [Extension](repeating: .zero, count: layout.code.dimension - group.coefficients.count)
            let weights = select(encoder.encode(group.coefficients + padding))
            for (index, column) in opened.enumerated() {
                var inner = Extension.zero
                for (row, scale) in group.rows { inner += scale * column[row] }
                sums[index] += weights[index] * inner
            }
        }
        return sums
    }

    func local(_ challenge: Extension, _ lookupChallenges: [Extension]) -> [Extension] {
        let weights = Extension.powers(of: challenge, count: layout.locals.count + layout.lookups.count)
        let shifted = layout.lookups.map { lookup in
            guard let table = layout.widths.firstIndex(of: lookup.width) else { preconditionFailure("a known width") }
            return lookupChallenges[table] - Extension(Goldilocks(lookup.offset))
        }
        var sums = blinding(layout.blindingRow + 8)
        for (index, column) in opened.enumerated() {
            for (number, constraint) in layout.locals.enumerated() {
                var value = column[constraint.left] * (column[constraint.right] + Goldilocks(constraint.offset))
                if let result = constraint.result { value = value - column[result] }
                sums[index] += weights[number] * value
            }
            for (number, lookup) in layout.lookups.enumerated() {
                let row = layout.helperRow + 2 * number
                let helper = Extension(column[row], column[row + 1])
                let value = helper * (shifted[number] - Extension(column[lookup.row])) - .one
                sums[index] += weights[layout.locals.count + number] * value
            }
        }
        return sums
    }

    private func blinding(_ row: Int) -> [Extension] {
        zip(columns, opened).map { index, column in
            let middle = encoder.point(of: index).power(UInt64(layout.code.dimension / 2))
            func element(_ offset: Int) -> Extension { Extension(column[row + offset], column[row + offset + 1]) }
            return element(0) + element(2) * (middle * middle) + element(4) * middle
        }
    }
}
