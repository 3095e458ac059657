import NexusBase
import Testing

@testable import NexusModel

/// Method: files of one operator, written here, with answers worked out by hand.
@Suite struct OperatorTests {
    private func run(_ file: [UInt8], _ input: [Int8]) throws -> [Int8] {
        try Int8Network(onnx: file).output(for: input)
    }

    @Test func `a product adds its bias and rounds half up at the requantisation`() throws {
        let file = FileBuilder.product([1, 2, 3, -4], rows: 2, columns: 2, bias: [1, 0], scale: 2)
        // (1 + 1·5 + 2·7) / 2 = 10; (3·5 − 4·7) / 2 = −6.5 → −6
        #expect(try run(file, [5, 7]) == [10, -6])
        #expect(try run(file, [127, 127]) == [127, -63])
        #expect(try run(file, [-128, 127]) == [64, -128])
    }

    @Test func `a product by columns is the product by the transposed rows`() throws {
        let file = FileBuilder.quantised(
            input: [1, 2],
            nodes: [
                FileBuilder.node("DequantizeLinear", ["w8", "one", "zero"], "w"),
                FileBuilder.node("MatMul", ["q", "w"], "r"),
            ], constants: [FileBuilder.int8("w8", [2, 3], [1, 2, 3, 10, 20, 30])])
        #expect(try run(file, [1, 2]) == [21, 42, 63])
    }

    @Test func `a convolution pads with zero and steps by its strides`() throws {
        let file = FileBuilder.quantised(
            input: [1, 1, 3, 3],
            nodes: [
                FileBuilder.node("DequantizeLinear", ["w8", "one", "zero"], "w"),
                FileBuilder.node(
                    "Conv", ["q", "w"], "r", [("pads", .integers([1, 1, 0, 0])), ("strides", .integers([2, 2]))]),
            ], constants: [FileBuilder.int8("w8", [1, 1, 2, 2], [1, 2, 3, 4])])
        // Windows at (−1,−1), (−1,1), (1,−1), (1,1) of 1...9.
        #expect(try run(file, [1, 2, 3, 4, 5, 6, 7, 8, 9]) == [4, 18, 36, 77])
    }

    @Test func `pools take the maximum without the padding and the mean with it`() throws {
        let window: [(String, FileBuilder.Attribute)] = [
            ("kernel_shape", .integers([2, 2])), ("strides", .integers([2, 2])), ("pads", .integers([1, 1, 0, 0])),
        ]
        let maximum = FileBuilder.quantised(
            input: [1, 1, 3, 3], nodes: [FileBuilder.node("MaxPool", ["q"], "r", window)])
        #expect(try run(maximum, [-1, -2, -3, -4, -5, -6, -7, -8, -9]) == [-1, -2, -4, -5])
        let mean = FileBuilder.quantised(
            input: [1, 1, 3, 3],
            nodes: [FileBuilder.node("AveragePool", ["q"], "r", window + [("count_include_pad", .integer(1))])])
        #expect(try run(mean, [4, 8, 12, 16, 20, 24, 28, 32, 36]) == [1, 5, 11, 28])
    }

    @Test func `relu, flattening and reshaping keep values, a sum is clamped`() throws {
        let shape = FileBuilder.int64("shape", [0, -1])
        let file = FileBuilder.quantised(
            input: [1, 2, 2],
            nodes: [
                FileBuilder.node("Relu", ["q"], "a"), FileBuilder.node("Reshape", ["a", "shape"], "flat"),
                FileBuilder.node("Flatten", ["flat"], "r"),
            ], constants: [shape])
        #expect(try run(file, [1, -2, 100, -100]) == [1, 0, 100, 0])
        let sum = FileBuilder.quantised(
            input: [1, 4],
            nodes: [FileBuilder.node("Relu", ["q"], "a"), FileBuilder.node("Add", ["a", "q"], "r")])
        #expect(try run(sum, [1, -2, 100, -100]) == [2, -2, 127, -100])
    }

    @Test func `a sum that is reshaped before it has a scale is refused`() {
        let file = FileBuilder.quantised(
            input: [1, 4],
            nodes: [FileBuilder.node("Add", ["q", "q"], "sum"), FileBuilder.node("Flatten", ["sum"], "r")])
        #expect(throws: ModelError(.notQuantised, "")) { try run(file, [1, 2, 3, 4]) }
    }

    @Test func `a bias added to a product joins it, and the product alone can no longer be read`() throws {
        let constants = [FileBuilder.float("w", [2, 2], [1, 0, 0, 1]), FileBuilder.float("b", [2], [10, -10])]
        let nodes = [FileBuilder.node("MatMul", ["x", "w"], "m"), FileBuilder.node("Add", ["b", "m"], "y")]
        let graph = try GraphBuilder.graph(
            of: ONNXFile(parsing: FileBuilder.file(input: [1, 2], nodes: nodes, constants: constants)))
        #expect(try graph.values(for: [1, 2])[graph.output] == [11, -8])
        let reading = nodes + [FileBuilder.node("Relu", ["m"], "z")]
        let file = FileBuilder.file(input: [1, 2], nodes: reading, constants: constants, output: "z")
        #expect(throws: ModelError(.unsupported, "")) { try Int8Network(onnx: file, calibration: [[1, 2]]) }
    }

    @Test func `a second scale is a layer of its own`() throws {
        let file = FileBuilder.quantised(input: [1, 3], scale: 4, nodes: [FileBuilder.node("Relu", ["q"], "r")])
        let network = try Int8Network(onnx: file)
        #expect(network.layers.map(\.operation) == [.relu, .rescale])
        #expect(try network.output(for: [-5, 6, 127]) == [0, 2, 32])
    }

    @Test func `an input of another size or a number that is not finite is refused`() throws {
        let network = try Int8Network(
            onnx: FileBuilder.quantised(input: [1, 3], nodes: [FileBuilder.node("Relu", ["q"], "r")]))
        #expect(throws: ModelError(.badInput, "")) { try network.output(for: [1, 2]) }
        #expect(throws: ModelError(.badInput, "")) { try network.quantised([1, .nan, 2]) }
        #expect(try network.quantised([0.5, 1.5, -300]) == [0, 2, -128])
    }

    @Test func `the multiplier is the factor to 31 bits`() throws {
        for factor in [1.0, 0.5, 0.001, 3.7, 1e-6, 0.999_999_999_9] {
            let requantiser = try Requantiser([factor], at: "")
            let multiplier = Double(requantiser.multipliers[0])
            #expect((0x1p30..<0x1p31).contains(multiplier))
            #expect(
                abs(multiplier / Double(sign: .plus, exponent: requantiser.shift, significand: 1) - factor) <= factor
                    / 0x1p30)
        }
        #expect(throws: ModelError(.badQuantisation, "")) { try Requantiser([0], at: "") }
        #expect(throws: ModelError(.badQuantisation, "")) { try Requantiser([.infinity], at: "") }
        #expect(throws: ModelError(.badQuantisation, "")) { try Requantiser([1e-30], at: "") }
    }
}
