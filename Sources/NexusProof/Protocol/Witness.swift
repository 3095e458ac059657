import NexusBase

/// The numbers of an inference, laid out in rows of l: the input's tableau and the witness tableau without their
/// blinding.
struct Witness: Sendable {
    let layout: Layout
    /// Rows 0 ..< helperRow of the layout, l numbers each.
    var rows: [[Goldilocks]]
    /// The answer for each input of the batch, one after the other.
    var output: [Int8]

    /// Evaluates the network. `input` has the batch's inputs one after the other.
    init(layout: Layout, input: [Int8]) {
        self.layout = layout
        let empty = [Goldilocks](repeating: .zero, count: layout.code.messageLength)
        var rows = [[Goldilocks]](repeating: empty, count: layout.helperRow)
        var values = [input]
        Self.fill(&rows, layout, 0, input.map(Int64.init))
        for (index, layer) in layout.network.layers.enumerated() {
            let value = Self.evaluate(layer, index, values, layout, &rows)
            Self.fill(&rows, layout, layout.valueRows[index + 1], value.map(Int64.init))
            values.append(value)
        }
        self.rows = rows
        output = values[layout.network.output]
        countLookups()
    }

    /// Numbers of all inputs, one input after the other, into the block of rows from `first` on.
    static func fill(_ rows: inout [[Goldilocks]], _ layout: Layout, _ first: Int, _ numbers: [Goldilocks]) {
        layout.visit(count: numbers.count) { index, chunk, place in rows[first + chunk][place] = numbers[index] }
    }

    private static func fill(_ rows: inout [[Goldilocks]], _ layout: Layout, _ first: Int, _ numbers: [Int64]) {
        layout.visit(count: numbers.count) { index, chunk, place in
            rows[first + chunk][place] = Goldilocks(numbers[index])
        }
    }

    private static func evaluate(
        _ layer: ProofNetwork.Layer, _ index: Int, _ values: [[Int8]], _ layout: Layout, _ rows: inout [[Goldilocks]]
    ) -> [Int8] {
        switch (layer, layout.layers[index]) {
        case (.affine(let terms, let bias, let shift, let lower, let size), .affine(let excess, let deficit, let rest)):
            let sums = scaledSums(terms, bias, size, values, layout)
            let quotients = sums.map { ($0 + 1 << Int64(shift - 1)) >> Int64(shift) }
            func fill(_ limbs: [Layout.Limb], _ number: (Int) -> Int64) {
                for limb in limbs {
                    let mask = Int64(1) << Int64(limb.width) - 1
                    Witness.fill(&rows, layout, limb.row, sums.indices.map { number($0) >> Int64(limb.shift) & mask })
                }
            }
            fill(excess) { max(0, quotients[$0] - 127) }
            fill(deficit) { max(0, Int64(lower) - quotients[$0]) }
            fill(rest) { (sums[$0] + 1 << Int64(shift - 1)) & (1 << Int64(shift) - 1) }
            return quotients.map { Int8(max(Int64(lower), min(127, $0))) }
        case (.maxPool(let source, let window), .maxPool(let differences, let products)):
            return maximum(values[source], window, differences, products, layout, &rows)
        case (.relu(let source), .relu(let deficit)):
            Witness.fill(&rows, layout, deficit, values[source].map { Int64(max(0, -Int16($0))) })
            return values[source].map { max(0, $0) }
        default: preconditionFailure("the layout follows the network")
        }
    }

    /// Σ M · map(x) + M₀ · bias, all inputs of the batch.
    private static func scaledSums(
        _ terms: [ProofNetwork.Term], _ bias: [Int32], _ size: Int, _ values: [[Int8]], _ layout: Layout
    ) -> [Int64] {
        var sums: [Int64] = []
        sums.reserveCapacity(size * layout.batch)
        for item in 0..<layout.batch {
            var own = [Int64](repeating: 0, count: size)
            if !bias.isEmpty {
                let each = size / bias.count
                for index in 0..<size { own[index] = terms[0].multiplier * Int64(bias[index / each]) }
            }
            for term in terms {
                let inputSize = layout.network.sizes[term.source]
                let input = Array(values[term.source][item * inputSize..<(item + 1) * inputSize])
                for (index, sum) in term.map.apply(input, size: size).enumerated() {
                    own[index] += term.multiplier * Int64(sum)
                }
            }
            sums += own
        }
        return sums
    }

    private static func maximum(
        _ input: [Int8], _ window: ImageWindow, _ differences: [Int], _ products: [Int], _ layout: Layout,
        _ rows: inout [[Goldilocks]]
    ) -> [Int8] {
        let windows = window.outputWindows
        let count = layout.batch * window.channels * windows.count
        var (result, places) = ([Int8](), [[Int64]](repeating: [], count: window.places))
        for position in 0..<count {
            let image = position / windows.count * window.area
            let numbers = windows[position % windows.count].map { input[image + $0] }
            let largest = numbers.reduce(-128, max)
            result.append(largest)
            for (place, number) in numbers.enumerated() { places[place].append(Int64(largest) - Int64(number)) }
        }
        for (place, row) in differences.enumerated() { fill(&rows, layout, row, places[place]) }
        // A chain of products: each may be large, so it is computed in the field.
        var running = places[0].map { Goldilocks($0) }
        for (index, row) in products.enumerated() {
            for position in 0..<count { running[position] *= Goldilocks(places[index + 1][position]) }
            fill(&rows, layout, row, running)
        }
        return result
    }

    /// How often each table entry is looked up. A number outside its table counts for none, and the proof will fail.
    mutating func countLookups() {
        let widest = layout.widths.last ?? 0
        var counts = [[Int64]](repeating: [], count: widest + 1)
        for width in layout.widths { counts[width] = Array(repeating: 0, count: 1 << width) }
        for lookup in layout.lookups {
            let offset = Goldilocks(lookup.offset)
            for cell in rows[lookup.row] {
                let entry = (cell + offset).raw
                if entry < 1 << UInt64(lookup.width) { counts[lookup.width][Int(entry)] += 1 }
            }
        }
        let width = layout.code.messageLength
        for (index, number) in counts.flatMap({ $0 }).enumerated() {
            rows[layout.multiplicityRow + index / width][index % width] = Goldilocks(number)
        }
    }
}
