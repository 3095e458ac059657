/// Named maxima of the clause room.
public enum ClauseLimits {
    /// Bytes of a clause document, in YAML or JSON.
    public static let documentBytesMax = 1 << 20
    /// Nesting of the YAML text.
    public static let depthMax = 16
    /// Bytes of the legal text.
    public static let textBytesMax = 512 << 10
    /// Bytes of a name, title or unit.
    public static let nameBytesMax = 256
    /// Inputs, parameters, outputs, terms, actions or policies of one clause.
    public static let partsMax = 256
    /// Bytes of one input's value.
    public static let inputBytesMax = 1 << 20
    /// Bytes of one expression.
    public static let expressionBytesMax = 4096
    /// Nodes that may execute one job.
    public static let nodesMax = 64
    /// Replacement attempts of one job.
    public static let retryMax = 16
}
