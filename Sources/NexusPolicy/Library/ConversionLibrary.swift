import NexusBase

/// Conversions between types (language definition, "Type conversions").
enum ConversionLibrary {
    static let functions: [PolicyFunction] = [
        .unary("int", ["int", "uint", "double", "string", "timestamp", "decimal"].map { "(\($0)) int" }, int),
        .unary("uint", ["int", "uint", "double", "string", "decimal"].map { "(\($0)) uint" }, uint),
        .unary("double", ["int", "uint", "double", "string", "decimal"].map { "(\($0)) double" }, double),
        .contextual(
            "string",
            [
                "string", "int", "uint", "double", "bool", "bytes", "timestamp", "duration", "decimal",
                "quantity", "ip", "cidr",
            ].map { "(\($0)) string" }, string),
        .contextual("bytes", ["(bytes) bytes", "(string) bytes"]) { arguments, context in
            guard case .string(let text) = arguments[0] else {
                if case .bytes = arguments[0] { return arguments[0] }
                return nil
            }
            try context.charge(size: text.utf8.count)
            return .bytes(text.bytes)
        },
        .unary("bool", ["(bool) bool", "(string) bool"]) { value in
            switch value {
            case .bool: return value
            case .string("1"), .string("t"), .string("T"), .string("true"), .string("TRUE"), .string("True"):
                return .bool(true)
            case .string("0"), .string("f"), .string("F"), .string("false"), .string("FALSE"), .string("False"):
                return .bool(false)
            case .string(let text): throw failure(text, "bool")
            default: return nil
            }
        },
        .unary("timestamp", ["(timestamp) timestamp", "(string) timestamp", "(int) timestamp"]) { value in
            switch value {
            case .timestamp: value
            case .string(let text): .timestamp(try PolicyTimestamp(parsing: text))
            case .int(let seconds): .timestamp(try PolicyTimestamp(seconds: seconds))
            default: nil
            }
        },
        .unary("duration", ["(duration) duration", "(string) duration"]) { value in
            switch value {
            case .duration: value
            case .string(let text): .duration(try PolicyDuration(parsing: text))
            default: nil
            }
        },
    ]

    private static func failure(_ text: Text, _ type: String) -> PolicyError {
        PolicyError(
            .conversion, "Type conversion error: \(Text(String(text.string.prefix(60))).quoted) is not a \(type)")
    }

    private static func range(_ value: PolicyValue, _ type: String) -> PolicyError {
        PolicyError(.overflow, "range error: \(value.plainText) does not fit \(type)")
    }

    @Sendable private static func int(_ value: PolicyValue) throws -> PolicyValue? {
        switch value {
        case .int: return value
        case .uint(let number):
            guard let result = Int64(exactly: number) else { throw range(value, "int") }
            return .int(result)
        case .double(let number):
            // The bounds themselves are refused: as doubles they stand for neighbours that do not fit.
            guard number > -0x1p63, number < 0x1p63 else { throw range(value, "int") }
            return .int(Int64(number))
        case .string(let text):
            guard let result = Int64(text.string) else { throw failure(text, "int") }
            return .int(result)
        case .timestamp(let time): return .int(time.seconds)
        case .decimal(let number):
            guard let result = Int64(exactly: try number.rounded(to: 0, .down).coefficient) else {
                throw range(value, "int")
            }
            return .int(result)
        default: return nil
        }
    }

    @Sendable private static func uint(_ value: PolicyValue) throws -> PolicyValue? {
        switch value {
        case .uint: return value
        case .int(let number):
            guard let result = UInt64(exactly: number) else { throw range(value, "uint") }
            return .uint(result)
        case .double(let number):
            guard number > -1, number < 0x1p64 else { throw range(value, "uint") }
            return .uint(UInt64(number))
        case .string(let text):
            guard let result = UInt64(text.string) else { throw failure(text, "uint") }
            return .uint(result)
        case .decimal(let number):
            guard let result = UInt64(exactly: try number.rounded(to: 0, .down).coefficient) else {
                throw range(value, "uint")
            }
            return .uint(result)
        default: return nil
        }
    }

    @Sendable private static func double(_ value: PolicyValue) throws -> PolicyValue? {
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            guard let number = Double(text.string) else { throw failure(text, "double") }
            return .double(number)
        case .decimal(let number):
            guard let result = Double(number.description) else { throw range(value, "double") }
            return .double(result)
        default: return nil
        }
    }

    @Sendable private static func string(
        _ arguments: [PolicyValue], _ context: inout EvaluationContext
    ) throws -> PolicyValue? {
        switch arguments[0] {
        case .string: return arguments[0]
        case .int(let number): return .string(Text(String(number)))
        case .uint(let number): return .string(Text(String(number)))
        case .double(let number): return .string(Text(number.languageText))
        case .bool(let truth): return .string(truth ? "true" : "false")
        case .bytes(let bytes):
            try context.charge(size: bytes.count)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw PolicyError(.conversion, "invalid UTF-8 in bytes, cannot convert to string")
            }
            return .string(Text(text))
        case .timestamp, .duration, .decimal, .quantity, .address, .block: return .string(arguments[0].plainText)
        default: return nil
        }
    }
}
