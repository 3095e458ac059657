/// What the three tests' polynomials must be at the opened columns.
struct ColumnCheck: Sendable {
    let layout: Layout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    let columns: [Int]
    /// All rows' elements, column by column.
    let opened: [[Goldilocks]]

    func select(_ codeword: [Extension]) -> [Extension] { columns.map { codeword[$0] } }

    func proximity(_ challenges: [Extension]) -> [Extension] {
        let mask = layout.blindingRow
        return backend.flatMap(ranges: opened.count) { range in
            opened[range].map { column in
                var sum = Extension(column[mask], column[mask + 1])
                for row in 0..<mask { sum += challenges[row] * column[row] }
                for row in mask + 2..<layout.rowCount { sum += challenges[row - 2] * column[row] }
                return sum
            }
        }
    }

    /// `slotCost`: see `isCheaperBySlot`.
    func linear(_ form: LinearForm, slotCost: Int? = nil) -> [Extension] {
        let bySlot = form.groups.filter { $0.isInSlots && isCheaperBySlot($0, form, slotCost) }
        let whole = form.groups.filter { !($0.isInSlots && isCheaperBySlot($0, form, slotCost)) }
        let parts = backend.map(whole.count) { number in
            let group = whole[number]
            let coefficients = form.places(of: group)
            let padding = [Extension](repeating: .zero, count: layout.code.dimension - coefficients.count)
            let weights = select(encoder.encode(coefficients + padding))
            return opened.indices.map { index in
                var inner = Extension.zero
                for (row, scale) in group.rows { inner += scale * opened[index][row] }
                return weights[index] * inner
            }
        }
        var sums = blinding(layout.blindingRow + 2)
        for part in parts + [linear(bySlot, form)] {
            for index in sums.indices { sums[index] += part[index] }
        }
        return sums
    }

    /// Whether a row of so few slots is summed up slot by slot, t multiplications a slot, rather than transformed.
    private func isCheaperBySlot(_ group: LinearForm.Group, _ form: LinearForm, _ slotCost: Int?) -> Bool {
        let transforms = layout.code.dimension * layout.code.dimension.trailingZeroBitCount
        return form.slot.count > 1 && group.coefficients.count * columns.count * (slotCost ?? 1) < transforms
    }

    /// Σ over groups and slots of coefficient · Λ(x / ω_k^(slot · B)) · rows: one codeword, that of Λ, has all values.
    private func linear(_ groups: [LinearForm.Group], _ form: LinearForm) -> [Extension] {
        guard let slots = groups.map(\.coefficients.count).max() else {
            return [Extension](repeating: .zero, count: columns.count)
        }
        let dimension = layout.code.dimension
        let padding = [Extension](repeating: .zero, count: dimension - form.slot.count)
        let slotWord = encoder.encode(form.slot + padding)
        // Both halves of each coefficient: the kernel multiplies by elements of F_p.
        let halves = groups.map { ($0.coefficients.map(\.first), $0.coefficients.map(\.second)) }
        let kernel = encoder.kernel
        return backend.flatMap(ranges: opened.count) { range in
            var sums = [Extension](repeating: .zero, count: slots)
            return range.map { index in
                for slot in 0..<slots { sums[slot] = .zero }
                for (number, group) in groups.enumerated() {
                    var inner = Extension.zero
                    for (row, scale) in group.rows { inner += scale * opened[index][row] }
                    sums.withUnsafeMutableBufferPointer { sums in
                        for (half, scale) in [(halves[number].0, inner), (halves[number].1, inner * .root)] {
                            half.withUnsafeBufferPointer { half in
                                // SAFETY: groups have coefficients, and there is a sum for each.
                                kernel.accumulate(sums.baseAddress!, scale, half.baseAddress!, count: half.count)
                            }
                        }
                    }
                }
                let (coset, place) = columns[index].quotientAndRemainder(dividingBy: dimension)
                var total = Extension.zero
                for slot in 0..<slots {
                    let rotated = (place - slot * form.slot.count + dimension) & (dimension - 1)
                    total += sums[slot] * slotWord[coset * dimension + rotated]
                }
                return total
            }
        }
    }

    func local(_ challenge: Extension, _ lookupChallenges: [Extension]) -> [Extension] {
        let weights = Extension.powers(of: challenge, count: layout.locals.count + layout.lookups.count)
        let shifted = layout.lookups.map { lookup in
            guard let table = layout.widths.firstIndex(of: lookup.width) else { preconditionFailure("a known width") }
            return lookupChallenges[table] - Extension(Goldilocks(lookup.offset))
        }
        let blinding = blinding(layout.blindingRow + 8)
        return backend.flatMap(ranges: opened.count) { range in
            range.map { blinding[$0] + local(opened[$0], weights, shifted) }
        }
    }

    /// The constraints of one column, each times its weight.
    private func local(_ column: [Goldilocks], _ weights: [Extension], _ shifted: [Extension]) -> Extension {
        var sum = Extension.zero
        for (number, constraint) in layout.locals.enumerated() {
            var value = column[constraint.left] * (column[constraint.right] + Goldilocks(constraint.offset))
            if let result = constraint.result { value = value - column[result] }
            sum += weights[number] * value
        }
        for (number, lookup) in layout.lookups.enumerated() {
            let row = layout.helperRow + 2 * number
            let helper = Extension(column[row], column[row + 1])
            let value = helper * (shifted[number] - Extension(column[lookup.row])) - .one
            sum += weights[layout.locals.count + number] * value
        }
        return sum
    }

    private func blinding(_ row: Int) -> [Extension] {
        zip(columns, opened).map { index, column in
            let middle = encoder.point(of: index).power(UInt64(layout.code.dimension / 2))
            func element(_ offset: Int) -> Extension { Extension(column[row + offset], column[row + offset + 1]) }
            return element(0) + element(2) * (middle * middle) + element(4) * middle
        }
    }
}
