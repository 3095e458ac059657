import NexusBase

extension GraphBuilder {
    func constant(_ node: ONNXNode) throws -> Meaning {
        try node.allow(["value"])
        guard case .tensor(let tensor)? = try node.attribute("value"), node.inputs.isEmpty else {
            throw ModelError(.unsupported, "Constant without a tensor", at: node.place)
        }
        return .constant(tensor)
    }

    /// QuantizeLinear gives a value its scale; at another scale than the value has, it is a layer of its own.
    mutating func quantise(_ node: ONNXNode) throws -> Meaning {
        let (scale, type) = try parameters(node)
        guard type == .int8 else { throw ModelError(.badQuantisation, "activations are int8", at: node.place) }
        let value = try real(node, 0, of: 2...3)
        guard let known = graph.scales[value] else {
            setScale(scale, of: value)
            return .quantised(value)
        }
        guard known != scale else { return .quantised(value) }
        guard case .real(let rescaled) = try append(node, .rescale, [value], graph.shape(of: value)) else {
            preconditionFailure("append returns a real value")
        }
        setScale(scale, of: rescaled)
        return .quantised(rescaled)
    }

    mutating func dequantise(_ node: ONNXNode) throws -> Meaning {
        let (scale, type) = try parameters(node)
        switch try input(node, 0, of: 2...3) {
        case .quantised(let value):
            guard graph.scales[value] == scale, type == .int8 else {
                throw ModelError(.badQuantisation, "read back at another scale or type than written", at: node.place)
            }
            return .real(value)
        case .constant(let tensor):
            switch (tensor.elements, type) {
            case (.int8, .int8), (.int32, .int32), (.int32, nil): return .scaled(tensor, scale)
            default: throw ModelError(.badQuantisation, "constants are int8 or int32", at: node.place)
            }
        case .real, .scaled, .consumed: throw ModelError(.badQuantisation, "dequantised twice", at: node.place)
        }
    }

    private enum ZeroPoint { case int8, int32 }

    /// Scale and the type that the zero point names; without one the type is uint8, which is not symmetric,
    /// except for an int32 constant.
    private func parameters(_ node: ONNXNode) throws -> (scale: Float, type: ZeroPoint?) {
        try node.allow(["axis"])
        guard case .constant(let tensor) = try input(node, 1, of: 2...3), case .float(let scales) = tensor.elements,
            scales.count == 1
        else { throw ModelError(.unsupported, "scales that are not one float constant a tensor", at: node.place) }
        guard scales[0].isNormal, scales[0] > 0 else {
            throw ModelError(.badQuantisation, "a scale must be positive and normal", at: node.place)
        }
        guard node.inputs.count == 3 else { return (scales[0], nil) }
        guard case .constant(let zero) = try input(node, 2, of: 2...3) else {
            throw ModelError(.unsupported, "a zero point that is no constant", at: node.place)
        }
        switch zero.elements {
        case .int8([0]): return (scales[0], .int8)
        case .int32([0]): return (scales[0], .int32)
        default: throw ModelError(.badQuantisation, "a zero point other than int8 or int32 zero", at: node.place)
        }
    }
}
