import NexusBase

/// Walks the nodes of an ONNX file in order and builds the graph of layers. QuantizeLinear and DequantizeLinear leave
/// no layer: they give values their scales. An operator it does not know is refused by name.
struct GraphBuilder {
    /// What a name of the file stands for.
    enum Meaning {
        case constant(ONNXTensor)
        /// An int8 or int32 constant times its scale.
        case scaled(ONNXTensor, Float)
        /// A value of the graph, as real numbers.
        case real(Int)
        /// A value of the graph, as int8 at its scale.
        case quantised(Int)
        /// A product that was given its bias later: its value without the bias is no longer there to read.
        case consumed
    }

    private(set) var graph: Graph
    private var meanings: [String: Meaning] = [:]
    private var operations = 0
    private var activations = 0

    static func graph(of file: ONNXFile) throws -> Graph {
        guard file.inputs.count == 1, file.outputs.count == 1 else {
            throw ModelError(
                .unsupported, "a network with \(file.inputs.count) inputs and \(file.outputs.count) outputs")
        }
        let (name, shape) = file.inputs[0]
        guard shape.count >= 2, (shape[0] ?? 1) == 1 else {
            throw ModelError(.badShape, "the input needs a batch dimension of 1 before its own", at: name)
        }
        let sizes = try shape.dropFirst().map { size in
            guard let size else { throw ModelError(.badShape, "an input dimension without a size", at: name) }
            return size
        }
        var builder = GraphBuilder(
            inputShape: try Shape.checked(sizes, elementsMax: ModelLimits.activationElementsMax, at: name))
        try builder.define(name, .real(0))
        for constant in file.constants { try builder.define(constant.name, .constant(constant)) }
        for node in file.nodes { try builder.add(node) }
        guard case .real(let output)? = builder.meanings[file.outputs[0]] else {
            throw ModelError(.badName, "the output is no real-valued result", at: file.outputs[0])
        }
        builder.graph.output = output
        return builder.graph
    }

    private init(inputShape: [Int]) { graph = Graph(inputShape: inputShape) }

    private mutating func define(_ name: String, _ meaning: Meaning) throws {
        guard !name.isEmpty else { throw ModelError(.badName, "a value without a name") }
        guard meanings.updateValue(meaning, forKey: name) == nil else {
            throw ModelError(.badName, "a name that is defined twice", at: name)
        }
    }

    private mutating func add(_ node: ONNXNode) throws {
        guard node.domain.isEmpty || node.domain == "ai.onnx" else {
            throw ModelError(.unsupported, "operator \(node.domain).\(node.operation)", at: node.place)
        }
        guard node.outputs.count == 1 else {
            throw ModelError(.unsupported, "\(node.operation) with \(node.outputs.count) outputs", at: node.place)
        }
        try define(node.outputs[0], meaning(of: node))
    }

    private mutating func meaning(of node: ONNXNode) throws -> Meaning {
        switch node.operation {
        case "Constant": return try constant(node)
        case "QuantizeLinear": return try quantise(node)
        case "DequantizeLinear": return try dequantise(node)
        case "Gemm", "MatMul": return try product(node)
        case "Conv": return try convolution(node)
        case "Relu":
            try node.allow([])
            let input = try real(node, 0, of: 1...1)
            return try append(node, .relu, [input], graph.shape(of: input))
        case "MaxPool", "AveragePool": return try pool(node)
        case "Add": return try sum(node)
        case "Flatten", "Reshape": return try reshape(node)
        default: throw ModelError(.unsupported, "operator \(node.operation)", at: node.place)
        }
    }

    // MARK: what a node's input stands for

    func input(_ node: ONNXNode, _ index: Int, of counts: ClosedRange<Int>) throws -> Meaning {
        guard counts.contains(node.inputs.count) else {
            throw ModelError(.malformed, "\(node.operation) with \(node.inputs.count) inputs", at: node.place)
        }
        guard let meaning = meanings[node.inputs[index]] else {
            throw ModelError(.badName, "nothing before it defines \(node.inputs[index])", at: node.place)
        }
        return meaning
    }

    func real(_ node: ONNXNode, _ index: Int, of counts: ClosedRange<Int>) throws -> Int {
        guard case .real(let value) = try input(node, index, of: counts) else {
            throw ModelError(
                .unsupported, "\(node.operation) on a constant or on int8 without DequantizeLinear", at: node.place)
        }
        return value
    }

    /// The name keeps its definition and can no longer be read.
    mutating func consume(_ name: String) { meanings[name] = .consumed }

    mutating func setScale(_ scale: Float, of value: Int) { graph.scales[value] = scale }

    mutating func setWeights(_ weights: Graph.Weights, ofLayer layer: Int) { graph.layers[layer].weights = weights }

    /// Adds a layer within the limits on elements and work.
    mutating func append(
        _ node: ONNXNode, _ operation: Operation, _ inputs: [Int], _ shape: [Int], weights: Graph.Weights? = nil,
        work: Int = 1
    ) throws -> Meaning {
        let count = Shape.count(shape)
        guard count <= ModelLimits.activationElementsMax else {
            throw ModelError(.tooLarge, "an activation of \(count) elements", at: node.place)
        }
        activations += count
        let (cost, overflow) = count.multipliedReportingOverflow(by: work)
        guard activations <= ModelLimits.activationsTotalMax, !overflow, cost <= ModelLimits.operationsMax,
            operations + cost <= ModelLimits.operationsMax
        else { throw ModelError(.tooLarge, "the network has more work or activations than the limits", at: node.place) }
        operations += cost
        return .real(
            graph.append(
                Graph.Layer(name: node.place, operation: operation, inputs: inputs, shape: shape, weights: weights)))
    }
}
