import NexusBase

/// The weights of a network under one root: the same for everyone, since nothing of it is random. proof-v2, sections 5
/// and 6.
struct WeightTableau: Sendable {
    let layout: WeightLayout
    let encoder: ReedSolomon
    /// Rows of k_w weights.
    let matrix: [Int8]
    /// Each coset's part of the codewords, row after row; empty where they would take too much memory: then an opening
    /// encodes again.
    private let codewords: [[Goldilocks]]
    private let tree: CommitmentTree
    static let number: UInt8 = 3
    /// Codewords that are kept: an eighth of it is the weights that they encode, 64 bytes a weight.
    static let keptBytesMax = 64 << 20

    var root: Digest { tree.root }

    init(
        _ network: ProofNetwork, _ layout: WeightLayout, backend: any ProverBackend, keptBytesMax: Int = keptBytesMax
    ) {
        self.init(layout.matrix(of: network), layout, backend: backend, keptBytesMax: keptBytesMax)
    }

    init(_ matrix: [Int8], _ layout: WeightLayout, backend: any ProverBackend, keptBytesMax: Int = keptBytesMax) {
        let (rows, dimension) = (layout.rowCount, layout.dimension)
        let encoder = ReedSolomon(dimension: dimension, cosets: WeightLayout.cosets)
        let coefficients = Self.filled(rows * dimension) { places in
            backend.perform(rows) { row in
                let place = places.base + row * dimension
                for index in 0..<dimension {
                    (place + index).initialize(to: Goldilocks(Int64(matrix[row * dimension + index])))
                }
                encoder.interpolateUnscaled(place)
            }
        }
        let keeps = rows * layout.length * 8 <= keptBytesMax
        var (kept, leaves) = ([[Goldilocks]](), [Digest]())
        leaves.reserveCapacity(layout.length)
        for coset in 0..<WeightLayout.cosets {
            let values = Self.filled(rows * dimension) { places in
                coefficients.withUnsafeBufferPointer { source in
                    let source = ConstantPlaces(source)
                    backend.perform(rows) { row in
                        encoder.evaluateUnscaled(
                            source.base + row * dimension, coset: coset, into: places.base + row * dimension)
                    }
                }
            }
            leaves += Self.leaves(values, layout, backend)
            if keeps { kept.append(values) }
        }
        self.layout = layout
        self.encoder = encoder
        self.matrix = matrix
        codewords = kept
        tree = CommitmentTree(leaves: leaves)
    }

    private static func filled(_ count: Int, _ fill: (SharedPlaces<Goldilocks>) -> Void) -> [Goldilocks] {
        [Goldilocks](unsafeUninitializedCapacity: count) { buffer, initialized in
            fill(SharedPlaces(buffer))
            initialized = count
        }
    }

    private static func leaves(
        _ values: [Goldilocks], _ layout: WeightLayout, _ backend: any ProverBackend
    ) -> [Digest] {
        [Digest](unsafeUninitializedCapacity: layout.dimension) { leaves, initialized in
            values.withUnsafeBufferPointer { words in
                // SAFETY: there are leaves and, as layouts have rows, codewords.
                backend.hash(
                    ColumnHashing(
                        rowCount: layout.rowCount, columnCount: layout.dimension, number: number,
                        codewords: Words.of(words.baseAddress!), salts: nil, leaves: leaves.baseAddress!))
            }
            initialized = layout.dimension
        }
    }

    static func leaf(_ column: [Goldilocks]) -> Digest { Tableau.leaf(number, salt: [], column: column) }

    func opening(_ indices: [Int]) -> [Digest] { tree.opening(indices) }

    /// The elements of these columns, column by column.
    func columns(_ indices: [Int], backend: any ProverBackend) -> [[Goldilocks]] {
        let dimension = layout.dimension
        let rows = backend.map(layout.rowCount) { row in
            guard codewords.isEmpty else {
                return indices.map { codewords[$0 / dimension][row * dimension + $0 % dimension] }
            }
            let values = matrix[row * dimension..<(row + 1) * dimension].map { Goldilocks(Int64($0)) }
            let word = encoder.encoded(values, cosets: Array(0..<WeightLayout.cosets))
            return indices.map { word[$0] }
        }
        return indices.indices.map { column in rows.map { $0[column] } }
    }

    /// Σ factors[r] · row_r over `factors.count` rows from `first` on: k_w values at the message places.
    func combination(from first: Int, by factors: [Extension], backend: any ProverBackend) -> [Extension] {
        let (dimension, parts) = (layout.dimension, min(8, factors.count))
        let sums = backend.map(parts) { part in
            let range = factors.count * part / parts..<factors.count * (part + 1) / parts
            return ProofNetwork.Map.combineRows(
                matrix[(first + range.lowerBound) * dimension..<(first + range.upperBound) * dimension],
                of: dimension, by: Array(factors[range]))
        }
        return sums.dropFirst().reduce(into: sums[0]) { total, part in
            for index in total.indices { total[index] += part[index] }
        }
    }

    /// The rows of the matrix by powers of η, chunk after chunk. proof-v2, section 7.
    func combination(row: Extension, backend: any ProverBackend) -> [Extension] {
        let powers = [.one] + Extension.powers(of: row, count: layout.rows - 1)
        return (0..<layout.chunks).flatMap { chunk in
            combination(from: chunk * layout.rows, by: powers, backend: backend)
        }
    }
}

/// SAFETY: parts only read, and the array outlives them.
struct ConstantPlaces<Element>: @unchecked Sendable {
    let base: UnsafePointer<Element>

    /// The array needs at least one element.
    init(_ buffer: UnsafeBufferPointer<Element>) {
        guard let base = buffer.baseAddress else { preconditionFailure("no place to read") }
        self.base = base
    }
}
