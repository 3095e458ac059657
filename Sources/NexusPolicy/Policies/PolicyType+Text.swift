public import NexusBase

extension PolicyType {
    /// Reads a type as documents write it: `decimal`, `list(string)`, `map(string, dyn)`. Nil for anything else.
    public init?(parsing text: Text) {
        var bytes = text.bytes.filter { $0 != 0x20 }[...]
        guard let type = Self.read(&bytes, 0), bytes.isEmpty else { return nil }
        self = type
    }

    private static func read(_ bytes: inout ArraySlice<UInt8>, _ depth: Int) -> PolicyType? {
        guard depth < 16 else { return nil }
        let name = Text(String(decoding: bytes.prefix { $0.isNamePart }, as: UTF8.self))
        bytes = bytes.dropFirst(name.utf8.count)
        var inner: [PolicyType] = []
        if bytes.first == UInt8(ascii: "(") {
            repeat {
                bytes = bytes.dropFirst()
                guard let type = read(&bytes, depth + 1) else { return nil }
                inner.append(type)
            } while bytes.first == UInt8(ascii: ",")
            guard bytes.first == UInt8(ascii: ")") else { return nil }
            bytes = bytes.dropFirst()
        }
        switch (name, inner.count) {
        case ("list", 1): return .list(inner[0])
        case ("map", 2): return .map(inner[0], inner[1])
        case ("optional", 1): return .optional(inner[0])
        case (_, 0): return simple.first { $0.name == name }?.type
        default: return nil
        }
    }

    private static let simple: [(name: Text, type: PolicyType)] = [
        ("bool", .bool), ("int", .int), ("uint", .uint), ("double", .double), ("string", .string), ("bytes", .bytes),
        ("timestamp", .timestamp), ("duration", .duration), ("decimal", .decimal), ("quantity", .quantity),
        ("dyn", .dyn),
        ("map", .map(.string, .dyn)), ("list", .list(.dyn)),
    ]
}

extension PolicyValue {
    /// Reads JSON by a declared type (Documentation/Formats/policy-v1.md, "Values"). Throws `policy.wrong-type` or
    /// `policy.conversion` with the place.
    public init(json: JSON, as type: PolicyType, at place: String = "") throws {
        do {
            guard let value = try Self.read(json, type, place) else {
                throw PolicyError(.wrongType, "a value of type \(type) is needed", at: place)
            }
            self = value
        } catch let error as PolicyError {
            throw error.place == nil ? PolicyError(error.code, error.message, at: place) : error
        } catch let error as BaseError {
            throw PolicyError(.conversion, error.message, at: place)
        }
    }

    private static func read(_ json: JSON, _ type: PolicyType, _ place: String) throws -> PolicyValue? {
        switch (type, json) {
        case (.dyn, _): return PolicyValue(json: json)
        case (.bool, .bool(let value)): return .bool(value)
        case (.int, .integer(let value)): return .int(value)
        case (.int, .string(let text)): return Int64(text.string).map { .int($0) }
        case (.uint, .integer(let value)): return UInt64(exactly: value).map { .uint($0) }
        case (.uint, .string(let text)): return UInt64(text.string).map { .uint($0) }
        case (.double, .integer(let value)): return .double(Double(value))
        case (.double, .string(let text)): return Double(text.string).map { .double($0) }
        case (.string, .string(let text)): return .string(text)
        case (.bytes, .string(let text)): return .bytes(try Base64.decode(text.string))
        case (.timestamp, .string(let text)): return .timestamp(try PolicyTimestamp(parsing: text))
        case (.duration, .string(let text)): return .duration(try PolicyDuration(parsing: text))
        case (.decimal, .string(let text)): return .decimal(try ExactDecimal(parsing: text))
        case (.decimal, .integer(let value)): return .decimal(ExactDecimal(Int(value)))
        case (.null, .null): return .null
        case (.optional, .null): return .optional(nil)
        case (.optional(let inner), _): return .optional(try PolicyValue(json: json, as: inner, at: place))
        case (.quantity, .object):
            var fields = try Fields(json, at: place)
            let quantity = try PolicyQuantity(fields.decimal("amount"), unit: fields.text("unit", bytesMax: 32))
            try fields.finish()
            return .quantity(quantity)
        case (.list(let inner), .array(let elements)):
            return .list(try elements.enumerated().map { try PolicyValue(json: $1, as: inner, at: "\(place)[\($0)]") })
        case (.map(.string, let inner), .object(let object)):
            return .map(
                PolicyMap(
                    members: try object.members.map { member in
                        (
                            key: member.key,
                            value: try PolicyValue(json: member.value, as: inner, at: "\(place).\(member.key)")
                        )
                    }))
        default: return nil
        }
    }
}
