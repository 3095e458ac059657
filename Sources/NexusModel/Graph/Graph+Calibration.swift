import NexusBase

extension Graph {
    /// All values of a float network for one input.
    func values(for input: [Float]) throws -> [[Float]] {
        guard input.count == Shape.count(inputShape), input.allSatisfy(\.isFinite) else {
            throw ModelError(.badInput, "an input has \(Shape.count(inputShape)) finite numbers")
        }
        var values = [input]
        for layer in layers {
            let first = values[layer.inputs[0]]
            let image = shape(of: layer.inputs[0])
            var weights: [Float] = []
            var bias: [Float] = []
            if let own = layer.weights {
                guard case .float(let list, let biases) = own else {
                    throw ModelError(.badQuantisation, "int8 weights among float activations", at: layer.name)
                }
                (weights, bias) = (list, biases)
            }
            switch layer.operation {
            case .product:
                values.append(Kernels.product(first, weights, bias: bias, rows: layer.shape[0]))
            case .convolution(let window):
                values.append(Kernels.convolution(first, image, weights, bias: bias, window, layer.shape))
            case .relu: values.append(first.map { max(0, $0) })
            case .maxPool(let window): values.append(Kernels.pool(first, image, window, layer.shape, max))
            case .averagePool(let window):
                let area = Float(window.height * window.width)
                values.append(Kernels.pool(first, image, window, layer.shape, +).map { $0 / area })
            case .add: values.append(zip(first, values[layer.inputs[1]]).map(+))
            case .reshape, .rescale: values.append(first)
            }
        }
        return values
    }

    /// Gives every value the scale max |x| / 127 over the samples: symmetric, one scale a tensor. Relu's input takes
    /// the scale of its output where nothing else reads it; pooling by maximum and reshaping keep their input's.
    func calibrated(on samples: [[Float]]) throws -> Graph {
        guard !samples.isEmpty else { throw ModelError(.notQuantised, "a float network needs calibration samples") }
        guard samples.count <= ModelLimits.samplesMax else {
            throw ModelError(.tooLarge, "more than \(ModelLimits.samplesMax) samples")
        }
        var largest = [Float](repeating: 0, count: layers.count + 1)
        for sample in samples {
            for (value, list) in try values(for: sample).enumerated() {
                largest[value] = list.reduce(largest[value]) { max($0, abs($1)) }
            }
        }
        guard largest.allSatisfy(\.isFinite) else {
            throw ModelError(.badInput, "an activation of the samples overflows")
        }
        var copy = self
        copy.scales = largest.map { $0 / 127 >= Float.leastNormalMagnitude ? $0 / 127 : 1 }
        for (index, layer) in layers.enumerated() {
            let input = layer.inputs[0]
            switch layer.operation {
            case .relu where input > 0 && readers(of: input) == 1 && layers[input - 1].operation.isRequantised:
                copy.scales[input] = copy.scales[index + 1]
            case .relu, .maxPool, .reshape: copy.scales[index + 1] = copy.scales[input]
            default: break
            }
        }
        return copy
    }

    func readers(of value: Int) -> Int {
        layers.reduce(value == output ? 1 : 0) { $0 + $1.inputs.count { $0 == value } }
    }
}

extension Operation {
    /// True where the result has a scale of its own.
    var isRequantised: Bool {
        switch self {
        case .product, .convolution, .averagePool, .add, .rescale: true
        case .relu, .maxPool, .reshape: false
        }
    }
}
