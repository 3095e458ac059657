/// Named maxima of the base room. Every decoder refuses input past them with a coded error.
public enum Limits {
    /// Bytes of one JSON document, unless the caller names a smaller bound.
    public static let jsonBytesMax = 64 << 20
    /// Nesting of arrays and objects.
    public static let jsonDepthMax = 64
    /// Members of one object, or elements of one array.
    public static let jsonElementsMax = 1 << 20
    /// Largest magnitude of an integer: 2^53 - 1, which every JSON reader keeps exactly (RFC 7493 section 2.2).
    public static let jsonIntegerMax: Int64 = 9_007_199_254_740_991
    /// Digits after the point of a decimal.
    public static let decimalScaleMax = 18
    /// Digits of a decimal's coefficient.
    public static let decimalDigitsMax = 34
    /// Hashes in one Merkle inclusion path: enough for 2^63 leaves.
    public static let merklePathMax = 63
}
