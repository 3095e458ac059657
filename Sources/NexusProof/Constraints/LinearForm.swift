/// All linear constraints of a proof, each times a power of one challenge, added up: Σ coefficient · cell = target.
/// Rows that take a multiple of the same coefficients share them. proof-v1, section 8.
struct LinearForm: Sendable {
    struct Group: Sendable {
        /// Coefficients at the first places of a row; the rest are zero.
        let coefficients: [Extension]
        var rows: [(row: Int, scale: Extension)]
    }

    private(set) var groups: [Group] = []
    private(set) var target = Extension.zero

    private let layout: Layout
    private let challenge: Extension
    /// The power of the next constraint.
    private var power: Extension
    /// Coefficients of each value's numbers.
    private var values: [[Extension]]

    init(layout: Layout, challenge: Extension, lookupChallenges: [Extension], output: [Int8]) {
        self.layout = layout
        self.challenge = challenge
        power = challenge
        values = (0...layout.network.layers.count).map { _ in [] }
        for index in layout.network.layers.indices { add(layer: index) }
        let count = layout.count(of: layout.network.output)
        let weights = nextPowers(count)
        for (index, weight) in weights.enumerated() { target += weight * Goldilocks(Int64(output[index])) }
        addToValue(layout.network.output, weights, scale: .one)
        addLookups(lookupChallenges)
        addValues()
    }

    private mutating func nextPowers(_ count: Int) -> [Extension] {
        var weights: [Extension] = []
        weights.reserveCapacity(count)
        for _ in 0..<count {
            weights.append(power)
            power *= challenge
        }
        return weights
    }

    private mutating func addToValue(_ value: Int, _ weights: [Extension], scale: Goldilocks) {
        touch(value)
        for (index, weight) in weights.enumerated() { values[value][index] += weight * scale }
    }

    private mutating func touch(_ value: Int) {
        if values[value].isEmpty { values[value] = Array(repeating: .zero, count: layout.count(of: value)) }
    }

    /// Blocks of rows that take `weights` each times its scale.
    private mutating func addBlocks(_ weights: [Extension], _ blocks: [(row: Int, scale: Goldilocks)]) {
        for chunk in 0..<(weights.count + layout.code.messageLength - 1) / layout.code.messageLength {
            let range = layout.range(chunk, of: weights.count)
            groups.append(
                Group(
                    coefficients: Array(weights[range]),
                    rows: blocks.map { ($0.row + chunk, Extension($0.scale)) }))
        }
    }

    private mutating func add(layer index: Int) {
        let count = layout.count(of: index + 1)
        switch (layout.network.layers[index], layout.layers[index]) {
        case (.affine(let terms, let bias, let shift, _, let size), .affine(let excess, let deficit, let remainder)):
            addSources(terms, size: size)
            let weights = nextPowers(count)
            let unit = Goldilocks(1 << Int64(shift))
            addToValue(index + 1, weights, scale: -unit)
            func scaled(_ limbs: [Layout.Limb], _ scale: Goldilocks) -> [(row: Int, scale: Goldilocks)] {
                limbs.map { ($0.row, scale * Goldilocks(1 << Int64($0.shift))) }
            }
            addBlocks(
                weights, scaled(excess, -unit) + scaled(deficit, unit) + scaled(remainder, -.one))
            let rounding = Goldilocks(1 << Int64(shift - 1))
            for (position, weight) in weights.enumerated() {
                var constant = rounding
                if !bias.isEmpty {
                    let entry = bias[position % size / (size / bias.count)]
                    constant += Goldilocks(terms[0].multiplier) * Goldilocks(Int64(entry))
                }
                target -= weight * constant
            }
        case (.maxPool(let source, let window), .maxPool(let differences, _)):
            let windows = window.outputWindows
            touch(source)
            for (place, row) in differences.enumerated() {
                let weights = nextPowers(count)
                addBlocks(weights, [(row, .one)])
                addToValue(index + 1, weights, scale: -.one)
                for (position, weight) in weights.enumerated() {
                    let image = position / windows.count
                    values[source][image * window.area + windows[position % windows.count][place]] += weight
                }
            }
        case (.relu(let source), .relu(let deficit)):
            let weights = nextPowers(count)
            addToValue(source, weights, scale: .one)
            addToValue(index + 1, weights, scale: -.one)
            addBlocks(weights, [(deficit, .one)])
        default: preconditionFailure("the layout follows the network")
        }
    }

    /// Σ over the layer's constraints of power · M · map(x), for the constraints that `nextPowers` gives next.
    private mutating func addSources(_ terms: [ProofNetwork.Term], size: Int) {
        let step = challenge.power(size)
        for term in terms {
            let inputSize = layout.network.sizes[term.source]
            let coefficients = term.map.transposed(powersOf: challenge, inputSize: inputSize, outputSize: size)
            touch(term.source)
            var factor = power * Goldilocks(term.multiplier)
            for item in 0..<layout.batch {
                for (index, coefficient) in coefficients.enumerated() {
                    values[term.source][item * inputSize + index] += coefficient * factor
                }
                factor *= step
            }
        }
    }

    /// For each table: Σ of its helpers − Σ multiplicity / (challenge − entry) = 0.
    private mutating func addLookups(_ challenges: [Extension]) {
        let weights = nextPowers(layout.widths.count)
        var helpers: [(row: Int, scale: Extension)] = []
        for (index, lookup) in layout.lookups.enumerated() {
            guard let table = layout.widths.firstIndex(of: lookup.width) else { preconditionFailure("a known width") }
            helpers.append((layout.helperRow + 2 * index, weights[table]))
            helpers.append((layout.helperRow + 2 * index + 1, weights[table] * Extension.root))
        }
        let ones = [Extension](repeating: .one, count: layout.code.messageLength)
        groups.append(Group(coefficients: ones, rows: helpers))
        var counted: [Extension] = []
        for (table, width) in layout.widths.enumerated() {
            let differences = (0..<1 << width).map { challenges[table] - Extension(Goldilocks(Int64($0))) }
            counted += Extension.inverses(differences).map { -(weights[table] * $0) }
        }
        addBlocks(counted, [(layout.multiplicityRow, .one)])
    }

    private mutating func addValues() {
        for (value, coefficients) in values.enumerated() where !coefficients.isEmpty {
            addBlocks(coefficients, [(layout.valueRows[value], .one)])
        }
    }
}
