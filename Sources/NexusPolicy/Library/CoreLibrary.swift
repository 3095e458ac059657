import NexusBase

/// Functions of the language definition over strings and containers ("List of Standard Definitions").
enum CoreLibrary {
    static let functions: [PolicyFunction] = [
        .unary("size", ["string", "bytes", "list(A)", "map(A, B)"].flatMap { ["(\($0)) int", "\($0).() int"] }) {
            value in
            switch value {
            case .string(let text): .int(Int64(text.string.unicodeScalars.count))
            case .bytes(let bytes): .int(Int64(bytes.count))
            case .list(let list): .int(Int64(list.count))
            case .map(let map): .int(Int64(map.count))
            default: nil
            }
        },
        PolicyFunction("startsWith", .affix(isPrefix: true), [Signature.overload("string.(string) bool")]),
        PolicyFunction("endsWith", .affix(isPrefix: false), [Signature.overload("string.(string) bool")]),
        .contextual("contains", ["string.(string) bool"]) { arguments, context in
            guard case .string(let text) = arguments[0], case .string(let part) = arguments[1] else { return nil }
            try context.charge(size: text.utf8.count)
            return .bool(try ByteSearch.first(part.bytes, in: text.bytes[...], &context) != nil)
        },
        .contextual("matches", ["string.(string) bool", "(string, string) bool"]) { arguments, context in
            guard case .string(let text) = arguments[0], case .string(let pattern) = arguments[1] else { return nil }
            try context.charge(size: pattern.utf8.count * 10)
            return .bool(try Regex(pattern, limits: context.limits).matches(text, &context))
        },
        .unary("dyn", ["(A) dyn"]) { $0 },
        .unary("type", ["(A) type(A)"]) { .type($0.typeName) },
    ]
}

/// Finds byte strings in byte strings.
enum ByteSearch {
    /// Offset of the first occurrence. Charges for the comparisons made, which can be the product of both lengths.
    static func first(
        _ part: [UInt8], in text: ArraySlice<UInt8>, _ context: inout EvaluationContext
    ) throws -> Int? {
        guard let head = part.first else { return text.startIndex }
        var position = text.startIndex
        while position + part.count <= text.endIndex {
            if text[position] == head {
                var matched = 1
                while matched < part.count, text[position + matched] == part[matched] { matched += 1 }
                if matched == part.count { return position }
                if matched > 16 { try context.charge(size: matched) }
            }
            position += 1
        }
        return nil
    }
}
