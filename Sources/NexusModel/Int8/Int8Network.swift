import NexusBase

/// A network of integers: int8 values and weights, int32 biases, fixed-point requantisation. Two machines that run it
/// on the same int8 input get the same bytes. int8-network-v1.
public struct Int8Network: Sendable, Hashable {
    public struct Layer: Sendable, Hashable {
        /// As the file calls the node.
        public let name: String
        public let operation: Operation
        /// Values: 0 is the network's input, i + 1 the output of layer i.
        public let inputs: [Int]
        public let shape: [Int]
        /// Within -127 ... 127.
        public let weights: [Int8]
        /// Empty, or one an output channel.
        public let bias: [Int32]
        public let requantiser: Requantiser?
        /// Real value of one step of the output.
        public let scale: Float
        /// Multiplications by weights in one inference.
        public let multiplications: Int
    }

    public let inputShape: [Int]
    public let inputScale: Float
    public let layers: [Layer]
    /// The value that is the network's answer.
    public let output: Int

    public var outputScale: Float { output == 0 ? inputScale : layers[output - 1].scale }
    public var multiplications: Int { layers.reduce(0) { $0 + $1.multiplications } }
    public var parameters: Int { layers.reduce(0) { $0 + $1.weights.count + $1.bias.count } }

    /// Reads an ONNX file: a QDQ int8 network as it is, a float network with samples to calibrate its scales.
    /// Operators: Gemm, MatMul, Conv, Add, Relu, MaxPool, AveragePool, Flatten, Reshape, Constant, QuantizeLinear,
    /// DequantizeLinear. Anything else is `model.unsupported`, which names it.
    public init(onnx bytes: [UInt8], calibration samples: [[Float]] = []) throws {
        let graph = try GraphBuilder.graph(of: ONNXFile(parsing: bytes))
        guard !graph.isQuantised || samples.isEmpty else {
            throw ModelError(.badQuantisation, "the network is quantised and takes no calibration")
        }
        self = try Int8Network(lowering: graph.isQuantised ? graph : graph.calibrated(on: samples))
    }

    init(inputShape: [Int], inputScale: Float, layers: [Layer], output: Int) {
        self.inputShape = inputShape
        self.inputScale = inputScale
        self.layers = layers
        self.output = output
    }
}
