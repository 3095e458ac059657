import NexusBase

extension ProofNetwork {
    /// Reads a network's file. Throws as `init(parsing:)`.
    public init(file bytes: [UInt8]) throws {
        let frame = Self.frame(bytes.count - Self.frame(0).count)
        guard bytes.count >= frame.count, Array(bytes.prefix(frame.count)) == frame else {
            throw ProofError(.malformed, "the file does not begin as a network's", at: "byte 0")
        }
        try self.init(parsing: Array(bytes.dropFirst(frame.count)))
    }

    /// Reads the canonical bytes of section 3, and no others. Throws `proof.malformed`, `proof.bad-network`,
    /// `proof.bad-bound` or `proof.too-large`.
    public init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= ProofLimits.networkBytesMax else {
            throw ProofError(.tooLarge, "a network of more than \(ProofLimits.networkBytesMax) bytes")
        }
        var reader = Reader(bytes: bytes)
        let inputSize = try reader.number()
        let output = try reader.number()
        let count = try reader.count(of: 8)
        var layers: [Layer] = []
        for _ in 0..<count { layers.append(try reader.layer()) }
        guard reader.position == bytes.count else {
            throw ProofError(.malformed, "bytes after the network", at: "byte \(reader.position)")
        }
        try self.init(inputSize: inputSize, layers: layers, output: output)
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

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
            case 0: map = .identity
            case 1: map = .product(weights: try weights())
            case 2: map = .convolution(try window(), weights: try weights())
            case 3: map = .windowSum(try window())
            default: throw malformed("an unknown kind of map")
            }
            return Term(source: source, map: map, multiplier: multiplier)
        }

        mutating func weights() throws -> [Int8] {
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
