import NexusBase

extension Int8Network {
    /// From real-valued layers with scales to integers. Checks the bounds that exact arithmetic rests on.
    init(lowering graph: Graph) throws {
        var scales = graph.scales
        // Relu on a result that is nowhere quantised: clamping to int8 commutes with it, so its scale serves both.
        for (index, layer) in graph.layers.enumerated() where layer.operation == .relu {
            let input = layer.inputs[0]
            if scales[input] == nil, input > 0, graph.readers(of: input) == 1 { scales[input] = scales[index + 1] }
        }
        guard let inputScale = scales[0] else { throw ModelError(.notQuantised, "the input has no scale") }
        var layers: [Layer] = []
        // Value of the graph → value of the network, and its scale.
        var values = [(index: 0, scale: inputScale)]
        for (index, layer) in graph.layers.enumerated() {
            let inputs = layer.inputs.map { values[$0] }
            let kept = layer.operation.isRequantised ? nil : inputs[0].scale
            guard let scale = scales[index + 1] ?? kept else {
                throw ModelError(.notQuantised, "no QuantizeLinear follows it", at: layer.name)
            }
            let shape = graph.shape(of: layer.inputs[0])
            layers.append(try Self.lowered(layer, inputs, over: shape, scale: kept ?? scale))
            if let kept, kept != scale {
                let factor = [Double(kept) / Double(scale)]
                layers.append(
                    Layer(
                        name: layer.name, operation: .rescale, inputs: [layers.count], shape: layer.shape, weights: [],
                        bias: [], requantiser: try Requantiser(factor, at: layer.name), scale: scale,
                        multiplications: 0))
            }
            values.append((layers.count, scale))
        }
        self.init(
            inputShape: graph.inputShape, inputScale: inputScale, layers: layers, output: values[graph.output].index)
    }

    private static func lowered(
        _ layer: Graph.Layer, _ inputs: [(index: Int, scale: Float)], over shape: [Int], scale: Float
    ) throws -> Layer {
        var weights: [Int8] = []
        var bias: [Int32] = []
        var weightScale = 1.0
        if let own = layer.weights {
            (weights, bias, weightScale) = try integers(own, inputScale: inputs[0].scale, at: layer.name)
            try checkBounds(weights, bias, rows: layer.shape[0], at: layer.name)
        }
        var divisor = Double(scale)
        if case .averagePool(let window) = layer.operation { divisor *= Double(window.height * window.width) }
        let factors = inputs.map { Double($0.scale) * weightScale / divisor }
        let requantised = layer.operation.isRequantised
        return Layer(
            name: layer.name, operation: layer.operation, inputs: inputs.map(\.index), shape: layer.shape,
            weights: weights, bias: bias, requantiser: requantised ? try Requantiser(factors, at: layer.name) : nil,
            scale: scale,
            multiplications: weights.count * (layer.shape.count == 3 ? layer.shape[1] * layer.shape[2] : 1))
    }

    /// Symmetric, one scale a tensor; float weights get max |w| / 127.
    private static func integers(
        _ weights: Graph.Weights, inputScale: Float, at place: String
    ) throws -> ([Int8], [Int32], Double) {
        switch weights {
        case .int8(let list, let scale, let bias, let biasScale):
            if let biasScale {
                let wanted = Double(inputScale) * Double(scale)
                guard abs(Double(biasScale) - wanted) <= wanted * 1e-5 else {
                    throw ModelError(.badQuantisation, "the bias' scale is not input times weights", at: place)
                }
            }
            return (list, bias, Double(scale))
        case .float(let list, let bias):
            let largest = list.reduce(Float(0)) { max($0, abs($1)) } / 127
            let scale = largest.isNormal ? largest : 1
            let unit = Double(inputScale) * Double(scale)
            let biases = try bias.map { value in
                guard let whole = Int32(exactly: (Double(value) / unit).rounded(.toNearestOrEven)) else {
                    throw ModelError(.badBound, "a bias of more than 31 bits", at: place)
                }
                return whole
            }
            return (
                list.map { Int8(max(-127, min(127, ($0 / scale).rounded(.toNearestOrEven)))) }, biases, Double(scale)
            )
        }
    }

    /// The sum of |w| · 128 and the bias must stay within 31 bits for every output, whatever the input.
    private static func checkBounds(_ weights: [Int8], _ bias: [Int32], rows: Int, at place: String) throws {
        let columns = weights.count / rows
        for row in 0..<rows {
            var sum = bias.isEmpty ? 0 : Int64(bias[row]).magnitude
            for weight in weights[row * columns..<(row + 1) * columns] {
                guard weight != -128 else { throw ModelError(.badBound, "a weight of -128", at: place) }
                sum += UInt64(weight.magnitude) * 128
            }
            guard sum <= UInt64(ModelLimits.accumulatorMax) else {
                throw ModelError(.badBound, "output \(row) could leave 31 bits", at: place)
            }
        }
    }
}
