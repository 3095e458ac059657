import NexusBase

extension ProofNetwork {
    /// Reads a network's file. Throws as `init(parsing:)`.
    public init(file bytes: [UInt8]) throws {
        try self.init(parsing: Self.content(of: bytes, tag: "nexus-proof-v1 network"))
    }

    /// What a file of this tag frames. Throws `proof.malformed`.
    static func content(of file: [UInt8], tag: String) throws -> [UInt8] {
        let frame = frame(file.count - frame(0, tag: tag).count, tag: tag)
        guard file.count >= frame.count, Array(file.prefix(frame.count)) == frame else {
            throw ProofError(.malformed, "the file does not begin with its tag and length", at: "byte 0")
        }
        return Array(file.dropFirst(frame.count))
    }

    /// Reads the canonical bytes of section 3, and no others. Throws `proof.malformed`, `proof.bad-network`,
    /// `proof.bad-bound` or `proof.too-large`.
    public init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= ProofLimits.networkBytesMax else {
            throw ProofError(.tooLarge, "a network of more than \(ProofLimits.networkBytesMax) bytes")
        }
        var reader = Reader(bytes: bytes)
        let (inputSize, output, layers) = try reader.network()
        try reader.finish()
        try self.init(inputSize: inputSize, layers: layers, output: output)
    }

    /// Reads an outline, and leaves the reader behind it. Throws as `init(parsing:)`.
    init(outline reader: inout Reader) throws {
        let (inputSize, output, layers) = try reader.network()
        try self.init(inputSize: inputSize, layers: layers, output: output, outlineSums: reader.sums)
        guard reader.counts == weightCounts else { throw reader.malformed("another count of weights than the shapes'") }
    }

    /// Weights of each map that has them.
    private var weightCounts: [Int] {
        layers.flatMap { layer -> [Int] in
            guard case .affine(let terms, _, _, _, let size) = layer else { return [] }
            return terms.compactMap {
                $0.map.weightShape(inputSize: sizes[$0.source], outputSize: size).map { $0.columns * $0.rows }
            }
        }
    }

    struct Reader {
        let bytes: [UInt8]
        /// Whether maps have a count and a largest sum instead of their weights.
        var isOutline = false
        private(set) var position = 0
        /// Of an outline: each term's largest sum, layer by layer (zero where the shape says it), and each map's
        /// count of weights.
        private(set) var sums: [[UInt64]] = []
        private(set) var counts: [Int] = []

        init(bytes: [UInt8], isOutline: Bool = false) {
            self.bytes = bytes
            self.isOutline = isOutline
        }

        mutating func network() throws -> (inputSize: Int, output: Int, layers: [Layer]) {
            let inputSize = try number()
            let output = try number()
            let count = try count(of: 8)
            var layers: [Layer] = []
            for _ in 0..<count {
                sums.append([])
                layers.append(try layer())
            }
            return (inputSize, output, layers)
        }

        func finish() throws {
            guard position == bytes.count else {
                throw ProofError(.malformed, "\(bytes.count - position) bytes too many", at: "byte \(position)")
            }
        }

        mutating func take(_ count: Int) throws -> [UInt8] {
            guard bytes.count - position >= count else { throw malformed("the file ends early") }
            defer { position += count }
            return Array(bytes[position..<position + count])
        }

        mutating func word() throws -> UInt32 {
            guard bytes.count - position >= 4 else { throw malformed("the network ends early") }
            defer { position += 4 }
            return bytes.withUnsafeBytes {
                UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            }
        }

        mutating func number() throws -> Int { Int(try word()) }

        /// A count of things that take at least `size` bytes each: more than the rest can hold is refused at once.
        mutating func count(of size: Int) throws -> Int {
            let count = try number()
            guard count <= (bytes.count - position) / size else { throw malformed("a count beyond the network's end") }
            return count
        }

        func malformed(_ what: String) -> ProofError { ProofError(.malformed, what, at: "byte \(position)") }

        mutating func layer() throws -> Layer {
            switch try word() {
            case 1:
                let (size, shift, bound) = (try number(), try number(), try word())
                guard bound < 2 else { throw malformed("a lower bound that is neither 0 nor 1") }
                let bias = try (0..<count(of: 4)).map { _ in Int32(bitPattern: try word()) }
                let terms = try (0..<count(of: 12)).map { _ in try term() }
                return .affine(terms: terms, bias: bias, shift: shift, lower: bound == 1 ? 0 : -128, size: size)
            case 2: return .maxPool(source: try number(), try window())
            case 3: return .relu(source: try number())
            default: throw malformed("an unknown kind of layer")
            }
        }

        mutating func term() throws -> Term {
            let (source, multiplier) = (try number(), Int64(try number()))
            let map: Map
            switch try word() {
            case 0:
                map = .identity
                sums[sums.count - 1].append(0)
            case 1: map = .product(weights: try weights())
            case 2: map = .convolution(try window(), weights: try weights())
            case 3:
                let window = try window()
                map = .windowSum(window)
                sums[sums.count - 1].append(0)
            default: throw malformed("an unknown kind of map")
            }
            return Term(source: source, map: map, multiplier: multiplier)
        }

        mutating func weights() throws -> [Int8] {
            if isOutline {
                counts.append(try number())
                sums[sums.count - 1].append(UInt64(try number()))
                return []
            }
            let count = try count(of: 1)
            defer { position += count }
            return bytes[position..<position + count].map { Int8(bitPattern: $0) }
        }

        mutating func window() throws -> ImageWindow {
            let fields = try (0..<11).map { _ in try number() }
            return ImageWindow(
                channels: fields[0], rows: fields[1], columns: fields[2], height: fields[3], width: fields[4],
                strideDown: fields[5], strideRight: fields[6], padTop: fields[7], padLeft: fields[8],
                outputRows: fields[9], outputColumns: fields[10])
        }
    }
}
