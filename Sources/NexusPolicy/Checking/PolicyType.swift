public import NexusBase

/// The static type of a variable, parameter or expression.
public indirect enum PolicyType: Sendable, Hashable {
    /// Any value; checked when the expression runs.
    case dyn
    case null, bool, int, uint, double, string, bytes, timestamp, duration
    /// An exact decimal number.
    case decimal
    /// An exact decimal number with a unit.
    case quantity
    case list(PolicyType)
    case map(PolicyType, PolicyType)
    case optional(PolicyType)
    /// The type of a type value.
    case type(PolicyType)
    /// A primitive or null: google.protobuf.Int64Value and its kin.
    case wrapper(PolicyType)
    /// A named type with parameters: `net.IP`, `tuple(A, B)`.
    case opaque(Text, [PolicyType])
    /// A protobuf message.
    case message(Text)
    /// A type parameter of a function declaration, or a type variable while checking.
    case parameter(Text)
}

extension PolicyType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .decimal: "decimal"
        case .quantity: "quantity"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .optional(let value): "optional_type(\(value))"
        case .type(let type): "type(\(type))"
        case .wrapper(let type): "wrapper(\(type))"
        case .opaque(let name, let parameters):
            parameters.isEmpty ? name.string : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        case .message(let name): name.string
        case .parameter(let name): name.string
        }
    }

    static let address = PolicyType.opaque("net.IP", [])
    static let block = PolicyType.opaque("net.CIDR", [])

    /// The types inside.
    var parameters: [PolicyType] {
        switch self {
        case .list(let element), .optional(let element), .type(let element), .wrapper(let element): [element]
        case .map(let key, let value): [key, value]
        case .opaque(_, let parameters): parameters
        default: []
        }
    }

    func mapParameters(_ transform: (PolicyType) -> PolicyType) -> PolicyType {
        switch self {
        case .list(let element): .list(transform(element))
        case .map(let key, let value): .map(transform(key), transform(value))
        case .optional(let value): .optional(transform(value))
        case .type(let type): .type(transform(type))
        case .wrapper(let type): .wrapper(transform(type))
        case .opaque(let name, let parameters): .opaque(name, parameters.map(transform))
        default: self
        }
    }

    /// Whether `null` may stand where this type is asked (language definition, "Type checking").
    var isNullable: Bool {
        switch self {
        case .wrapper, .message, .timestamp, .duration, .opaque, .optional: true
        default: false
        }
    }

    /// Whether a value may stand where this type is declared; looks at the outside only, elements are checked in use.
    func admits(_ value: PolicyValue) -> Bool {
        switch (self, value) {
        case (.dyn, _), (.parameter, _), (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint),
            (.double, .double), (.string, .string), (.bytes, .bytes), (.timestamp, .timestamp), (.duration, .duration),
            (.decimal, .decimal), (.quantity, .quantity), (.list, .list), (.map, .map), (.optional, .optional),
            (.type, .type):
            true
        case (.wrapper(let inner), _): if case .null = value { true } else { inner.admits(value) }
        case (.opaque(let name, _), _): name == value.typeName
        case (.message("google.protobuf.Value"), _), (.message("google.protobuf.Any"), _): true
        case (.message("google.protobuf.Struct"), .map), (.message("google.protobuf.ListValue"), .list): true
        case (.message(let name), _): name == value.typeName || value == .null
        default: false
        }
    }
}
