/// Writes small ONNX files for tests: protobuf by hand, field by field.
enum FileBuilder {
    static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, out) = (value, [UInt8]())
        while rest >= 0x80 {
            out.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return out + [UInt8(rest)]
    }
    static func field(_ number: UInt64, _ value: Int64) -> [UInt8] {
        varint(number << 3) + varint(UInt64(bitPattern: value))
    }
    static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }
    static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    static func littleEndian<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
        words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    }
    static func tensor(_ name: String, type: Int64, _ shape: [Int64], _ raw: [UInt8]) -> [UInt8] {
        shape.flatMap { field(1, $0) } + field(2, type) + field(8, name) + field(9, raw)
    }
    static func int8(_ name: String, _ shape: [Int64], _ values: [Int8]) -> [UInt8] {
        tensor(name, type: 3, shape, values.map { UInt8(bitPattern: $0) })
    }
    static func int32(_ name: String, _ shape: [Int64], _ values: [Int32]) -> [UInt8] {
        tensor(name, type: 6, shape, littleEndian(values))
    }
    static func int64(_ name: String, _ values: [Int64]) -> [UInt8] {
        tensor(name, type: 7, [Int64(values.count)], littleEndian(values))
    }
    static func float(_ name: String, _ shape: [Int64], _ values: [Float]) -> [UInt8] {
        tensor(name, type: 1, shape, littleEndian(values.map(\.bitPattern)))
    }

    enum Attribute {
        case integer(Int64)
        case integers([Int64])
    }
    static func node(
        _ operation: String, _ inputs: [String], _ output: String, _ attributes: [(String, Attribute)] = []
    ) -> [UInt8] {
        let written = attributes.flatMap { name, value in
            switch value {
            case .integer(let value): field(5, field(1, name) + field(3, value) + field(20, 2))
            case .integers(let list): field(5, field(1, name) + list.flatMap { field(8, $0) } + field(20, 7))
            }
        }
        return inputs.flatMap { field(1, $0) } + field(2, output) + field(4, operation) + written
    }
    static func value(_ name: String, _ shape: [Int64]) -> [UInt8] {
        let dimensions = shape.flatMap { field(1, field(1, $0)) }
        return field(1, name) + field(2, field(1, field(1, 1) + field(2, dimensions)))
    }
    static func file(input: [Int64], nodes: [[UInt8]], constants: [[UInt8]], output: String = "y") -> [UInt8] {
        let graph =
            nodes.flatMap { field(1, $0) } + constants.flatMap { field(5, $0) } + field(11, value("x", input))
            + field(12, value(output, [1]))
        return field(1, 7) + field(7, graph) + field(8, field(2, 13))
    }

    /// Input quantised at scale 1, then `nodes` from `q` to `r`, then quantised at `scale`.
    static func quantised(
        input: [Int64], scale: Float = 1, nodes: [[UInt8]], constants: [[UInt8]] = []
    ) -> [UInt8] {
        file(
            input: input,
            nodes: [
                node("QuantizeLinear", ["x", "one", "zero"], "x8"),
                node("DequantizeLinear", ["x8", "one", "zero"], "q"),
            ]
                + nodes
                + [
                    node("QuantizeLinear", ["r", "scale", "zero"], "r8"),
                    node("DequantizeLinear", ["r8", "scale", "zero"], "y"),
                ],
            constants: [float("one", [], [1]), float("scale", [], [scale]), int8("zero", [], [0])] + constants)
    }

    /// A product by `weights` at scale 1, with biases.
    static func product(_ weights: [Int8], rows: Int64, columns: Int64, bias: [Int32], scale: Float) -> [UInt8] {
        quantised(
            input: [1, columns], scale: scale,
            nodes: [
                node("DequantizeLinear", ["w8", "one", "zero"], "w"),
                node("DequantizeLinear", ["b32", "one"], "b"),
                node("Gemm", ["q", "w", "b"], "r", [("transB", .integer(1))]),
            ],
            constants: [int8("w8", [rows, columns], weights), int32("b32", [rows], bias)])
    }
}
