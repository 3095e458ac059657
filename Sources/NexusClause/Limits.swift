/// Named maxima of the clause room.
public enum ClauseLimits {
    /// Bytes of a clause document in canonical JSON: published, it must fit into one entry of the log, twice in base64.
    public static let documentBytesMax = 32 << 10
    /// Bytes of a clause document in YAML, with its comments.
    public static let yamlBytesMax = 128 << 10
    /// Nesting of the YAML text.
    public static let depthMax = 16
    /// Bytes of the legal text.
    public static let textBytesMax = 24 << 10
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
