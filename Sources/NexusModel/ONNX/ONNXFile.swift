import NexusBase

/// What the engine reads of an ONNX file (`ModelProto`): the graph's nodes, constants, input and output.
struct ONNXFile: Sendable {
    var nodes: [ONNXNode] = []
    var constants: [ONNXTensor] = []
    /// Graph inputs that are no constants: name and shape, nothing for a dimension that has a name only.
    var inputs: [(name: String, shape: [Int64?])] = []
    var outputs: [String] = []
    /// Version of the standard operator set.
    var operatorSet: Int64 = 0
}

extension ONNXFile {
    init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= ModelLimits.fileBytesMax else {
            throw ModelError(.tooLarge, "an ONNX file of more than \(ModelLimits.fileBytesMax) bytes")
        }
        var reader = ProtobufReader(bytes[...])
        var graphs = 0
        while let (number, value) = try reader.next() {
            switch number {
            case 7:
                graphs += 1
                guard graphs == 1 else { throw ModelError(.malformed, "a file with two graphs") }
                try readGraph(value.message())
            case 8: try readOperatorSet(value.message())
            case 25: throw ModelError(.unsupported, "functions of the file's own")
            default: break
            }
        }
        guard graphs == 1 else { throw ModelError(.malformed, "a file without a graph") }
        guard (10...21).contains(operatorSet) else {
            throw ModelError(.unsupported, "operator set \(operatorSet); 10 to 21 are read")
        }
    }

    private mutating func readOperatorSet(_ message: ArraySlice<UInt8>) throws {
        var domain = ""
        var version: Int64 = 0
        var reader = ProtobufReader(message)
        while let (number, value) = try reader.next() {
            if number == 1 { domain = try value.name() }
            if number == 2 { version = try value.integer() }
        }
        if domain.isEmpty || domain == "ai.onnx" { operatorSet = version }
    }

    private mutating func readGraph(_ message: ArraySlice<UInt8>) throws {
        var reader = ProtobufReader(message)
        while let (number, value) = try reader.next() {
            switch number {
            case 1: nodes.append(try ONNXNode(message: value.message()))
            case 5: constants.append(try ONNXTensor(message: value.message()))
            case 11: inputs.append(try Self.valueInfo(value.message()))
            case 12: outputs.append(try Self.valueInfo(value.message()).name)
            case 15: throw ModelError(.unsupported, "sparse initialisers")
            default: break
            }
            guard nodes.count <= ModelLimits.nodesMax, constants.count <= ModelLimits.initialisersMax,
                inputs.count <= ModelLimits.initialisersMax, outputs.count <= ModelLimits.nodeFieldsMax
            else { throw ModelError(.tooLarge, "more nodes, constants, inputs or outputs than the limits") }
        }
        // Old writers list constants among the inputs.
        let names = Set(constants.map(\.name))
        inputs.removeAll { names.contains($0.name) }
    }

    private static func valueInfo(_ message: ArraySlice<UInt8>) throws -> (name: String, shape: [Int64?]) {
        var name = ""
        var shape: [Int64?] = []
        var reader = ProtobufReader(message)
        while let (number, value) = try reader.next() {
            if number == 1 { name = try value.name() }
            if number == 2 { shape = try tensorShape(value.message(), at: name) }
        }
        return (name, shape)
    }

    /// `TypeProto` → `Tensor` → `TensorShapeProto` → dimensions.
    private static func tensorShape(_ message: ArraySlice<UInt8>, at name: String) throws -> [Int64?] {
        var dimensions: [Int64?] = []
        var type = ProtobufReader(message)
        while let (number, value) = try type.next() {
            guard number == 1 else { throw ModelError(.unsupported, "an input or output that is no tensor", at: name) }
            var tensor = ProtobufReader(try value.message())
            while let (number, value) = try tensor.next() {
                if number == 1, try value.integer() != 1 {
                    throw ModelError(.unsupported, "an input or output that is not float", at: name)
                }
                guard number == 2 else { continue }
                var shape = ProtobufReader(try value.message())
                while let (_, dimension) = try shape.next() {
                    var size: Int64?
                    var reader = ProtobufReader(try dimension.message())
                    while let (number, value) = try reader.next() {
                        if number == 1 { size = try value.integer() }
                    }
                    dimensions.append(size)
                    guard dimensions.count <= ModelLimits.rankMax else {
                        throw ModelError(.tooLarge, "more than \(ModelLimits.rankMax) dimensions", at: name)
                    }
                }
            }
        }
        return dimensions
    }
}
