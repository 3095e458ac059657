public import NexusBase

/// What a verifier of proof-v2 holds instead of a network: its shapes and constants, how large its weights' sums are,
/// and the root of its weights. proof-v2, section 3.
///
/// A header is worth what was checked when the model was registered: whoever did not register it takes from somebody
/// else that every weight is within −127 … 127, and that root and sums are the weights'.
public struct ModelHeader: Sendable, Hashable {
    /// The network without its weights.
    let outline: ProofNetwork
    let weights: WeightLayout
    public let weightRoot: Digest

    private static let tag = "nexus-proof-v2 model"

    init(outline: ProofNetwork, weights: WeightLayout, root: Digest) {
        self.outline = outline
        self.weights = weights
        weightRoot = root
    }

    /// The header's file: its SHA-256 is `hash`.
    public var file: [UInt8] {
        var bytes = outline.bytes(asOutline: true)
        for number in [weights.dimension, weights.rows, weights.chunks] {
            withUnsafeBytes(of: UInt32(number).littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes += weightRoot.bytes
        return ProofNetwork.frame(bytes.count, tag: Self.tag) + bytes
    }

    /// What a statement of proof-v2 calls the model.
    public var hash: Digest { Digest(of: file) }

    /// Numbers of one input and of one output.
    public var inputSize: Int { outline.inputSize }
    public var outputSize: Int { outline.outputSize }
    /// Multiplications by weights in one inference.
    public var multiplications: Int { outline.multiplications }

    /// Reads a header's file, and nothing else. Throws `proof.malformed`, `proof.bad-network`, `proof.bad-bound` or
    /// `proof.too-large`.
    public init(file: [UInt8]) throws {
        guard file.count <= ProofLimits.headerBytesMax else {
            throw ProofError(.tooLarge, "a header of more than \(ProofLimits.headerBytesMax) bytes")
        }
        var reader = ProofNetwork.Reader(
            bytes: try ProofNetwork.content(of: file, tag: Self.tag), isOutline: true)
        outline = try ProofNetwork(outline: &reader)
        weights = try WeightLayout.chosen(for: outline)
        for number in [weights.dimension, weights.rows, weights.chunks] {
            guard try reader.number() == number else {
                throw reader.malformed("parameters other than those that follow from the shapes")
            }
        }
        weightRoot = try Digest(bytes: reader.take(32))
        try reader.finish()
    }
}

/// A network whose weights are committed: what a prover of proof-v2 needs, and what makes a header.
public struct RegisteredModel: Sendable {
    public let network: ProofNetwork
    public let header: ModelHeader
    let tableau: WeightTableau

    /// Commits to the weights: the set-up, once a model. Deterministic. The network's own checks are those of a
    /// registration. Throws `proof.bad-network` without weights, `proof.too-large`.
    public init(_ network: ProofNetwork, backend: any ProverBackend = SerialBackend()) throws {
        try self.init(network, WeightLayout.chosen(for: network), backend: backend)
    }

    /// Of parts that a test chooses.
    init(network: ProofNetwork, header: ModelHeader, tableau: WeightTableau) {
        self.network = network
        self.header = header
        self.tableau = tableau
    }

    init(_ network: ProofNetwork, _ layout: WeightLayout, backend: any ProverBackend = SerialBackend()) throws {
        self.network = network
        tableau = WeightTableau(network, layout, backend: backend)
        header = ModelHeader(outline: try network.outline, weights: layout, root: tableau.root)
    }
}

extension ProofNetwork {
    /// The same without weights.
    var outline: ProofNetwork {
        get throws {
            let bare = layers.map { layer -> Layer in
                guard case .affine(let terms, let bias, let shift, let lower, let size) = layer else { return layer }
                return .affine(
                    terms: terms.map { Term(source: $0.source, map: $0.map.bare, multiplier: $0.multiplier) },
                    bias: bias, shift: shift, lower: lower, size: size)
            }
            return try ProofNetwork(inputSize: inputSize, layers: bare, output: output, outlineSums: weightSums)
        }
    }
}

extension ProofNetwork.Map {
    fileprivate var bare: Self {
        switch self {
        case .identity, .windowSum: self
        case .product: .product(weights: [])
        case .convolution(let window, _): .convolution(window, weights: [])
        }
    }
}
