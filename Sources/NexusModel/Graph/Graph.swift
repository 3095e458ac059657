/// What a layer does to its inputs.
public enum Operation: Sendable, Hashable {
    /// A row of weights an output: out = W·x + b.
    case product
    /// Weights in the order output channel, input channel, row, column.
    case convolution(Window)
    case relu
    case maxPool(Window)
    /// The mean over the window's places, padding counted as zero.
    case averagePool(Window)
    case add
    /// The same values in the same order under another shape.
    case reshape
    /// The same real values at another scale.
    case rescale
}

/// A network as read, before lowering: real-valued layers, each value with a scale where the file quantises it.
struct Graph: Sendable {
    enum Weights: Sendable {
        case float([Float], bias: [Float])
        /// The bias has the scale of the input times the weights'.
        case int8([Int8], scale: Float, bias: [Int32], biasScale: Float?)
    }

    struct Layer: Sendable {
        var name: String
        var operation: Operation
        /// Values: 0 is the network's input, i + 1 the output of layer i.
        var inputs: [Int]
        var shape: [Int]
        var weights: Weights?
    }

    var layers: [Layer] = []
    /// Shape of the input without its batch dimension.
    var inputShape: [Int]
    /// Scale of each value, where known.
    var scales: [Float?]
    var output = 0

    init(inputShape: [Int]) {
        self.inputShape = inputShape
        scales = [nil]
    }

    func shape(of value: Int) -> [Int] { value == 0 ? inputShape : layers[value - 1].shape }

    mutating func append(_ layer: Layer) -> Int {
        layers.append(layer)
        scales.append(nil)
        return layers.count
    }

    /// True where the file quantised the activations.
    var isQuantised: Bool { scales.contains { $0 != nil } }
}
