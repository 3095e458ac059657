extension ProofNetwork.Map {
    /// Σ_o f(o) · map(x)_o as coefficients of x: the map's transpose, applied to the weights of its constraints.
    /// `combined` gives Σ_τ F(τ) · W(τ, ·), F the weights of the first output of each row of W; without it they are the
    /// map's own.
    ///
    /// Powers make it cheap: over a convolution's outputs they are a product of powers for channel, row and column, so
    /// the cost follows the weights and the image, not the multiplications of the inference.
    func transposed(
        _ weights: ConstraintWeights, inputSize: Int, outputSize: Int, combined: [Extension]? = nil
    ) -> [Extension] {
        switch self {
        case .identity: return weights.list(count: outputSize)
        case .product(let rows):
            return combined ?? Self.combineRows(rows[...], of: inputSize, by: weights.list(count: outputSize))
        case .convolution(let window, let rows):
            let columns = window.channels * window.places
            let kernel =
                combined
                ?? Self.combineRows(
                    rows[...], of: columns,
                    by: weights.list(count: outputSize / window.outputArea, every: window.outputArea))
            return window.spread(kernel, weights.position)
        case .windowSum(let window):
            let kernel = weights.list(count: window.channels, every: window.outputArea)
            return window.spread(
                kernel.flatMap { Array(repeating: $0, count: window.places) }, weights.position)
        }
    }

    /// Σ_r factors[r] · weights[r, ·].
    static func combineRows(
        _ weights: ArraySlice<Int8>, of columns: Int, by factors: [Extension], kernel: FieldKernel = .best
    ) -> [Extension] {
        let sums = [Int64](unsafeUninitializedCapacity: 4 * columns) { sums, initialized in
            weights.withUnsafeBufferPointer { weights in
                factors.withUnsafeBufferPointer { factors in
                    // SAFETY: a map has rows and columns.
                    kernel.combine(sums.baseAddress!, weights.baseAddress!, factors, columns: columns)
                }
            }
            initialized = 4 * columns
        }
        let shift = Goldilocks(1 << 32)
        return (0..<columns).map { column in
            func element(_ part: Int) -> Goldilocks {
                Goldilocks(sums[part * columns + column]) + shift * Goldilocks(sums[(part + 1) * columns + column])
            }
            return Extension(element(0), element(2))
        }
    }
}

extension ImageWindow {
    /// Coefficient of each pixel: Σ over the windows that hold it of kernel[channel, place] · weight^(output position).
    func spread(_ kernel: [Extension], _ weight: Extension) -> [Extension] {
        let rowPowers = [.one] + Extension.powers(of: weight.power(outputColumns), count: max(0, outputRows - 1))
        let columnPowers = [.one] + Extension.powers(of: weight, count: max(0, outputColumns - 1))
        var rowUses = [[(place: Int, power: Extension)]](repeating: [], count: rows)
        for row in 0..<outputRows {
            for (place, index) in rowPlaces(row) { rowUses[index].append((place, rowPowers[row])) }
        }
        var columnUses = [[(place: Int, power: Extension)]](repeating: [], count: columns)
        for column in 0..<outputColumns {
            for (place, index) in columnPlaces(column) { columnUses[index].append((place, columnPowers[column])) }
        }
        var result = [Extension](repeating: .zero, count: channels * area)
        for channel in 0..<channels {
            for row in 0..<rows {
                // The kernel's columns, summed over the rows of windows that reach this row of the image.
                var sums = [Extension](repeating: .zero, count: width)
                for use in rowUses[row] {
                    let base = channel * places + use.place * width
                    for place in 0..<width { sums[place] += kernel[base + place] * use.power }
                }
                for column in 0..<columns {
                    var sum = Extension.zero
                    for use in columnUses[column] { sum += sums[use.place] * use.power }
                    result[channel * area + row * columns + column] = sum
                }
            }
        }
        return result
    }
}
