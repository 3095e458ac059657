import NexusBase

/// One node of an ONNX graph, its attributes by name.
struct ONNXNode: Sendable {
    enum Attribute: Sendable {
        case float(Float)
        case integer(Int64)
        case integers([Int64])
        case text(String)
        case tensor(ONNXTensor)
    }

    var name = ""
    var operation = ""
    var domain = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var attributes: [(name: String, value: Attribute)] = []

    /// What an error calls the node.
    var place: String { name.isEmpty ? (outputs.first ?? operation) : name }
}

extension ONNXNode {
    /// Reads a `NodeProto`.
    init(message: ArraySlice<UInt8>) throws {
        var reader = ProtobufReader(message)
        while let (number, value) = try reader.next() {
            switch number {
            case 1: inputs.append(try value.name())
            case 2: outputs.append(try value.name())
            case 3: name = try value.name()
            case 4: operation = try value.name()
            case 5: attributes.append(try Self.attribute(value.message()))
            case 7: domain = try value.name()
            default: break
            }
            let most = ModelLimits.nodeFieldsMax
            guard inputs.count <= most, outputs.count <= most, attributes.count <= most else {
                throw ModelError(.tooLarge, "a node with more than \(most) inputs, outputs or attributes", at: name)
            }
        }
    }

    private static func attribute(_ message: ArraySlice<UInt8>) throws -> (name: String, value: Attribute) {
        var name = ""
        var found: Attribute?
        var integers: [Int64] = []
        var type: Int64?
        var reader = ProtobufReader(message)
        while let (number, value) = try reader.next() {
            switch number {
            case 1: name = try value.name()
            case 2: found = .float(try value.float())
            case 3: found = .integer(try value.integer())
            case 4: found = .text(try value.name())
            case 5: found = .tensor(try ONNXTensor(message: value.message()))
            case 6, 11: throw ModelError(.unsupported, "an attribute that holds a graph", at: name)
            case 8: try value.append(integersTo: &integers, countMax: 1_024)
            case 20: type = try value.integer()
            default: break
            }
        }
        if let found, integers.isEmpty { return (name, found) }
        guard found == nil else { throw ModelError(.malformed, "an attribute with two values", at: name) }
        // A writer leaves zero out: the type then says what was meant.
        switch type {
        case 1: return (name, .float(0))
        case 2: return (name, .integer(0))
        case 3: return (name, .text(""))
        case 7, nil: return (name, .integers(integers))
        default: throw ModelError(.unsupported, "an attribute of type \(type ?? 0)", at: name)
        }
    }

    func attribute(_ name: String) throws -> Attribute? {
        let found = attributes.filter { $0.name == name }
        guard found.count <= 1 else { throw ModelError(.badName, "attribute \(name) is given twice", at: place) }
        return found.first?.value
    }

    /// Refuses an attribute that the engine does not know: it could change what the operator means.
    func allow(_ names: [String]) throws {
        if let other = attributes.first(where: { !names.contains($0.name) }) {
            throw ModelError(.unsupported, "attribute \(other.name) of \(operation)", at: place)
        }
    }

    func integer(_ name: String, default value: Int64) throws -> Int64 {
        guard let found = try attribute(name) else { return value }
        guard case .integer(let integer) = found else { throw wrong(name) }
        return integer
    }

    func integers(_ name: String) throws -> [Int64]? {
        guard let found = try attribute(name) else { return nil }
        guard case .integers(let list) = found else { throw wrong(name) }
        return list
    }

    func require(_ name: String, is value: Int64, default standard: Int64) throws {
        let found = try integer(name, default: standard)
        guard found == value else {
            throw ModelError(.unsupported, "\(operation) with \(name) = \(found)", at: place)
        }
    }

    func requireOne(_ name: String) throws {
        guard let found = try attribute(name) else { return }
        guard case .float(let value) = found else { throw wrong(name) }
        guard value == 1 else { throw ModelError(.unsupported, "\(operation) with \(name) = \(value)", at: place) }
    }

    private func wrong(_ name: String) -> ModelError {
        ModelError(.malformed, "attribute \(name) of \(operation) has another type", at: place)
    }
}
