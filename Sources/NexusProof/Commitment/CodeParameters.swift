import NexusBase

/// The Reed-Solomon code of a tableau: rate 1/4, and the number of columns opened for 100 bits in the provable
/// unique-decoding regime. Everything follows from the dimension; a proof carries none of it. proof-v1, section 5.
struct CodeParameters: Hashable, Sendable {
    /// k: a row is a polynomial of degree below it.
    let dimension: Int
    /// t: columns opened, and random values in each row.
    let queries: Int

    /// n: length of a codeword.
    var length: Int { 4 * dimension }
    /// Values of the witness in a row; the other t of its k values are random.
    var messageLength: Int { dimension - queries }

    /// Dimensions that the format knows.
    static let dimensions = (9...14).map { 1 << $0 }

    init(dimension: Int) {
        guard let queries = Self.queries(length: 4 * dimension) else {
            preconditionFailure("a dimension of the format")
        }
        self.init(dimension: dimension, queries: queries)
    }

    /// Another number of queries: the toy parameters of the tests, never reached from the public API.
    init(dimension: Int, queries: Int) {
        self.dimension = dimension
        self.queries = queries
    }

    /// The least t with C((n + k)/2, t)/C(n, t) + C(2k − 1, t)/C(n, t) ≤ 2^−100. `Scripts/proof-parameters` computes
    /// these exactly.
    private static func queries(length: Int) -> Int? {
        switch length {
        case 2_048: 141
        case 4_096: 145
        case 8_192: 146
        case 16_384: 147
        case 32_768, 65_536: 148
        default: nil
        }
    }
}
