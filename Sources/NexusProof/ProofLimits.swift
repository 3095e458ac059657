/// Named maxima of the room. Every one is checked before memory in its proportion is taken.
public enum ProofLimits {
    /// Layers of a network.
    public static let layersMax = 1_000
    /// Elements of one value of one inference.
    public static let valueSizeMax = 1 << 20
    /// Rows, columns, channels, window sides and strides.
    public static let sideMax = 1 << 16
    /// Weights of one map.
    public static let weightsMax = 1 << 28
    /// Canonical bytes of a network.
    public static let networkBytesMax = 1 << 30
    /// Places of one window, and of the windows of all channels of an image.
    public static let windowPlacesMax = 1 << 12
    public static let kernelPlacesMax = 1 << 22
    /// Bytes of a registered model's header.
    public static let headerBytesMax = 1 << 24
    /// Values under one window of a maximum.
    public static let poolWindowMax = 64
    /// Multiplications by weights of one proof, the batch included: one zero byte for 32 of them goes through the
    /// transcript.
    public static let multiplicationsMax = 1 << 36
    /// Inferences proved together.
    public static let batchMax = 4_096
    /// Linear constraints of one proof: each adds 1/|F| to the error.
    public static let linearConstraintsMax = 1 << 21
    /// Looked-up cells and table entries of one proof: each adds 1/|F| to the error.
    public static let lookupsMax = 1 << 22
    /// Rows of all tableaus.
    public static let rowsMax = 1 << 14
    /// Bytes of a statement's context.
    public static let contextBytesMax = 1_024
    /// Bytes of a proof in a file: more than the largest of the format.
    public static let proofBytesMax = 64 << 20
    /// Bytes of a statement.
    public static let statementBytesMax = 32 << 20
    /// Bytes of an input's opening.
    public static let openingBytesMax = 16 << 20
    /// Bytes of a seed.
    public static let seedSize = 32
}
