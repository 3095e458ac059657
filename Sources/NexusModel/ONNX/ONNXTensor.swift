import NexusBase

/// A constant of an ONNX file, in one of the four element types that the engine reads.
struct ONNXTensor: Sendable {
    enum Elements: Sendable {
        case float([Float])
        case int8([Int8])
        case int32([Int32])
        case int64([Int64])

        var count: Int {
            switch self {
            case .float(let list): list.count
            case .int8(let list): list.count
            case .int32(let list): list.count
            case .int64(let list): list.count
            }
        }
    }

    var name: String
    var shape: [Int]
    var elements: Elements
}

extension ONNXTensor {
    /// Reads a `TensorProto`. Data in other files, segments and other element types are refused.
    init(message: ArraySlice<UInt8>) throws {
        var dimensions: [Int64] = []
        var type: Int64 = 0
        var floats: [Float] = []
        var integers: [Int64] = []
        var raw: ArraySlice<UInt8>?
        var reader = ProtobufReader(message)
        name = ""
        while let (number, value) = try reader.next() {
            switch number {
            case 1: try value.append(integersTo: &dimensions, countMax: ModelLimits.rankMax)
            case 2: type = try value.integer()
            case 3: throw ModelError(.unsupported, "a tensor in segments")
            case 4: try value.append(floatsTo: &floats)
            case 5, 7: try value.append(integersTo: &integers, countMax: ModelLimits.weightElementsMax)
            case 8: name = try value.name()
            case 9: raw = try value.message()
            case 13: throw ModelError(.unsupported, "a tensor whose data lie in another file", at: name)
            case 14:
                guard try value.integer() == 0 else {
                    throw ModelError(.unsupported, "a tensor whose data lie in another file", at: name)
                }
            default: break
            }
        }
        shape = try Shape.checked(dimensions, elementsMax: ModelLimits.weightElementsMax, at: name)
        let lists = (raw == nil ? 0 : 1) + (floats.isEmpty ? 0 : 1) + (integers.isEmpty ? 0 : 1)
        guard lists <= 1 else { throw ModelError(.malformed, "a tensor with two lists of data", at: name) }
        elements = try Self.elements(type: type, raw: raw, floats: floats, integers: integers, at: name)
        guard elements.count == Shape.count(shape) else {
            throw ModelError(
                .badShape, "\(elements.count) elements where the shape has \(Shape.count(shape))", at: name)
        }
    }

    private static func elements(
        type: Int64, raw: ArraySlice<UInt8>?, floats: [Float], integers: [Int64], at name: String
    ) throws -> Elements {
        switch (type, raw) {
        case (1, let raw?): return .float(try words(raw, UInt32.self, at: name).map(Float.init(bitPattern:)))
        case (1, nil): return .float(floats)
        case (3, let raw?): return .int8(raw.map(Int8.init(bitPattern:)))
        case (3, nil): return .int8(try narrowed(integers, at: name))
        case (6, let raw?): return .int32(try words(raw, UInt32.self, at: name).map(Int32.init(bitPattern:)))
        case (6, nil): return .int32(try narrowed(integers, at: name))
        case (7, let raw?): return .int64(try words(raw, UInt64.self, at: name).map(Int64.init(bitPattern:)))
        case (7, nil): return .int64(integers)
        default: throw ModelError(.unsupported, "element type \(type); float, int8, int32 and int64 are read", at: name)
        }
    }

    private static func narrowed<Word: FixedWidthInteger>(_ list: [Int64], at name: String) throws -> [Word] {
        try list.map { value in
            guard let word = Word(exactly: value) else {
                throw ModelError(.malformed, "\(value) does not fit the element type", at: name)
            }
            return word
        }
    }

    private static func words<Word: FixedWidthInteger>(
        _ bytes: ArraySlice<UInt8>, _ type: Word.Type, at name: String
    ) throws -> [Word] {
        let width = MemoryLayout<Word>.size
        guard bytes.count % width == 0 else { throw ModelError(.malformed, "raw data of a broken length", at: name) }
        return bytes.withUnsafeBytes { buffer in
            (0..<buffer.count / width).map {
                Word(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * width, as: Word.self))
            }
        }
    }
}
