import NexusBase

extension ProofNetwork.Map {
    /// The weights of a map that has them.
    var weights: [Int8]? {
        switch self {
        case .product(let weights), .convolution(_, let weights): weights
        case .identity, .windowSum: nil
        }
    }

    /// Outputs that one row of weights has: one of a product, every position of a convolution. None for an identity.
    var area: Int? {
        switch self {
        case .identity: nil
        case .product: 1
        case .convolution(let window, _), .windowSum(let window): window.outputArea
        }
    }

    /// Weights in a row, and rows, of a map that has weights.
    func weightShape(inputSize: Int, outputSize: Int) -> (columns: Int, rows: Int)? {
        switch self {
        case .identity, .windowSum: nil
        case .product: (inputSize, outputSize)
        case .convolution(let window, _): (window.channels * window.places, outputSize / window.outputArea)
        }
    }

    /// The largest Σ |w| over the outputs.
    func largestWeightSum(outputSize: Int) -> UInt64 {
        func largest(_ weights: [Int8], rows: Int) -> UInt64 {
            let columns = weights.count / rows
            return (0..<rows).reduce(0) { best, row in
                max(best, weights[row * columns..<(row + 1) * columns].reduce(0) { $0 + UInt64($1.magnitude) })
            }
        }
        switch self {
        case .identity: return 1
        case .windowSum(let window): return UInt64(window.places)
        case .convolution(let window, let weights): return largest(weights, rows: outputSize / window.outputArea)
        case .product(let weights): return largest(weights, rows: outputSize)
        }
    }

    /// Multiplications. Throws where shapes do not fit, a weight is −128, or an outline's sum is more than its weights
    /// can be.
    func check(inputSize: Int, outputSize: Int, outlineSum: UInt64?, at place: String) throws -> Int {
        func fits(_ condition: Bool) throws {
            guard condition else { throw ProofError(.badNetwork, "a map whose sizes do not fit", at: place) }
        }
        switch self {
        case .identity: try fits(inputSize == outputSize)
        case .product: break
        case .windowSum(let window):
            try window.check(inputSize: inputSize, at: place)
            try fits(outputSize == window.channels * window.outputArea)
        case .convolution(let window, _):
            try window.check(inputSize: inputSize, at: place)
            try fits(outputSize % window.outputArea == 0)
        }
        guard let shape = weightShape(inputSize: inputSize, outputSize: outputSize) else { return 0 }
        let count = shape.columns * shape.rows
        guard count <= ProofLimits.weightsMax else {
            throw ProofError(.tooLarge, "more than \(ProofLimits.weightsMax) weights", at: place)
        }
        if let outlineSum {
            guard outlineSum <= 127 * UInt64(shape.columns) else {
                throw ProofError(.badBound, "a sum of weights that are not all within -127 ... 127", at: place)
            }
        } else if let weights {
            try fits(weights.count == count)
            guard !weights.contains(-128) else { throw ProofError(.badBound, "a weight of -128", at: place) }
        }
        return count * (area ?? 0)
    }
}
