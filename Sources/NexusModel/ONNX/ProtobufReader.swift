import NexusBase

/// Reads the fields of one protobuf message in order, without copying it. Groups are refused; a message inside is
/// read by a reader over its bytes. Every failure is `model.malformed` with the byte's offset in the file.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(ArraySlice<UInt8>)
    }

    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    private func malformed(_ message: String) -> ModelError {
        ModelError(.malformed, message, at: "byte \(index)")
    }

    var isAtEnd: Bool { index == bytes.endIndex }

    mutating func varint() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard shift < 63 || byte <= 1 else { throw malformed("a varint of more than 64 bits") }
            index += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw malformed("the message ends inside a varint")
    }

    mutating func fixed32() throws -> UInt32 {
        try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func fixed64() throws -> UInt64 {
        try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: UInt64) throws -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.endIndex - index) else { throw malformed("the message ends inside a field") }
        defer { index += Int(count) }
        return bytes[index..<index + Int(count)]
    }

    /// The next field, or nothing at the end of the message.
    mutating func next() throws -> (number: UInt64, value: Value)? {
        guard !isAtEnd else { return nil }
        let key = try varint()
        let number = key >> 3
        guard number >= 1, number < 1 << 29 else { throw malformed("a field number outside its range") }
        switch key & 7 {
        case 0: return (number, .varint(try varint()))
        case 1: return (number, .fixed64(try fixed64()))
        case 2:
            let count = try varint()
            return (number, .bytes(try take(count)))
        case 5: return (number, .fixed32(try fixed32()))
        default: throw malformed("wire type \(key & 7) is not read")
        }
    }
}

extension ProtobufReader.Value {
    private func wrong(_ needed: String) -> ModelError { ModelError(.malformed, "\(needed) is needed") }

    func message() throws -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = self else { throw wrong("a length-delimited field") }
        return bytes
    }

    func integer() throws -> Int64 {
        guard case .varint(let value) = self else { throw wrong("a varint") }
        return Int64(bitPattern: value)
    }

    func float() throws -> Float {
        guard case .fixed32(let bits) = self else { throw wrong("a 32-bit field") }
        return Float(bitPattern: bits)
    }

    func name() throws -> String {
        let bytes = try message()
        guard bytes.count <= ModelLimits.nameBytesMax else {
            throw ModelError(.tooLarge, "a name of more than \(ModelLimits.nameBytesMax) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw wrong("UTF-8") }
        return text
    }

    /// A repeated integer: packed, or one element a field.
    func append(integersTo list: inout [Int64], countMax: Int) throws {
        if case .varint(let value) = self {
            list.append(Int64(bitPattern: value))
        } else {
            var reader = ProtobufReader(try message())
            while !reader.isAtEnd {
                guard list.count < countMax else { break }
                list.append(Int64(bitPattern: try reader.varint()))
            }
            guard reader.isAtEnd else { throw ModelError(.tooLarge, "more than \(countMax) integers in a list") }
        }
        guard list.count <= countMax else { throw ModelError(.tooLarge, "more than \(countMax) integers in a list") }
    }

    /// A repeated float: packed, or one element a field.
    func append(floatsTo list: inout [Float]) throws {
        if case .fixed32(let bits) = self {
            list.append(Float(bitPattern: bits))
        } else {
            var reader = ProtobufReader(try message())
            while !reader.isAtEnd { list.append(Float(bitPattern: try reader.fixed32())) }
        }
    }
}
