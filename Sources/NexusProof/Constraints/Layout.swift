/// Where each number of a proof lies: rows of the three tableaus, what is looked up, what is multiplied. Prover and
/// verifier derive it from the network and the batch alone. Section 4 of proof-v1 and proof-v2.
///
/// Rows are numbered through: input tableau, witness tableau, helper tableau. In proof-v1 a value of N numbers a batch
/// takes ceil(N / l) consecutive rows, input after input; in proof-v2 each slot of a row has one number of every input.
/// Every row that goes with a value lies as the value does.
struct Layout: Sendable {
    /// Rows of numbers below 2^width: consecutive from `row`; the numbers are shifted left by `shift` bits where used.
    struct Limb: Hashable, Sendable {
        let row: Int
        let shift: Int
        let width: Int
    }

    enum LayerRows: Hashable, Sendable {
        case affine(excess: [Limb], deficit: [Limb], remainder: [Limb])
        /// One block of differences and, from the third place on, one of products for each place of the window.
        case maxPool(differences: [Int], products: [Int])
        case relu(deficit: Int)
    }

    /// cell(row) + offset lies in 0 ..< 2^width, at every place of the row.
    struct Lookup: Hashable, Sendable {
        let row: Int
        let offset: Int64
        let width: Int
    }

    /// cell(left) · (cell(right) + offset) − cell(result) = 0 at every place; no result is zero.
    struct Local: Hashable, Sendable {
        let left: Int
        let right: Int
        let offset: Int64
        let result: Int?
    }

    let format: ProofFormat
    /// In proof-v2 a verifier has its outline alone, without weights.
    let network: ProofNetwork
    /// In proof-v2.
    let weights: WeightLayout?
    let batch: Int
    let code: CodeParameters
    let limbWidth: Int
    /// First row of each value.
    private(set) var valueRows: [Int] = []
    private(set) var layers: [LayerRows] = []
    var lookups: [Lookup] = []
    var locals: [Local] = []
    private(set) var inputRowCount = 0
    private(set) var witnessRowCount = 0
    /// Widths of the tables, ascending; their multiplicities follow each other from `multiplicityRow` on.
    private(set) var widths: [Int] = []
    private(set) var multiplicityRow = 0
    private(set) var multiplicityRowCount = 0

    /// Two rows for the proximity test, six for each of the two others.
    static let blindingRowCount = 14

    var helperRow: Int { inputRowCount + witnessRowCount }
    var blindingRow: Int { helperRow + 2 * lookups.count }
    var helperRowCount: Int { 2 * lookups.count + Self.blindingRowCount }
    var rowCount: Int { helperRow + helperRowCount }
    var tableSize: Int { widths.reduce(0) { $0 + 1 << $1 } }
    var lookedUpCells: Int { lookups.count * code.messageLength }

    func count(of value: Int) -> Int { batch * network.sizes[value] }
    /// Numbers of a row: of all inputs one after the other, in proof-v2 of each.
    var numbersPerRow: Int { format == .v1 ? code.messageLength : code.messageLength / batch }

    func chunks(_ value: Int) -> Int {
        let count = format == .v1 ? count(of: value) : network.sizes[value]
        return (count + numbersPerRow - 1) / numbersPerRow
    }

    /// Calls `body` with the places of a block for each of `count` numbers, which come input after input.
    @inline(__always)
    func visit(count: Int, _ body: (_ index: Int, _ chunk: Int, _ place: Int) -> Void) {
        let inputs = format == .v1 ? 1 : batch
        let (size, width) = (count / inputs, numbersPerRow)
        for (chunk, start) in stride(from: 0, to: size, by: width).enumerated() {
            for number in start..<min(start + width, size) {
                let place = (number - start) * inputs
                for input in 0..<inputs { body(input * size + number, chunk, place + input) }
            }
        }
    }

    /// Weights are those of a registered model, and make it a layout of proof-v2.
    init(network: ProofNetwork, weights: WeightLayout? = nil, batch: Int, code: CodeParameters, limbWidth: Int) {
        format = weights == nil ? .v1 : .v2
        self.weights = weights
        self.network = network
        self.batch = batch
        self.code = code
        self.limbWidth = limbWidth
        inputRowCount = chunks(0)
        valueRows = [0]
        addLookups(0, chunks(0), offset: 128, width: 8)
        for (index, layer) in network.layers.enumerated() { add(layer, index) }
        widths = Set(lookups.map(\.width)).sorted()
        multiplicityRow = inputRowCount + witnessRowCount
        multiplicityRowCount = (tableSize + code.messageLength - 1) / code.messageLength
        witnessRowCount += multiplicityRowCount
    }

    private mutating func allocate(_ chunks: Int) -> Int {
        defer { witnessRowCount += chunks }
        return inputRowCount + witnessRowCount
    }

    private mutating func addLookups(_ row: Int, _ chunks: Int, offset: Int64, width: Int) {
        for chunk in 0..<chunks { lookups.append(Lookup(row: row + chunk, offset: offset, width: width)) }
    }

    private mutating func limbs(bits: Int, _ chunks: Int) -> [Limb] {
        stride(from: 0, to: bits, by: limbWidth).map { shift in
            let limb = Limb(row: allocate(chunks), shift: shift, width: min(limbWidth, bits - shift))
            addLookups(limb.row, chunks, offset: 0, width: limb.width)
            return limb
        }
    }

    private mutating func add(_ layer: ProofNetwork.Layer, _ index: Int) {
        let chunks = chunks(index + 1)
        let value = allocate(chunks)
        valueRows.append(value)
        switch layer {
        case .affine(_, _, let shift, let lower, _):
            guard let bounds = network.bounds[index] else { preconditionFailure("an affine layer has bounds") }
            addLookups(value, chunks, offset: -Int64(lower), width: lower == 0 ? 7 : 8)
            let excess = limbs(bits: bounds.excessBits, chunks)
            let deficit = limbs(bits: bounds.deficitBits, chunks)
            let remainder = limbs(bits: shift, chunks)
            for chunk in 0..<chunks {
                for (list, offset) in [(excess, -127), (deficit, -Int64(lower))] {
                    for limb in list {
                        locals.append(
                            Local(left: limb.row + chunk, right: value + chunk, offset: offset, result: nil))
                    }
                }
            }
            layers.append(.affine(excess: excess, deficit: deficit, remainder: remainder))
        case .maxPool(_, let window):
            let differences = (0..<window.places).map { _ in allocate(chunks) }
            for row in differences { addLookups(row, chunks, offset: 0, width: 8) }
            let products = (0..<max(0, window.places - 2)).map { _ in allocate(chunks) }
            for chunk in 0..<chunks { addProduct(differences, products, chunk) }
            layers.append(.maxPool(differences: differences, products: products))
        case .relu:
            addLookups(value, chunks, offset: 0, width: 7)
            let deficit = allocate(chunks)
            addLookups(deficit, chunks, offset: 0, width: 8)
            for chunk in 0..<chunks {
                locals.append(Local(left: deficit + chunk, right: value + chunk, offset: 0, result: nil))
            }
            layers.append(.relu(deficit: deficit))
        }
    }

    /// The product of all differences is zero: a chain, one multiplication a place. One place is squared.
    private mutating func addProduct(_ differences: [Int], _ products: [Int], _ chunk: Int) {
        var left = differences[0] + chunk
        if differences.count == 1 { locals.append(Local(left: left, right: left, offset: 0, result: nil)) }
        for (index, difference) in differences.dropFirst().enumerated() {
            let result = index < products.count ? products[index] + chunk : nil
            locals.append(Local(left: left, right: difference + chunk, offset: 0, result: result))
            left = result ?? left
        }
    }
}
