public import NexusBase

/// The integers of a network as the proof speaks of them: int8 values, affine maps with requantisation, maxima, ReLU.
/// Value 0 is the input, value i + 1 the output of layer i. proof-v1, section 3.
public struct ProofNetwork: Sendable, Hashable {
    /// A linear map of int8 values by fixed integers.
    public enum Map: Sendable, Hashable {
        case identity
        /// A row of `weights` an output.
        case product(weights: [Int8])
        /// Weights in the order output channel, input channel, row, column; padding zero.
        case convolution(ImageWindow, weights: [Int8])
        /// The sum over each window, channel by channel; padding zero.
        case windowSum(ImageWindow)
    }

    public struct Term: Sendable, Hashable {
        public let source: Int
        public let map: Map
        /// 0 < M < 2^31.
        public let multiplier: Int64

        public init(source: Int, map: Map, multiplier: Int64) {
            self.source = source
            self.map = map
            self.multiplier = multiplier
        }
    }

    public enum Layer: Sendable, Hashable {
        /// y = clamp(floor((Σ M · map(x) + M₀ · bias + 2^(shift − 1)) / 2^shift), lower, 127). The bias is empty or has
        /// one entry for `size / bias.count` consecutive outputs; M₀ is the first term's multiplier. Lower is −128 or
        /// 0.
        case affine(terms: [Term], bias: [Int32], shift: Int, lower: Int8, size: Int)
        /// The largest value of each window, channel by channel; padding never wins.
        case maxPool(source: Int, ImageWindow)
        case relu(source: Int)
    }

    public let inputSize: Int
    public let layers: [Layer]
    /// The value that is the answer.
    public let output: Int
    /// Sizes of all values.
    let sizes: [Int]
    /// The largest Σ |w| of each term of each layer.
    let weightSums: [[UInt64]]
    /// Of the affine layers.
    let bounds: [AffineBounds?]
    /// Multiplications by weights in one inference.
    public let multiplications: Int

    public var outputSize: Int { sizes[output] }

    /// Throws `proof.bad-network`, `proof.bad-bound` or `proof.too-large`.
    public init(inputSize: Int, layers: [Layer], output: Int) throws {
        try self.init(inputSize: inputSize, layers: layers, output: output, outlineSums: nil)
    }

    /// With sums it is the outline of a network: maps have no weights, and these are what the weights add up to at
    /// most, term by term. Throws as the public initializer.
    init(inputSize: Int, layers: [Layer], output: Int, outlineSums: [[UInt64]]?) throws {
        guard (1...ProofLimits.valueSizeMax).contains(inputSize) else {
            throw ProofError(.tooLarge, "an input of \(inputSize) values, at most \(ProofLimits.valueSizeMax)")
        }
        guard layers.count <= ProofLimits.layersMax else {
            throw ProofError(.tooLarge, "\(layers.count) layers, at most \(ProofLimits.layersMax)")
        }
        var (sizes, total) = ([inputSize], 0)
        for (index, layer) in layers.enumerated() {
            let (size, multiplications) = try Self.checked(layer, sizes, outlineSums?[index], at: "layer \(index)")
            sizes.append(size)
            total += multiplications
            guard total <= ProofLimits.multiplicationsMax else {
                throw ProofError(.tooLarge, "more than \(ProofLimits.multiplicationsMax) multiplications")
            }
        }
        guard sizes.indices.contains(output) else { throw ProofError(.badNetwork, "the output is no value") }
        self.inputSize = inputSize
        self.layers = layers
        self.output = output
        self.sizes = sizes
        let weightSums = layers.enumerated().map { index, layer -> [UInt64] in
            guard case .affine(let terms, _, _, _, let size) = layer else { return [] }
            return terms.enumerated().map { number, term in
                guard let outlineSums, term.map.weights != nil else {
                    return term.map.largestWeightSum(outputSize: size)
                }
                return outlineSums[index][number]
            }
        }
        self.weightSums = weightSums
        bounds = try layers.enumerated().map { index, layer in
            guard case .affine(let terms, let bias, let shift, let lower, _) = layer else { return nil }
            return try AffineBounds(
                terms: terms, sums: weightSums[index], bias: bias, shift: shift, lower: lower, at: "layer \(index)")
        }
        multiplications = total
    }

    private static func checked(
        _ layer: Layer, _ sizes: [Int], _ sums: [UInt64]?, at place: String
    ) throws -> (Int, Int) {
        func size(of source: Int) throws -> Int {
            guard sizes.indices.contains(source) else {
                throw ProofError(.badNetwork, "a source that is no earlier value", at: place)
            }
            return sizes[source]
        }
        switch layer {
        case .relu(let source): return (try size(of: source), 0)
        case .maxPool(let source, let window):
            try window.check(inputSize: size(of: source), at: place)
            guard window.height * window.width <= ProofLimits.poolWindowMax else {
                throw ProofError(.tooLarge, "a pool over more than \(ProofLimits.poolWindowMax) values", at: place)
            }
            return (window.channels * window.outputArea, 0)
        case .affine(let terms, let bias, let shift, let lower, let count):
            guard (1...2).contains(terms.count), (1...62).contains(shift), lower == 0 || lower == -128,
                (1...ProofLimits.valueSizeMax).contains(count), bias.isEmpty || count % bias.count == 0
            else { throw ProofError(.badNetwork, "constants of an affine layer", at: place) }
            var multiplications = 0
            for (index, term) in terms.enumerated() {
                guard (1..<1 << 31).contains(term.multiplier) else {
                    throw ProofError(.badNetwork, "a multiplier outside 1 ..< 2^31", at: place)
                }
                multiplications += try term.map.check(
                    inputSize: size(of: term.source), outputSize: count, outlineSum: sums?[index], at: place)
            }
            return (count, multiplications)
        }
    }

    /// SHA-256 over the tag and the canonical bytes of section 3: what a statement calls the model.
    public var hash: Digest { Framed.digest("nexus-proof-v1 network", canonicalBytes) }
}

/// A window that slides over the rows and columns of an image of several channels.
public struct ImageWindow: Sendable, Hashable {
    public let channels: Int
    public let rows: Int
    public let columns: Int
    public let height: Int
    public let width: Int
    public let strideDown: Int
    public let strideRight: Int
    public let padTop: Int
    public let padLeft: Int
    public let outputRows: Int
    public let outputColumns: Int

    public init(
        channels: Int, rows: Int, columns: Int, height: Int, width: Int, strideDown: Int, strideRight: Int,
        padTop: Int, padLeft: Int, outputRows: Int, outputColumns: Int
    ) {
        self.channels = channels
        self.rows = rows
        self.columns = columns
        self.height = height
        self.width = width
        self.strideDown = strideDown
        self.strideRight = strideRight
        self.padTop = padTop
        self.padLeft = padLeft
        self.outputRows = outputRows
        self.outputColumns = outputColumns
    }

    var area: Int { rows * columns }
    var outputArea: Int { outputRows * outputColumns }
    var places: Int { height * width }

    var fields: [Int] {
        [
            channels, rows, columns, height, width, strideDown, strideRight, padTop, padLeft, outputRows, outputColumns,
        ]
    }

    func check(inputSize: Int, at place: String) throws {
        let sides = fields[..<7] + fields[9...]
        guard sides.allSatisfy({ (1...ProofLimits.sideMax).contains($0) }), channels * area == inputSize,
            (0..<height).contains(padTop), (0..<width).contains(padLeft),
            // Each window has a place in the image.
            (outputRows - 1) * strideDown - padTop < rows, (outputColumns - 1) * strideRight - padLeft < columns,
            channels * outputArea <= ProofLimits.valueSizeMax, places <= ProofLimits.windowPlacesMax,
            channels * places <= ProofLimits.kernelPlacesMax
        else { throw ProofError(.badNetwork, "a window that does not fit its image", at: place) }
    }

    /// The rows of the image that output row `row` reads, with the window's row for each.
    func rowPlaces(_ row: Int) -> [(place: Int, index: Int)] {
        (0..<height).compactMap {
            let index = row * strideDown - padTop + $0
            return (0..<rows).contains(index) ? ($0, index) : nil
        }
    }

    func columnPlaces(_ column: Int) -> [(place: Int, index: Int)] {
        (0..<width).compactMap {
            let index = column * strideRight - padLeft + $0
            return (0..<columns).contains(index) ? ($0, index) : nil
        }
    }
}
