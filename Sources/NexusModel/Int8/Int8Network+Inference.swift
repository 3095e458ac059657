import NexusBase

extension Int8Network {
    /// Rounds half to even and clamps, as QuantizeLinear does. Throws `model.bad-input`.
    public func quantised(_ input: [Float]) throws -> [Int8] {
        guard input.count == Shape.count(inputShape), input.allSatisfy(\.isFinite) else {
            throw ModelError(.badInput, "an input has \(Shape.count(inputShape)) finite numbers")
        }
        return input.map { Int8(max(-128, min(127, ($0 / inputScale).rounded(.toNearestOrEven)))) }
    }

    /// The reference inference: exact, and the same on every machine. Throws `model.bad-input`.
    public func output(for input: [Int8]) throws -> [Int8] { try values(for: input)[output] }

    /// All values: the input, then each layer's output. What a prover commits to.
    public func values(for input: [Int8]) throws -> [[Int8]] {
        guard input.count == Shape.count(inputShape) else {
            throw ModelError(.badInput, "an input has \(Shape.count(inputShape)) values, not \(input.count)")
        }
        var values = [input]
        values.reserveCapacity(layers.count + 1)
        for layer in layers { values.append(Self.evaluate(layer, values, image: shape(of: layer.inputs[0]))) }
        return values
    }

    func shape(of value: Int) -> [Int] { value == 0 ? inputShape : layers[value - 1].shape }

    private static func evaluate(_ layer: Layer, _ values: [[Int8]], image: [Int]) -> [Int8] {
        let input = values[layer.inputs[0]]
        func requantised(_ sums: [Int32]) -> [Int8] {
            guard let requantiser = layer.requantiser else { preconditionFailure("lowering gives it") }
            let multiplier = requantiser.multipliers[0]
            return sums.map { requantiser.apply(Int64($0) * multiplier) }
        }
        switch layer.operation {
        case .product:
            return requantised(
                Kernels.product(
                    input.map(Int32.init), layer.weights.map(Int32.init), bias: layer.bias, rows: layer.shape[0]))
        case .convolution(let window):
            return requantised(
                Kernels.convolution(
                    input.map(Int32.init), image, layer.weights.map(Int32.init), bias: layer.bias, window, layer.shape))
        case .averagePool(let window):
            return requantised(Kernels.pool(input.map(Int32.init), image, window, layer.shape, +))
        case .maxPool(let window): return Kernels.pool(input, image, window, layer.shape, max)
        case .relu: return input.map { max(0, $0) }
        case .reshape: return input
        case .rescale: return requantised(input.map(Int32.init))
        case .add:
            guard let requantiser = layer.requantiser else { preconditionFailure("lowering gives it") }
            let (left, right) = (requantiser.multipliers[0], requantiser.multipliers[1])
            return zip(input, values[layer.inputs[1]]).map { requantiser.apply(Int64($0) * left + Int64($1) * right) }
        }
    }
}
