/// The prover's three polynomials: combinations of committed rows, computed from their codewords.
struct RowCombination: Sendable {
    let tableaus: [Tableau]
    let layout: Layout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    /// Together a coset of size 2k, enough for degree 2k − 1.
    private static let cosets = [0, 2]

    private var kernel: FieldKernel { encoder.kernel }

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

        /// Calls `body` for each coset with its sums and the first of their places in a codeword.
        @inline(__always)
        mutating func add(dimension: Int, _ body: (_ sums: UnsafeMutablePointer<Extension>, _ place: Int) -> Void) {
            sums.withUnsafeMutableBufferPointer { sums in
                guard let base = sums.baseAddress else { return }
                for (slot, coset) in cosets.enumerated() {
                    body(base + slot * range.count, coset * dimension + range.lowerBound)
                }
            }
        }

        mutating func clear() {
            for index in sums.indices { sums[index] = .zero }
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

    /// The codeword's place 0, for as long as `body` runs.
    private func with(_ row: Int, _ body: (UnsafePointer<Goldilocks>) -> Void) {
        codeword(row).withUnsafeBufferPointer { word in
            // SAFETY: a codeword has 4k elements.
            body(word.baseAddress!)
        }
    }

    private func add(_ row: Int, scale: Extension, to part: inout Part) {
        let count = part.range.count
        with(row) { word in
            part.add(dimension: layout.code.dimension) { kernel.accumulate($0, scale, word + $1, count: count) }
        }
    }

    /// Coefficients of Σ r_i · row_i over all rows but the last two kinds' masks, plus the mask of the test.
    func proximity(_ challenges: [Extension]) -> [Extension] {
        let mask = layout.blindingRow
        let scales = (0..<layout.rowCount).map { row in
            row == mask ? Extension.one : row == mask + 1 ? .root : challenges[row < mask ? row : row - 2]
        }
        var sums = [Extension](repeating: .zero, count: layout.code.dimension)
        sums.withUnsafeMutableBufferPointer { sums in
            withAllRows { rows in
                // SAFETY: k is at least 512.
                backend.fold(
                    RowFolding(
                        count: layout.code.dimension, rows: rows, scales: scales, sums: Words.of(sums.baseAddress!),
                        kernel: kernel))
            }
        }
        return encoder.interpolate(sums)
    }

    /// All rows' codewords, for as long as `body` runs.
    private func withAllRows(_ body: ([UnsafePointer<UInt64>]) -> Void) {
        let length = layout.code.length
        tableaus[0].codewords.withUnsafeBufferPointer { input in
            tableaus[1].codewords.withUnsafeBufferPointer { witness in
                tableaus[2].codewords.withUnsafeBufferPointer { helper in
                    body(
                        [input, witness, helper].flatMap { words in
                            // SAFETY: every tableau has rows.
                            (0..<words.count / length).map { Words.of(words.baseAddress! + $0 * length) }
                        })
                }
            }
        }
    }

    /// Coefficients of Σ form · rows + blinding: 2k of them.
    func linear(_ form: LinearForm) -> [Extension] {
        let dimension = layout.code.dimension
        let weights = backend.map(form.groups.count) { number in
            let coefficients = form.places(of: form.groups[number])
            let padding = [Extension](repeating: .zero, count: dimension - coefficients.count)
            return encoder.encode(coefficients + padding, cosets: Self.cosets)
        }
        let sums = filled(Self.cosets) { part in
            var inner = Part(part.range, cosets: part.cosets)
            for (group, weights) in zip(form.groups, weights) {
                inner.clear()
                for (row, scale) in group.rows { add(row, scale: scale, to: &inner) }
                multiply(weights, inner, to: &part)
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

    /// Adds the products of `weights`, which has k values for each coset, and `inner`.
    private func multiply(_ weights: [Extension], _ inner: Part, to part: inout Part) {
        let count = part.range.count
        weights.withUnsafeBufferPointer { weights in
            inner.sums.withUnsafeBufferPointer { inner in
                part.sums.withUnsafeMutableBufferPointer { sums in
                    for slot in part.cosets.indices {
                        // SAFETY: each buffer has `count` places from there on.
                        kernel.multiplyAdd(
                            sums.baseAddress! + slot * count,
                            weights.baseAddress! + slot * layout.code.dimension + part.range.lowerBound,
                            inner.baseAddress! + slot * count, count: count)
                    }
                }
            }
        }
    }

    private func add(_ constraint: Layout.Local, _ weight: Extension, to part: inout Part) {
        let (count, offset) = (part.range.count, Goldilocks(constraint.offset))
        func add(
            _ left: UnsafePointer<Goldilocks>, _ right: UnsafePointer<Goldilocks>, _ third: UnsafePointer<Goldilocks>?
        ) {
            part.add(dimension: layout.code.dimension) { sums, place in
                kernel.addProduct(
                    sums, left + place, right + place, offset: offset, result: third.map { $0 + place },
                    weight: weight, count: count)
            }
        }
        with(constraint.left) { left in
            with(constraint.right) { right in
                guard let third = constraint.result else { return add(left, right, nil) }
                with(third) { add(left, right, $0) }
            }
        }
    }

    private func add(
        _ lookup: Layout.Lookup, helper: Int, _ shifted: Extension, _ weight: Extension, to part: inout Part
    ) {
        let count = part.range.count
        with(helper) { first in
            with(helper + 1) { second in
                with(lookup.row) { cells in
                    part.add(dimension: layout.code.dimension) { sums, place in
                        kernel.addLookup(
                            sums, helper: (first + place, second + place), cells: cells + place, shifted: shifted,
                            weight: weight, count: count)
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
