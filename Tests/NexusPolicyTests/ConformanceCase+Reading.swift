import Foundation
import NexusBase
import NexusPolicy

/// What a conformance file holds that this suite cannot read.
struct UnreadableCase: Error, CustomStringConvertible {
    let description: String
}

/// Reads `cel.expr.Value` and `cel.expr.Type` in protobuf's JSON mapping.
extension ConformanceCase {
    static func value(_ json: Any) throws -> PolicyValue {
        guard let fields = json as? [String: Any], let (kind, content) = fields.first else {
            throw UnreadableCase(description: "a value without a kind")
        }
        switch kind {
        case "null_value": return .null
        case "bool_value": return .bool(content as? Bool ?? false)
        case "int64_value": return .int(Int64(text(content)) ?? 0)
        case "uint64_value": return .uint(UInt64(text(content)) ?? 0)
        case "double_value": return .double(double(content))
        case "string_value": return .string(Text(text(content)))
        case "bytes_value": return .bytes(Array(Data(base64Encoded: text(content)) ?? Data()))
        case "type_value": return .type(Text(text(content)))
        case "list_value":
            let values = (content as? [String: Any])?["values"] as? [Any] ?? []
            return .list(try values.map(value))
        case "map_value":
            let entries = (content as? [String: Any])?["entries"] as? [[String: Any]] ?? []
            return .map(try PolicyMap(entries.map { (try value($0["key"] ?? [:]), try value($0["value"] ?? [:])) }))
        case "object_value": return try message(content as? [String: Any] ?? [:])
        case "enum_value": return .int(Int64(text((content as? [String: Any])?["value"] ?? 0)) ?? 0)
        default: throw UnreadableCase(description: "a value of kind \(kind)")
        }
    }

    private static func text(_ json: Any) -> String { (json as? String) ?? (json as? NSNumber)?.stringValue ?? "" }

    private static func double(_ json: Any) -> Double {
        (json as? NSNumber)?.doubleValue ?? Double(text(json)) ?? .nan
    }

    /// A well-known type inside `google.protobuf.Any`.
    private static func message(_ fields: [String: Any]) throws -> PolicyValue {
        let name = (fields["@type"] as? String ?? "").replacingOccurrences(
            of: "type.googleapis.com/google.protobuf.", with: "")
        let value = fields["value"] ?? NSNull()
        switch name {
        case "BoolValue": return .bool(value as? Bool ?? false)
        case "Int32Value", "Int64Value": return .int(Int64(text(value)) ?? 0)
        case "UInt32Value", "UInt64Value": return .uint(UInt64(text(value)) ?? 0)
        case "FloatValue", "DoubleValue": return .double(double(value))
        case "StringValue": return .string(Text(text(value)))
        case "BytesValue": return .bytes(Array(Data(base64Encoded: text(value)) ?? Data()))
        case "Timestamp": return .timestamp(try PolicyTimestamp(parsing: Text(text(value))))
        case "Duration": return .duration(try PolicyDuration(parsing: Text(text(value))))
        case "Value", "Struct", "ListValue": return try plain(value)
        default: throw UnreadableCase(description: "a message of type \(name)")
        }
    }

    private static func plain(_ json: Any) throws -> PolicyValue {
        switch json {
        case is NSNull: return .null
        case let text as String: return .string(Text(text))
        case let list as [Any]: return .list(try list.map(plain))
        case let object as [String: Any]:
            return .map(
                try PolicyMap(object.sorted { $0.key < $1.key }.map { (.string(Text($0.key)), try plain($0.value)) }))
        case let number as NSNumber:
            return CFBooleanLike.isBoolean(number) ? .bool(number.boolValue) : .double(number.doubleValue)
        default: throw UnreadableCase(description: "not JSON")
        }
    }

    static func type(_ json: [String: Any]) -> PolicyType {
        guard let (kind, content) = json.first else { return .dyn }
        let fields = content as? [String: Any] ?? [:]
        func inner(_ name: String) -> PolicyType { type(fields[name] as? [String: Any] ?? [:]) }
        switch kind {
        case "dyn": return .dyn
        case "null": return .null
        case "primitive": return primitive(content)
        case "wrapper": return .wrapper(primitive(content))
        case "well_known": return ["TIMESTAMP": .timestamp, "DURATION": .duration][text(content)] ?? .dyn
        case "list_type": return .list(inner("elem_type"))
        case "map_type": return .map(inner("key_type"), inner("value_type"))
        case "type_param": return .parameter(Text(text(content)))
        case "message_type": return .message(Text(text(content)))
        case "type": return .type(type(fields))
        case "abstract_type":
            let parameters = (fields["parameter_types"] as? [[String: Any]] ?? []).map(type)
            if fields["name"] as? String == "optional_type" { return .optional(parameters.first ?? .dyn) }
            return .opaque(Text(fields["name"] as? String ?? ""), parameters)
        default: return .dyn
        }
    }

    private static func primitive(_ json: Any) -> PolicyType {
        let types: [String: PolicyType] = [
            "BOOL": .bool, "INT64": .int, "UINT64": .uint, "DOUBLE": .double, "STRING": .string, "BYTES": .bytes,
        ]
        return types[text(json)] ?? .dyn
    }
}

/// JSONSerialization gives booleans and numbers as one class.
enum CFBooleanLike {
    static func isBoolean(_ number: NSNumber) -> Bool {
        let kind = String(cString: number.objCType)
        return kind == "c" || kind == "B"
    }
}
