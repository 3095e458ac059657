/// All linear constraints of a proof, each times its weight, added up: Σ coefficient · cell = target. Rows that take a
/// multiple of the same coefficients share them. proof-v1, section 8; proof-v2, sections 4 and 8.
struct LinearForm: Sendable {
    struct Group: Sendable {
        /// Coefficients at the first places of a row, the rest are zero; in slots, one a slot, that of its first place.
        let coefficients: [Extension]
        let isInSlots: Bool
        var rows: [(row: Int, scale: Extension)]
    }

    private(set) var groups: [Group] = []
    private(set) var target = Extension.zero
    /// β^b for each input of the batch: what a slot's coefficient is times at its places. One in proof-v1.
    private(set) var slot: [Extension] = [.one]

    private let layout: Layout
    /// χ and η; proof-v1 has no η.
    private let challenges: [Extension]
    private let combination: [Extension]?
    /// The power of χ of the next constraint, and its exponent.
    private var power: Extension
    private var exponent = 1
    /// Coefficients of each value's numbers: of all inputs in proof-v1, of one in proof-v2.
    private var values: [[Extension]]
    /// Inputs whose coefficients are computed one by one.
    private var items: Int { layout.format == .v1 ? layout.batch : 1 }

    /// `combination` has the matrix of weights' rows by powers of η (proof-v2); without it maps combine their own. Only
    /// tests do not separate inputs.
    init(
        layout: Layout, challenges: [Extension], lookupChallenges: [Extension], output: [Int8],
        combination: [Extension]? = nil, separatesInputs: Bool = true
    ) {
        self.layout = layout
        self.challenges = challenges
        self.combination = combination
        power = challenges[0]
        values = (0...layout.network.layers.count).map { _ in [] }
        for index in layout.network.layers.indices { add(layer: index) }
        let own = layout.network.output
        let weights = nextWeights(count(of: own))
        addToValue(own, weights, scale: .one)
        var sums = output.map { Extension(Goldilocks(Int64($0))) }
        if layout.format == .v2 {
            let step = separatesInputs ? challenges[0].power(exponent - 1) : .one
            slot = [.one] + Extension.powers(of: step, count: layout.batch - 1)
            target *= slot.reduce(.zero, +)
            power = challenges[0] * step.power(layout.batch)
            sums = ProofNetwork.Map.combineRows(output[...], of: weights.count, by: slot)
        }
        for (weight, sum) in zip(weights, sums) { target += weight * sum }
        addLookups(lookupChallenges)
        addValues()
    }

    private func count(of value: Int) -> Int { items * layout.network.sizes[value] }

    /// A row's coefficients, place by place.
    func places(of group: Group) -> [Extension] {
        guard group.isInSlots, slot.count > 1 else { return group.coefficients }
        return group.coefficients.flatMap { coefficient in slot.map { $0 * coefficient } }
    }

    /// f of the next `count` constraints, by powers of χ alone unless a period is given.
    private mutating func nextWeights(_ count: Int, period: Int? = nil) -> [Extension] {
        let period = period ?? count
        var weights: [Extension] = []
        weights.reserveCapacity(count)
        for index in 0..<count {
            guard index < period else {
                weights.append(weights[index - period] * challenges[1])
                continue
            }
            weights.append(power)
            power *= challenges[0]
        }
        exponent += period
        return weights
    }

    private mutating func addToValue(_ value: Int, _ weights: [Extension], scale: Goldilocks) {
        touch(value)
        for (index, weight) in weights.enumerated() { values[value][index] += weight * scale }
    }

    private mutating func touch(_ value: Int) {
        if values[value].isEmpty { values[value] = Array(repeating: .zero, count: count(of: value)) }
    }

    /// Blocks of rows that take `weights` each times its scale.
    private mutating func addBlocks(
        _ weights: [Extension], _ blocks: [(row: Int, scale: Goldilocks)], width: Int, isInSlots: Bool
    ) {
        for (chunk, start) in stride(from: 0, to: weights.count, by: width).enumerated() {
            groups.append(
                Group(
                    coefficients: Array(weights[start..<min(start + width, weights.count)]), isInSlots: isInSlots,
                    rows: blocks.map { ($0.row + chunk, Extension($0.scale)) }))
        }
    }

    private mutating func addBlocks(_ weights: [Extension], _ blocks: [(row: Int, scale: Goldilocks)]) {
        addBlocks(weights, blocks, width: layout.numbersPerRow, isInSlots: layout.format == .v2)
    }

    private mutating func add(layer index: Int) {
        let layer = layout.network.layers[index]
        let count = count(of: index + 1)
        switch (layer, layout.layers[index]) {
        case (.affine(let terms, let bias, let shift, _, let size), .affine(let excess, let deficit, let remainder)):
            let period = layout.format == .v1 ? count : layer.period(size: size)
            addSources(terms, layer: index, size: size)
            let weights = nextWeights(count, period: period)
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
                let weights = nextWeights(count)
                addBlocks(weights, [(row, .one)])
                addToValue(index + 1, weights, scale: -.one)
                for (position, weight) in weights.enumerated() {
                    let image = position / windows.count
                    values[source][image * window.area + windows[position % windows.count][place]] += weight
                }
            }
        case (.relu(let source), .relu(let deficit)):
            let weights = nextWeights(count)
            addToValue(source, weights, scale: .one)
            addToValue(index + 1, weights, scale: -.one)
            addBlocks(weights, [(deficit, .one)])
        default: preconditionFailure("the layout follows the network")
        }
    }

    /// Σ over the layer's constraints of weight · M · map(x), for the constraints that `nextWeights` gives next.
    private mutating func addSources(_ terms: [ProofNetwork.Term], layer: Int, size: Int) {
        let period = layout.format == .v1 ? size : layout.network.layers[layer].period(size: size)
        let weights = ConstraintWeights(position: challenges[0], row: challenges.last ?? .one, period: period)
        let step = challenges[0].power(size)
        for (number, term) in terms.enumerated() {
            let inputSize = layout.network.sizes[term.source]
            let coefficients = term.map.transposed(
                weights, inputSize: inputSize, outputSize: size,
                combined: combined(layer: layer, term: number, area: term.map.area ?? 1))
            touch(term.source)
            var factor = power * Goldilocks(term.multiplier)
            for item in 0..<items {
                for (index, coefficient) in coefficients.enumerated() {
                    values[term.source][item * inputSize + index] += coefficient * factor
                }
                factor *= step
            }
        }
    }

    /// Σ_τ F(τ) · W(τ, ·) out of the combination of all maps: wide rows by powers of η, the rows in them by powers of
    /// χ^area.
    private func combined(layer: Int, term: Int, area: Int) -> [Extension]? {
        guard let combination, let weights = layout.weights, let block = weights.block(layer: layer, term: term) else {
            return nil
        }
        let wide = weights.folded(block, combination, challenges[1])
        var result = Array(wide[..<block.rowLength])
        let step = challenges[0].power(area)
        var factor = step
        for row in 1..<max(1, block.group) {
            for index in 0..<block.rowLength { result[index] += factor * wide[row * block.rowLength + index] }
            factor *= step
        }
        return result
    }

    /// For each table: Σ of its helpers − Σ multiplicity / (challenge − entry) = 0.
    private mutating func addLookups(_ challenges: [Extension]) {
        let weights = nextWeights(layout.widths.count)
        var helpers: [(row: Int, scale: Extension)] = []
        for (index, lookup) in layout.lookups.enumerated() {
            guard let table = layout.widths.firstIndex(of: lookup.width) else { preconditionFailure("a known width") }
            helpers.append((layout.helperRow + 2 * index, weights[table]))
            helpers.append((layout.helperRow + 2 * index + 1, weights[table] * Extension.root))
        }
        let width = layout.code.messageLength
        let ones = [Extension](repeating: .one, count: width)
        groups.append(Group(coefficients: ones, isInSlots: false, rows: helpers))
        var counted: [Extension] = []
        for (table, width) in layout.widths.enumerated() {
            let differences = (0..<1 << width).map { challenges[table] - Extension(Goldilocks(Int64($0))) }
            counted += Extension.inverses(differences).map { -(weights[table] * $0) }
        }
        addBlocks(counted, [(layout.multiplicityRow, .one)], width: width, isInSlots: false)
    }

    private mutating func addValues() {
        for (value, coefficients) in values.enumerated() where !coefficients.isEmpty {
            addBlocks(coefficients, [(layout.valueRows[value], .one)])
        }
    }
}
