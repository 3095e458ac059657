import NexusBase

extension ProofNetwork {
    /// What stands before the canonical bytes in a file: the framed tag, and the length of what follows.
    static func frame(_ count: Int, tag: String = "nexus-proof-v1 network") -> [UInt8] {
        let tag = Framed.bytes([Array(tag.utf8)])
        return tag + withUnsafeBytes(of: UInt64(max(0, count)).bigEndian) { Array($0) }
    }

    /// The network's file: its SHA-256 is `hash`. proof-v1, section 3.
    public var file: [UInt8] {
        let bytes = canonicalBytes
        return Self.frame(bytes.count) + bytes
    }

    /// The bytes under the model's hash: unsigned 32-bit little-endian integers, lists behind their count, weights one
    /// byte each. proof-v1, section 3.
    public var canonicalBytes: [UInt8] { bytes(asOutline: false) }

    /// With weights, or as an outline: their count and their largest sum instead. proof-v2, section 3.
    func bytes(asOutline: Bool) -> [UInt8] {
        var writer = Writer()
        writer.number(inputSize)
        writer.number(output)
        writer.number(layers.count)
        for (index, layer) in layers.enumerated() {
            switch layer {
            case .affine(let terms, let bias, let shift, let lower, let size):
                writer.number(1)
                writer.number(size)
                writer.number(shift)
                writer.number(lower == 0 ? 1 : 0)
                writer.number(bias.count)
                for entry in bias { writer.number(UInt32(bitPattern: entry)) }
                writer.number(terms.count)
                for (number, term) in terms.enumerated() {
                    let shape = term.map.weightShape(inputSize: sizes[term.source], outputSize: size)
                    writer.term(
                        term,
                        outline: asOutline ? shape.map { ($0.columns * $0.rows, weightSums[index][number]) } : nil)
                }
            case .maxPool(let source, let window):
                writer.number(2)
                writer.number(source)
                window.fields.forEach { writer.number($0) }
            case .relu(let source):
                writer.number(3)
                writer.number(source)
            }
        }
        return writer.bytes
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func number(_ value: UInt32) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }

        /// Every count and size is below 2^32 by the network's limits.
        mutating func number(_ value: Int) { number(UInt32(value)) }

        /// An outline has the number of weights and their largest sum, which is below 2^24 by the bounds.
        mutating func term(_ term: Term, outline: (count: Int, sum: UInt64)?) {
            number(term.source)
            number(Int(term.multiplier))
            switch term.map {
            case .identity: number(0)
            case .product(let weights):
                number(1)
                self.weights(weights, outline)
            case .convolution(let window, let weights):
                number(2)
                window.fields.forEach { number($0) }
                self.weights(weights, outline)
            case .windowSum(let window):
                number(3)
                window.fields.forEach { number($0) }
            }
        }

        mutating func weights(_ list: [Int8], _ outline: (count: Int, sum: UInt64)?) {
            if let outline {
                number(outline.count)
                return number(Int(outline.sum))
            }
            number(list.count)
            list.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
    }
}
