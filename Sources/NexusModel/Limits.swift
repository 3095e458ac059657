/// Named maxima of the room. Every one is checked before memory in its proportion is taken.
public enum ModelLimits {
    /// Bytes of an ONNX file.
    public static let fileBytesMax = 256 << 20
    /// Nodes of a graph.
    public static let nodesMax = 10_000
    /// Initialisers of a graph.
    public static let initialisersMax = 20_000
    /// Attributes, inputs or outputs of one node.
    public static let nodeFieldsMax = 64
    /// Bytes of one name.
    public static let nameBytesMax = 4_096
    /// Dimensions of a tensor.
    public static let rankMax = 8
    /// Elements of one weight tensor.
    public static let weightElementsMax = 1 << 28
    /// Elements of one activation.
    public static let activationElementsMax = 1 << 24
    /// Elements of all activations of a network together.
    public static let activationsTotalMax = 1 << 27
    /// Multiplications, additions and comparisons of one inference.
    public static let operationsMax = 1 << 36
    /// Largest magnitude of an accumulator: an accumulator times a 31-bit multiplier then stays below 2^62.
    public static let accumulatorMax: Int64 = (1 << 31) - 1
    /// Calibration samples.
    public static let samplesMax = 10_000
}
