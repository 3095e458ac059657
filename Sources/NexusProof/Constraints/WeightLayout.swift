import NexusBase

/// Where each weight lies in the weights' tableau: derived from the shapes of the network alone. proof-v2, section 5.
///
/// All maps stand side by side in one matrix of few rows, so that one combination of its rows is a combination of every
/// map's.
struct WeightLayout: Hashable, Sendable {
    /// One map's rows, `group` of them at a time in a wide row; wide row τ lies in matrix row τ mod R, segment τ / R.
    struct Block: Hashable, Sendable {
        let layer: Int
        let term: Int
        /// K: weights in a row of the map.
        let rowLength: Int
        /// G: rows of the map in a wide row.
        let group: Int
        let wideRows: Int
        /// First column in the matrix.
        let column: Int

        var width: Int { group * rowLength }
        func segments(of rows: Int) -> Int { (wideRows + rows - 1) / rows }
    }

    let blocks: [Block]
    /// k_w.
    let dimension: Int
    /// R: rows of the matrix.
    let rows: Int
    /// C: parts of the matrix's columns, k_w each.
    let chunks: Int
    /// t_w: columns opened.
    let queries: Int

    static let cosets = 8

    var rowCount: Int { rows * chunks }
    var length: Int { Self.cosets * dimension }
    /// Elements of the message: a combination for each chunk, and the proximity test's.
    var messageCount: Int { (chunks + 1) * dimension }

    /// The parameters with the smallest opening. Throws `proof.bad-network` without weights, `proof.too-large`.
    static func chosen(for network: ProofNetwork) throws -> Self {
        let shapes = shapes(of: network)
        guard !shapes.isEmpty else { throw ProofError(.badNetwork, "a network without weights has no header") }
        var best: Self?
        for dimension in CodeParameters.dimensions {
            guard let queries = queries(dimension) else { preconditionFailure("a dimension of the format") }
            for rows in (0...14).map({ 1 << $0 }) {
                let layout = Self(shapes, dimension: dimension, rows: rows, queries: queries)
                guard layout.rowCount <= ProofLimits.rowsMax else { continue }
                if best.map({ layout.estimatedBytes < $0.estimatedBytes }) ?? true { best = layout }
            }
        }
        guard let best else { throw ProofError(.tooLarge, "more weights than a commitment holds") }
        return best
    }

    /// Toy parameters are the tests' own.
    init(_ network: ProofNetwork, dimension: Int, rows: Int, queries: Int) {
        self.init(Self.shapes(of: network), dimension: dimension, rows: rows, queries: queries)
    }

    private typealias Shape = (layer: Int, term: Int, rowLength: Int, group: Int, wideRows: Int)

    private init(_ shapes: [Shape], dimension: Int, rows: Int, queries: Int) {
        var (blocks, column) = ([Block](), 0)
        for shape in shapes {
            let block = Block(
                layer: shape.layer, term: shape.term, rowLength: shape.rowLength, group: shape.group,
                wideRows: shape.wideRows, column: column)
            blocks.append(block)
            column += block.segments(of: rows) * block.width
        }
        self.blocks = blocks
        self.dimension = dimension
        self.rows = rows
        self.queries = queries
        chunks = (column + dimension - 1) / dimension
    }

    private static func shapes(of network: ProofNetwork) -> [Shape] {
        network.layers.enumerated().flatMap { index, layer -> [Shape] in
            guard case .affine(let terms, _, _, _, let size) = layer else { return [] }
            let period = layer.period(size: size)
            return terms.enumerated().compactMap { number, term in
                guard let area = term.map.area,
                    let shape = term.map.weightShape(inputSize: network.sizes[term.source], outputSize: size)
                else { return nil }
                let group = period / area
                return (index, number, shape.columns, group, shape.rows / group)
            }
        }
    }

    /// The least t with C((n + k)/2, t)/C(n, t) + C(2k − 1, t)/C(n, t) ≤ 2^−100 at rate 1/8.
    private static func queries(_ dimension: Int) -> Int? {
        switch dimension {
        case 512: 119
        case 1_024, 2_048: 120
        case 4_096, 8_192, 16_384: 121
        default: nil
        }
    }

    var estimatedBytes: Int {
        let depth = length.trailingZeroBitCount
        return queries * (8 * rowCount + 32 * (depth - 7)) + 16 * messageCount
    }

    func block(layer: Int, term: Int) -> Block? { blocks.first { $0.layer == layer && $0.term == term } }

    /// The tableau's numbers, row after row: k_w weights or zeros each.
    func matrix(of network: ProofNetwork) -> [Int8] {
        var matrix = [Int8](repeating: 0, count: rowCount * dimension)
        for block in blocks {
            guard case .affine(let terms, _, _, _, _) = network.layers[block.layer],
                let weights = terms[block.term].map.weights
            else { preconditionFailure("the layout follows the network") }
            for wide in 0..<block.wideRows {
                var column = block.column + wide / rows * block.width
                var (source, rest) = (wide * block.width, block.width)
                while rest > 0 {
                    let (chunk, place) = column.quotientAndRemainder(dividingBy: dimension)
                    let taken = min(rest, dimension - place)
                    let target = (chunk * rows + wide % rows) * dimension + place
                    matrix.replaceSubrange(target..<target + taken, with: weights[source..<source + taken])
                    (column, source, rest) = (column + taken, source + taken, rest - taken)
                }
            }
        }
        return matrix
    }

    /// Σ η^τ · (wide row τ) of a map, from the combination of the matrix's rows.
    func folded(_ block: Block, _ combination: [Extension], _ row: Extension) -> [Extension] {
        var result = [Extension](repeating: .zero, count: block.width)
        let step = row.power(rows)
        var factor = Extension.one
        for segment in 0..<block.segments(of: rows) {
            let start = block.column + segment * block.width
            for index in 0..<block.width { result[index] += factor * combination[start + index] }
            factor *= step
        }
        return result
    }
}

extension ProofNetwork.Layer {
    /// P: how many constraints of one inference go by powers of χ before the next power of η. proof-v2, section 4.
    func period(size: Int) -> Int {
        guard case .affine(let terms, _, _, _, _) = self, terms.contains(where: { $0.map.weights != nil }) else {
            return size
        }
        return terms.compactMap(\.map.area).reduce(1) { left, right in
            var (divisor, rest) = (left, right)
            while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
            return left / divisor * right
        }
    }
}
