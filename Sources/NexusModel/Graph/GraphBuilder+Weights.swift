import NexusBase

extension GraphBuilder {
    func weightShape(_ meaning: Meaning, _ node: ONNXNode) throws -> [Int] {
        switch meaning {
        case .constant(let tensor), .scaled(let tensor, _): return tensor.shape
        case .real, .quantised, .consumed:
            throw ModelError(.unsupported, "\(node.operation) of two activations", at: node.place)
        }
    }

    /// Weights and bias of one kind, both float or both of integers.
    func weights(_ matrix: Meaning, bias: Meaning?, rows: Int, _ node: ONNXNode) throws -> Graph.Weights {
        func unsupported() -> ModelError {
            ModelError(.unsupported, "\(node.operation) with weights or bias of these types", at: node.place)
        }
        func checked<Element>(_ bias: [Element]) throws -> [Element] {
            guard bias.count == rows else {
                throw ModelError(.badShape, "\(bias.count) biases for \(rows) outputs", at: node.place)
            }
            return bias
        }
        switch matrix {
        case .constant(let tensor):
            guard case .float(let weights) = tensor.elements else { throw unsupported() }
            guard weights.allSatisfy(\.isFinite) else {
                throw ModelError(.badBound, "a weight that is not finite", at: node.place)
            }
            guard let bias else { return .float(weights, bias: []) }
            guard case .constant(let tensor) = bias, case .float(let biases) = tensor.elements else {
                throw unsupported()
            }
            guard biases.allSatisfy(\.isFinite) else {
                throw ModelError(.badBound, "a bias that is not finite", at: node.place)
            }
            return .float(weights, bias: try checked(biases))
        case .scaled(let tensor, let scale):
            guard case .int8(let weights) = tensor.elements else { throw unsupported() }
            guard let bias else { return .int8(weights, scale: scale, bias: [], biasScale: nil) }
            guard case .scaled(let tensor, let biasScale) = bias, case .int32(let biases) = tensor.elements else {
                throw unsupported()
            }
            return .int8(weights, scale: scale, bias: try checked(biases), biasScale: biasScale)
        case .real, .quantised, .consumed: throw unsupported()
        }
    }

    /// Size from the weights or from `kernel_shape`; a padding is smaller than its window, so no window is empty.
    func window(_ node: ONNXNode, size: [Int]?) throws -> Window {
        if case .text(let mode)? = try node.attribute("auto_pad"), mode != "NOTSET" {
            throw ModelError(.unsupported, "\(node.operation) with auto_pad = \(mode)", at: node.place)
        }
        func list(_ name: String, _ count: Int, _ standard: Int, in range: ClosedRange<Int64>) throws -> [Int] {
            guard let found = try node.integers(name) else { return Array(repeating: standard, count: count) }
            guard found.count == count, found.allSatisfy({ range.contains($0) }) else {
                throw ModelError(.unsupported, "\(node.operation) with \(name) = \(found)", at: node.place)
            }
            return found.map(Int.init)
        }
        _ = try list("dilations", 2, 1, in: 1...1)
        guard try size != nil || node.integers("kernel_shape") != nil else {
            throw ModelError(.malformed, "\(node.operation) without kernel_shape", at: node.place)
        }
        let kernel = try list("kernel_shape", 2, 0, in: 1...65_536)
        let sides = kernel == [0, 0] ? size ?? kernel : kernel
        guard size == nil || size == sides else {
            throw ModelError(.badShape, "kernel_shape differs from the weights", at: node.place)
        }
        let strides = try list("strides", 2, 1, in: 1...65_536)
        let padding = try list("pads", 4, 0, in: 0...65_535)
        guard max(padding[0], padding[2]) < sides[0], max(padding[1], padding[3]) < sides[1] else {
            throw ModelError(.unsupported, "padding as large as the window", at: node.place)
        }
        return Window(
            height: sides[0], width: sides[1], strideDown: strides[0], strideRight: strides[1], padding: padding)
    }
}

extension Graph.Weights {
    /// From columns first to rows first.
    func transposed(rows: Int, columns: Int) -> Self {
        func turned<Element>(_ list: [Element]) -> [Element] {
            (0..<rows * columns).map { list[($0 % columns) * rows + $0 / columns] }
        }
        switch self {
        case .float(let list, let bias): return .float(turned(list), bias: bias)
        case .int8(let list, let scale, let bias, let biasScale):
            return .int8(turned(list), scale: scale, bias: bias, biasScale: biasScale)
        }
    }
}
