import CNexusField

/// Which copy of the loops over vectors of field elements runs: that of a kind of processor, or Swift's own. All give
/// the same words; the choice is made at run time.
///
/// The copies take eight elements at a time; what is left over is done here.
enum FieldKernel: Int32, CaseIterable, Sendable {
    // The numbers are those of CNexusField.h.
    case scalar, avx2, avx512, neon

    /// Those that this processor and this build have.
    static let available = allCases.filter { $0 == .scalar || nexus_field_has($0.rawValue) != 0 }

    static let best = [FieldKernel.avx512, .avx2, .neon].first { available.contains($0) } ?? .scalar

    /// How many of `count` elements this copy takes.
    private func whole(_ count: Int) -> Int { self == .scalar ? 0 : count & ~7 }

    /// sums += scale · word.
    func accumulate(
        _ sums: UnsafeMutablePointer<Extension>, _ scale: Extension, _ word: UnsafePointer<Goldilocks>, count: Int
    ) {
        let whole = whole(count)
        if whole > 0 {
            Words.with(scale) { nexus_field_accumulate(rawValue, Words.of(sums), $0, Words.of(word), whole) }
        }
        for index in whole..<count { sums[index] += scale * word[index] }
    }

    /// sums += factors · values.
    func multiplyAdd(
        _ sums: UnsafeMutablePointer<Extension>, _ factors: UnsafePointer<Extension>,
        _ values: UnsafePointer<Extension>, count: Int
    ) {
        let whole = whole(count)
        if whole > 0 {
            nexus_field_multiply_add(rawValue, Words.of(sums), Words.of(factors), Words.of(values), whole)
        }
        for index in whole..<count { sums[index] += factors[index] * values[index] }
    }

    /// sums += weight · (left · (right + offset) − result); without a result, that is zero.
    func addProduct(
        _ sums: UnsafeMutablePointer<Extension>, _ left: UnsafePointer<Goldilocks>,
        _ right: UnsafePointer<Goldilocks>, offset: Goldilocks, result: UnsafePointer<Goldilocks>?, weight: Extension,
        count: Int
    ) {
        let whole = whole(count)
        if whole > 0 {
            Words.with(weight) {
                nexus_field_product(
                    rawValue, Words.of(sums), Words.of(left), Words.of(right), offset.raw,
                    result.map { Words.of($0) }, $0, whole)
            }
        }
        for index in whole..<count {
            let product = left[index] * (right[index] + offset)
            sums[index] += weight * (result.map { product - $0[index] } ?? product)
        }
    }

    /// sums += weight · ((first + second · X) · (shifted − cell) − 1).
    func addLookup(
        _ sums: UnsafeMutablePointer<Extension>,
        helper: (first: UnsafePointer<Goldilocks>, second: UnsafePointer<Goldilocks>),
        cells: UnsafePointer<Goldilocks>, shifted: Extension, weight: Extension, count: Int
    ) {
        let whole = whole(count)
        if whole > 0 {
            Words.with(weight) { weight in
                Words.with(shifted) { shifted in
                    nexus_field_lookup(
                        rawValue, Words.of(sums), Words.of(helper.first), Words.of(helper.second), Words.of(cells),
                        shifted, weight, whole)
                }
            }
        }
        for index in whole..<count {
            let inverse = Extension(shifted.first - cells[index], shifted.second)
            let product = Extension(helper.first[index], helper.second[index]) * inverse
            sums[index] += weight * (product - .one)
        }
    }

    /// Values at the powers of the root from bit-reversed coefficients times `shift`; at least 64 of them.
    func evaluate(
        into target: UnsafeMutablePointer<Goldilocks>, _ source: UnsafePointer<Goldilocks>,
        shift: UnsafePointer<Goldilocks>?, roots: UnsafePointer<Goldilocks>, size: Int
    ) {
        nexus_field_evaluate(
            rawValue, Words.of(target), Words.of(source), shift.map { Words.of($0) }, Words.of(roots), size)
    }

    func interpolate(
        _ list: UnsafeMutablePointer<Goldilocks>, inverseRoots: UnsafePointer<Goldilocks>, size: Int
    ) {
        nexus_field_interpolate(rawValue, Words.of(list), Words.of(inverseRoots), size)
    }

    /// sums[h · columns + c] = Σ_r half h of factors[r] · weights[r, c], h counting the 32-bit halves of the two words.
    /// It adds up in 64 bits: 2^39 · 2^20 rows.
    func combine(
        _ sums: UnsafeMutablePointer<Int64>, _ weights: UnsafePointer<Int8>, _ factors: UnsafeBufferPointer<Extension>,
        columns: Int
    ) {
        var done = 0
        if self != .scalar, let words = factors.baseAddress {
            let sums = UnsafeMutableRawPointer(sums).assumingMemoryBound(to: UInt64.self)
            nexus_field_combine(rawValue, sums, weights, Words.of(words), factors.count, columns)
            done = columns / 8 * 8
        }
        for half in 0..<4 {
            for column in done..<columns { sums[half * columns + column] = 0 }
        }
        guard done < columns else { return }
        for (row, factor) in factors.enumerated() {
            let word = (factor.first.raw, factor.second.raw)
            let mask = Goldilocks.epsilon
            for (half, value) in [word.0 & mask, word.0 >> 32, word.1 & mask, word.1 >> 32].enumerated() {
                let (scale, base) = (Int64(value), half * columns)
                for column in done..<columns {
                    sums[base + column] &+= scale &* Int64(weights[row * columns + column])
                }
            }
        }
    }
}
