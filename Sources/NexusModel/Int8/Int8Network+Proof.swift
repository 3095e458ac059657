public import NexusProof

extension Int8Network {
    /// The same integers as the proof speaks of them. A ReLU that alone reads a requantised value becomes that layer's
    /// lower bound, since clamping and ReLU commute; a reshape is no layer. Throws `proof.bad-bound`,
    /// `proof.too-large`.
    public func proofNetwork() throws -> ProofNetwork {
        var proofLayers: [ProofNetwork.Layer] = []
        // Value of this network → value of the proof's.
        var values = [0]
        for (index, layer) in layers.enumerated() {
            if case .reshape = layer.operation {
                values.append(values[layer.inputs[0]])
                continue
            }
            if case .relu = layer.operation, foldsIntoInput(layer) {
                values.append(values[layer.inputs[0]])
                continue
            }
            proofLayers.append(proofLayer(layer, values, lower: isFolded(index) ? 0 : -128))
            values.append(proofLayers.count)
        }
        return try ProofNetwork(
            inputSize: inputShape.reduce(1, *), layers: proofLayers, output: values[output])
    }

    private func foldsIntoInput(_ relu: Layer) -> Bool {
        let source = relu.inputs[0]
        guard source > 0, source != output, layers[source - 1].requantiser != nil else { return false }
        return layers.reduce(0) { $0 + $1.inputs.count(where: { $0 == source }) } == 1
    }

    private func isFolded(_ index: Int) -> Bool {
        layers.contains { $0.operation == .relu && $0.inputs == [index + 1] && foldsIntoInput($0) }
    }

    private func proofLayer(_ layer: Layer, _ values: [Int], lower: Int8) -> ProofNetwork.Layer {
        let sources = layer.inputs.map { values[$0] }
        let image = shape(of: layer.inputs[0])
        func window(_ window: Window) -> ImageWindow {
            ImageWindow(
                channels: image[0], rows: image[1], columns: image[2], height: window.height, width: window.width,
                strideDown: window.strideDown, strideRight: window.strideRight, padTop: window.padding[0],
                padLeft: window.padding[1], outputRows: layer.shape[1], outputColumns: layer.shape[2])
        }
        func affine(_ maps: [ProofNetwork.Map]) -> ProofNetwork.Layer {
            guard let requantiser = layer.requantiser else { preconditionFailure("lowering gives it") }
            let terms = maps.indices.map {
                ProofNetwork.Term(source: sources[$0], map: maps[$0], multiplier: requantiser.multipliers[$0])
            }
            return .affine(
                terms: terms, bias: layer.bias, shift: requantiser.shift, lower: lower,
                size: layer.shape.reduce(1, *))
        }
        switch layer.operation {
        case .product: return affine([.product(weights: layer.weights)])
        case .convolution(let own): return affine([.convolution(window(own), weights: layer.weights)])
        case .averagePool(let own): return affine([.windowSum(window(own))])
        case .rescale: return affine([.identity])
        case .add: return affine([.identity, .identity])
        case .maxPool(let own): return .maxPool(source: sources[0], window(own))
        case .relu: return .relu(source: sources[0])
        case .reshape: preconditionFailure("a reshape is no layer of a proof")
        }
    }
}
