import NexusBase

/// The well-known protobuf types (language definition, "Protocol buffer data conversion").
enum WellKnownType {
    static let wrappers: [Text: PolicyType] = [
        "google.protobuf.BoolValue": .bool, "google.protobuf.BytesValue": .bytes,
        "google.protobuf.DoubleValue": .double, "google.protobuf.FloatValue": .double,
        "google.protobuf.Int32Value": .int, "google.protobuf.Int64Value": .int,
        "google.protobuf.StringValue": .string, "google.protobuf.UInt32Value": .uint,
        "google.protobuf.UInt64Value": .uint,
    ]

    static let messages: [Text: PolicyType] = [
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
        "google.protobuf.Value": .dyn, "google.protobuf.Struct": .map(.string, .dyn),
        "google.protobuf.ListValue": .list(.dyn), "google.protobuf.Any": .message("google.protobuf.Any"),
        "google.protobuf.Empty": .message("google.protobuf.Empty"),
        "google.protobuf.FieldMask": .message("google.protobuf.FieldMask"),
    ]

    static func type(named name: Text) -> PolicyType? { wrappers[name].map { .wrapper($0) } ?? messages[name] }

    /// The value of a message literal. Throws for unknown fields and values out of range.
    static func construct(_ name: Text, _ fields: [(name: Text, value: PolicyValue)]) throws -> PolicyValue {
        if wrappers[name] != nil { return try wrapper(name, fields) }
        switch name {
        case "google.protobuf.Value": return try jsonValue(fields)
        case "google.protobuf.Struct":
            let value = try single("fields", fields, .map(PolicyMap()))
            return try jsonMap(value)
        case "google.protobuf.ListValue": return try jsonList(single("values", fields, .list([])))
        case "google.protobuf.Timestamp", "google.protobuf.Duration": return try time(name, fields)
        case "google.protobuf.Empty": return try message(name, fields, [])
        case "google.protobuf.FieldMask": return try message(name, fields, ["paths"])
        default:
            throw PolicyError(.conversion, "\(name) needs a message descriptor; conversion of it is not supported")
        }
    }

    private static func single(
        _ field: Text, _ fields: [(name: Text, value: PolicyValue)], _ absent: PolicyValue
    ) throws -> PolicyValue {
        if let other = fields.first(where: { $0.name != field }) {
            throw PolicyError(.noSuchKey, "the message has no field \"\(other.name)\"")
        }
        return fields.last?.value ?? absent
    }

    private static func wrapper(_ name: Text, _ fields: [(name: Text, value: PolicyValue)]) throws -> PolicyValue {
        let zero: PolicyValue =
            switch wrappers[name] {
            case .bool: .bool(false)
            case .bytes: .bytes([])
            case .double: .double(0)
            case .int: .int(0)
            case .uint: .uint(0)
            default: .string("")
            }
        let value = try single("value", fields, zero)
        switch (name, value) {
        case ("google.protobuf.BoolValue", .bool), ("google.protobuf.BytesValue", .bytes),
            ("google.protobuf.StringValue", .string), ("google.protobuf.Int64Value", .int),
            ("google.protobuf.UInt64Value", .uint), ("google.protobuf.DoubleValue", .double):
            return value
        case ("google.protobuf.FloatValue", .double(let number)): return .double(Double(Float(number)))
        case ("google.protobuf.Int32Value", .int(let number)):
            guard Int32(exactly: number) != nil else {
                throw PolicyError(.overflow, "range error: not an int32: \(number)")
            }
            return value
        case ("google.protobuf.UInt32Value", .uint(let number)):
            guard UInt32(exactly: number) != nil else {
                throw PolicyError(.overflow, "range error: not a uint32: \(number)")
            }
            return value
        case (_, .null): return .null
        default: throw PolicyError(.noOverload, "\(name) cannot hold a value of type \(value.typeName)")
        }
    }

    private static func time(_ name: Text, _ fields: [(name: Text, value: PolicyValue)]) throws -> PolicyValue {
        var parts: [Int64] = [0, 0]
        for (field, value) in fields {
            guard let index = ["seconds", "nanos"].firstIndex(of: field), case .int(let number) = value else {
                throw PolicyError(.noSuchKey, "\(name) has the int fields seconds and nanos")
            }
            parts[index] = number
        }
        guard (-999_999_999...999_999_999).contains(parts[1]) else {
            throw PolicyError(.overflow, "nanos lie under 10^9")
        }
        if name == "google.protobuf.Timestamp" {
            guard parts[1] >= 0 else { throw PolicyError(.overflow, "nanos of a timestamp are not negative") }
            return .timestamp(try PolicyTimestamp(seconds: parts[0], nanoseconds: Int32(parts[1])))
        }
        return .duration(try PolicyDuration(total: Int128(parts[0]) * 1_000_000_000 + Int128(parts[1])))
    }

    private static func message(
        _ name: Text, _ fields: [(name: Text, value: PolicyValue)], _ known: [Text]
    ) throws -> PolicyValue {
        if let other = fields.first(where: { !known.contains($0.name) }) {
            throw PolicyError(.noSuchKey, "\(name) has no field \"\(other.name)\"")
        }
        let entries = fields.map { (PolicyValue.string($0.name), $0.value) }
        return .message(PolicyMessage(name: name, fields: try PolicyMap(entries)))
    }

    private static func jsonValue(_ fields: [(name: Text, value: PolicyValue)]) throws -> PolicyValue {
        guard let (name, value) = fields.last else { return .null }
        switch (name, value) {
        case ("null_value", _): return .null
        case ("number_value", .double), ("string_value", .string), ("bool_value", .bool): return value
        case ("number_value", .int(let number)): return .double(Double(number))
        case ("struct_value", .map): return try jsonMap(value)
        case ("list_value", .list): return try jsonList(value)
        default:
            throw PolicyError(
                .noOverload, "google.protobuf.Value.\(name) cannot hold a value of type \(value.typeName)")
        }
    }

    private static func jsonMap(_ value: PolicyValue) throws -> PolicyValue {
        guard case .map(let map) = value else {
            throw PolicyError(.noOverload, "google.protobuf.Struct holds a map, not \(value.typeName)")
        }
        return .map(
            try PolicyMap(
                map.entries.map { key, value in
                    guard case .string = key else {
                        throw PolicyError(.badArgument, "bad key type: a Struct has string keys")
                    }
                    return (key, try json(value))
                }))
    }

    private static func jsonList(_ value: PolicyValue) throws -> PolicyValue {
        guard case .list(let list) = value else {
            throw PolicyError(.noOverload, "google.protobuf.ListValue holds a list, not \(value.typeName)")
        }
        return .list(try list.map(json))
    }

    /// The protobuf JSON mapping: integers past 2^53 and bytes become strings, other numbers doubles.
    static func json(_ value: PolicyValue) throws -> PolicyValue {
        switch value {
        case .null, .bool, .double, .string: value
        case .int(let number):
            number.magnitude <= UInt64(Limits.jsonIntegerMax) ? .double(Double(number)) : .string(Text(String(number)))
        case .uint(let number):
            number <= UInt64(Limits.jsonIntegerMax) ? .double(Double(number)) : .string(Text(String(number)))
        case .bytes(let bytes): .string(Text(Base64.encode(bytes)))
        case .list: try jsonList(value)
        case .map: try jsonMap(value)
        case .timestamp, .duration, .decimal: .string(value.plainText)
        default: throw PolicyError(.conversion, "a value of type \(value.typeName) has no JSON form")
        }
    }
}

extension PolicyType {
    /// Well-known messages as the types the language gives them.
    var normalised: PolicyType {
        if case .message(let name) = self { return WellKnownType.type(named: name) ?? self }
        return mapParameters(\.normalised)
    }
}

extension Checker {
    mutating func message(
        _ node: Syntax, _ name: Text, _ isAbsolute: Bool, _ fields: [Syntax.Field]
    ) throws -> PolicyType {
        for field in fields { _ = try unwrapped(type(of: field.value), field.isOptional, field.value) }
        for candidate in environment.candidates(name, isAbsolute: isAbsolute) {
            guard let type = WellKnownType.type(named: candidate) else { continue }
            result.references[node.id] = .constant(.type(candidate))
            return type
        }
        let unresolved = error(.undeclared, "there is no message type \"\(name)\"", node)
        guard isLenient else { throw unresolved }
        result.references[node.id] = .unresolved(unresolved)
        return .dyn
    }
}
