import NexusBase

extension GraphBuilder {
    /// Gemm, and MatMul by a constant: both become a product of rows.
    mutating func product(_ node: ONNXNode) throws -> Meaning {
        let isGemm = node.operation == "Gemm"
        try node.allow(isGemm ? ["alpha", "beta", "transA", "transB"] : [])
        try node.require("transA", is: 0, default: 0)
        try node.requireOne("alpha")
        try node.requireOne("beta")
        let transposed = try node.integer("transB", default: 0) != 0
        let value = try real(node, 0, of: isGemm ? 2...3 : 2...2)
        let matrix = try input(node, 1, of: 2...3)
        let shape = try weightShape(matrix, node)
        guard shape.count == 2, graph.shape(of: value).count == 1 else {
            throw ModelError(.badShape, "\(node.operation) of other than a vector and a matrix", at: node.place)
        }
        let (rows, columns) = transposed ? (shape[0], shape[1]) : (shape[1], shape[0])
        guard graph.shape(of: value) == [columns] else {
            throw ModelError(.badShape, "\(graph.shape(of: value)) against \(columns) columns", at: node.place)
        }
        let bias = node.inputs.count == 3 ? try input(node, 2, of: 3...3) : nil
        var weights = try self.weights(matrix, bias: bias, rows: rows, node)
        if !transposed { weights = weights.transposed(rows: rows, columns: columns) }
        return try append(node, .product, [value], [rows], weights: weights, work: columns)
    }

    mutating func convolution(_ node: ONNXNode) throws -> Meaning {
        try node.allow(["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"])
        try node.require("group", is: 1, default: 1)
        let value = try real(node, 0, of: 2...3)
        let kernel = try input(node, 1, of: 2...3)
        let shape = try weightShape(kernel, node)
        let image = graph.shape(of: value)
        guard shape.count == 4, image.count == 3, shape[1] == image[0] else {
            throw ModelError(.badShape, "Conv of weights \(shape) over \(image)", at: node.place)
        }
        let window = try self.window(node, size: [shape[2], shape[3]])
        guard let (height, width) = window.output(height: image[1], width: image[2]) else {
            throw ModelError(.badShape, "the window is larger than the image", at: node.place)
        }
        let bias = node.inputs.count == 3 ? try input(node, 2, of: 3...3) : nil
        let weights = try self.weights(kernel, bias: bias, rows: shape[0], node)
        let output = try Shape.checked(
            [shape[0], height, width].map(Int64.init), elementsMax: ModelLimits.activationElementsMax, at: node.place)
        return try append(
            node, .convolution(window), [value], output, weights: weights, work: shape[1] * shape[2] * shape[3])
    }

    mutating func pool(_ node: ONNXNode) throws -> Meaning {
        let isMean = node.operation == "AveragePool"
        let known = ["auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides"]
        try node.allow(known + [isMean ? "count_include_pad" : "storage_order"])
        try node.require("ceil_mode", is: 0, default: 0)
        try node.require("storage_order", is: 0, default: 0)
        let value = try real(node, 0, of: 1...1)
        let image = graph.shape(of: value)
        let window = try self.window(node, size: nil)
        if isMean, window.padding.contains(where: { $0 > 0 }) {
            try node.require("count_include_pad", is: 1, default: 0)
        }
        guard image.count == 3, let (height, width) = window.output(height: image[1], width: image[2]) else {
            throw ModelError(.badShape, "\(node.operation) over \(image)", at: node.place)
        }
        let output = try Shape.checked(
            [image[0], height, width].map(Int64.init), elementsMax: ModelLimits.activationElementsMax, at: node.place)
        return try append(
            node, isMean ? .averagePool(window) : .maxPool(window), [value], output, work: window.height * window.width)
    }

    /// The sum of two values of one shape; or a bias onto the product or convolution just before it.
    mutating func sum(_ node: ONNXNode) throws -> Meaning {
        try node.allow([])
        let terms = [try input(node, 0, of: 2...2), try input(node, 1, of: 2...2)]
        if case .real(let left) = terms[0], case .real(let right) = terms[1] {
            guard graph.shape(of: left) == graph.shape(of: right) else {
                throw ModelError(.badShape, "Add of different shapes", at: node.place)
            }
            return try append(node, .add, [left, right], graph.shape(of: left))
        }
        for (position, value, constant) in [(0, terms[0], terms[1]), (1, terms[1], terms[0])] {
            guard case .real(let value) = value, value == graph.layers.count, value > 0, graph.scales[value] == nil,
                case .product = graph.layers[value - 1].operation,
                case .float(let weights, let bias)? = graph.layers[value - 1].weights, bias.isEmpty,
                case .constant(let tensor) = constant, case .float(let added) = tensor.elements,
                added.count == graph.layers[value - 1].shape[0], added.allSatisfy(\.isFinite)
            else { continue }
            setWeights(.float(weights, bias: added), ofLayer: value - 1)
            consume(node.inputs[position])
            return .real(value)
        }
        throw ModelError(.unsupported, "Add of a constant that is no float bias of a product", at: node.place)
    }

    /// Flatten and Reshape: the same elements, the batch dimension kept first.
    mutating func reshape(_ node: ONNXNode) throws -> Meaning {
        let isFlatten = node.operation == "Flatten"
        try node.allow(isFlatten ? ["axis"] : ["allowzero"])
        let value = try real(node, 0, of: isFlatten ? 1...1 : 2...2)
        let count = Shape.count(graph.shape(of: value))
        guard !isFlatten else {
            try node.require("axis", is: 1, default: 1)
            return try append(node, .reshape, [value], [count])
        }
        try node.require("allowzero", is: 0, default: 0)
        guard case .constant(let tensor) = try input(node, 1, of: 2...2), case .int64(var sizes) = tensor.elements,
            (2...ModelLimits.rankMax).contains(sizes.count)
        else { throw ModelError(.unsupported, "Reshape to a shape that is no int64 constant", at: node.place) }
        let old = [1] + graph.shape(of: value)
        for index in sizes.indices where sizes[index] == 0 && index < old.count { sizes[index] = Int64(old[index]) }
        if let free = sizes.firstIndex(of: -1) {
            sizes[free] = 1
            let rest = try Shape.checked(sizes, elementsMax: count, at: node.place)
            sizes[free] = Int64(count / Shape.count(rest))
        }
        let shape = try Shape.checked(sizes, elementsMax: count, at: node.place)
        guard shape[0] == 1, Shape.count(shape) == count else {
            throw ModelError(.badShape, "Reshape of \(count) elements to \(shape)", at: node.place)
        }
        return try append(node, .reshape, [value], Array(shape.dropFirst()))
    }
}
