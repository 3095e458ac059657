public import NexusBase

/// A value of the language. Strings compare by code points, never by canonical equivalence.
public enum PolicyValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(Text)
    case bytes([UInt8])
    case list([PolicyValue])
    case map(PolicyMap)
    case timestamp(PolicyTimestamp)
    case duration(PolicyDuration)
    /// A type as a value: `int`, `list`, `google.protobuf.Timestamp`.
    case type(Text)
    case decimal(ExactDecimal)
    /// A decimal with a unit.
    indirect case quantity(PolicyQuantity)
    /// A value that may be absent.
    indirect case optional(PolicyValue?)
    /// An Internet address (network library).
    indirect case address(NetworkAddress)
    /// A block of addresses (network library).
    indirect case block(NetworkBlock)
    /// A protobuf message that is not one of the well-known types with a native value.
    indirect case message(PolicyMessage)
}

/// A message kept by name and fields: `google.protobuf.Empty`, `FieldMask`.
public struct PolicyMessage: Sendable {
    public let name: Text
    public let fields: PolicyMap
}

extension PolicyValue {
    /// The name that `type(value)` prints.
    public var typeName: Text {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        case .decimal: "decimal"
        case .quantity: "quantity"
        case .optional: "optional_type"
        case .address: "net.IP"
        case .block: "net.CIDR"
        case .message(let message): message.name
        }
    }

    /// Zero, empty, false, null or absent: what `optional.ofNonZeroValue` drops.
    var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let value): value.isEmpty
        case .bytes(let value): value.isEmpty
        case .list(let value): value.isEmpty
        case .map(let value): value.entries.isEmpty
        case .timestamp(let value): value == .epoch
        case .duration(let value): value == .zero
        case .type: false
        case .decimal(let value): value == .zero
        case .quantity(let value): value.amount == .zero
        case .optional(let value): value == nil
        case .address(let value): value.isUnspecified
        case .block: false
        case .message(let message): message.fields.entries.isEmpty
        }
    }
}

extension PolicyValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral
{
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(stringLiteral value: String) { self = .string(Text(value)) }
    public init(arrayLiteral elements: PolicyValue...) { self = .list(elements) }
}
