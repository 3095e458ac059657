/// Reads the JSON that the engine hands in. The engine writes canonical JSON, so this reader knows that form's escapes
/// only and refuses spaces, fractions and exponents. Texts are UTF-8 already; they are not checked again.
struct JSONReader {
    private let source: UnsafeBufferPointer<UInt8>
    private var position = 0

    private static let depthMax = 64

    static func read(_ source: UnsafeBufferPointer<UInt8>) throws(ModelError) -> JSON {
        var reader = JSONReader(source)
        let value = try reader.value(depth: 0)
        guard reader.position == source.count else { throw malformed }
        return value
    }

    private init(_ source: UnsafeBufferPointer<UInt8>) { self.source = source }

    private static var malformed: ModelError { ModelError("malformed-input", "the input is not canonical JSON") }

    private mutating func next() throws(ModelError) -> UInt8 {
        guard position < source.count else { throw Self.malformed }
        position += 1
        return source[position - 1]
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard position < source.count, source[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(ModelError) -> JSON {
        guard depth <= Self.depthMax else { throw Self.malformed }
        let first = try next()
        switch first {
        case 0x22: return .string(try string())
        case 0x7B: return try object(depth)
        case 0x5B: return try array(depth)
        case 0x2D, 0x30...0x39: return try integer(first)
        case 0x74: return try word("rue", .bool(true))
        case 0x66: return try word("alse", .bool(false))
        case 0x6E: return try word("ull", .null)
        default: throw Self.malformed
        }
    }

    private mutating func word(_ rest: StaticString, _ value: JSON) throws(ModelError) -> JSON {
        for index in 0..<rest.utf8CodeUnitCount {
            guard try next() == rest.utf8Start[index] else { throw Self.malformed }
        }
        return value
    }

    private mutating func array(_ depth: Int) throws(ModelError) -> JSON {
        var elements: [JSON] = []
        if skip(0x5D) { return .array(elements) }
        repeat { elements.append(try value(depth: depth + 1)) } while skip(0x2C)
        guard skip(0x5D) else { throw Self.malformed }
        return .array(elements)
    }

    private mutating func object(_ depth: Int) throws(ModelError) -> JSON {
        var members: [(key: Text, value: JSON)] = []
        if skip(0x7D) { return .object(members) }
        repeat {
            guard skip(0x22) else { throw Self.malformed }
            let key = try string()
            // Canonical order makes a second member of a name its neighbour.
            if let last = members.last, !last.key.precedes(key) { throw Self.malformed }
            guard skip(0x3A) else { throw Self.malformed }
            members.append((key, try value(depth: depth + 1)))
        } while skip(0x2C)
        guard skip(0x7D) else { throw Self.malformed }
        return .object(members)
    }

    private mutating func integer(_ first: UInt8) throws(ModelError) -> JSON {
        let negative = first == 0x2D
        var value = negative ? 0 : Int64(first - 0x30)
        var digits = negative ? 0 : 1
        while position < source.count, (0x30...0x39).contains(source[position]) {
            // 2^53 - 1 has 16 digits.
            guard digits < 16, digits == 0 || value > 0 else { throw Self.malformed }
            value = value * 10 + Int64(source[position] - 0x30)
            digits += 1
            position += 1
        }
        guard digits > 0, value <= 9_007_199_254_740_991, !(negative && value == 0) else { throw Self.malformed }
        return .integer(negative ? -value : value)
    }

    private mutating func string() throws(ModelError) -> Text {
        var bytes: [UInt8] = []
        while true {
            let byte = try next()
            switch byte {
            case 0x22: return Text(bytes: bytes)
            case 0x5C: bytes.append(try escaped())
            case 0..<0x20: throw Self.malformed
            default: bytes.append(byte)
            }
        }
    }

    /// The canonical form escapes quote, backslash and control characters only.
    private mutating func escaped() throws(ModelError) -> UInt8 {
        switch try next() {
        case 0x22: return 0x22
        case 0x5C: return 0x5C
        case 0x62: return 0x08
        case 0x74: return 0x09
        case 0x6E: return 0x0A
        case 0x66: return 0x0C
        case 0x72: return 0x0D
        case 0x75:
            var value: UInt8 = 0
            for index in 0..<4 {
                let byte = try next()
                guard index >= 2 || byte == 0x30 else { throw Self.malformed }
                switch byte {
                case 0x30...0x39: value = value << 4 | (byte - 0x30)
                case 0x61...0x66: value = value << 4 | (byte - 0x57)
                default: throw Self.malformed
                }
            }
            guard value < 0x20 else { throw Self.malformed }
            return value
        default: throw Self.malformed
        }
    }
}
