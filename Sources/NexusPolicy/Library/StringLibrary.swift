import NexusBase

/// Extension library "strings". Positions count Unicode scalars.
enum StringLibrary {
    static let functions: [PolicyFunction] = [
        .contextual("charAt", ["string.(int) string"]) { arguments, context in
            guard case .string(let text) = arguments[0], case .int(let index) = arguments[1] else { return nil }
            let scalars = try scalars(text, &context)
            try requireIndex(index, scalars.count)
            return .string(index == scalars.count ? "" : string(scalars[Int(index)...Int(index)]))
        },
        .contextual("indexOf", ["string.(string) int", "string.(string, int) int"]) { arguments, context in
            guard case .string(let text) = arguments[0], case .string(let part) = arguments[1] else { return nil }
            let scalars = try scalars(text, &context)
            guard let start = try position(arguments, default: 0, scalars.count) else { return nil }
            return .int(try find(try StringLibrary.scalars(part, &context), scalars, from: start, &context))
        },
        .contextual("lastIndexOf", ["string.(string) int", "string.(string, int) int"]) { arguments, context in
            guard case .string(let text) = arguments[0], case .string(let part) = arguments[1] else { return nil }
            let scalars = try scalars(text, &context)
            guard let start = try position(arguments, default: scalars.count, scalars.count) else { return nil }
            return .int(try findLast(try StringLibrary.scalars(part, &context), scalars, from: start, &context))
        },
        .contextual("lowerAscii", ["string.() string"]) { arguments, context in
            try mapBytes(arguments, &context) { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
        },
        .contextual("upperAscii", ["string.() string"]) { arguments, context in
            try mapBytes(arguments, &context) { (0x61...0x7A).contains($0) ? $0 - 32 : $0 }
        },
        .contextual("replace", ["string.(string, string) string", "string.(string, string, int) string"], replace),
        .contextual("split", ["string.(string) list(string)", "string.(string, int) list(string)"], split),
        .contextual("substring", ["string.(int) string", "string.(int, int) string"]) { arguments, context in
            guard case .string(let text) = arguments[0], case .int(let start) = arguments[1] else { return nil }
            let scalars = try scalars(text, &context)
            var end = Int64(scalars.count)
            if arguments.count == 3 {
                guard case .int(let given) = arguments[2] else { return nil }
                end = given
            }
            try requireIndex(start, scalars.count)
            try requireIndex(end, scalars.count)
            guard start <= end else {
                throw PolicyError(.indexOutOfRange, "invalid substring range. start: \(start), end: \(end)")
            }
            return .string(string(scalars[Int(start)..<Int(end)]))
        },
        .contextual("trim", ["string.() string"]) { arguments, context in
            guard case .string(let text) = arguments[0] else { return nil }
            let scalars = try scalars(text, &context)
            guard let first = scalars.firstIndex(where: { !isSpace($0) }),
                let last = scalars.lastIndex(where: { !isSpace($0) })
            else { return .string("") }
            return .string(string(scalars[first...last]))
        },
        .contextual("join", ["list(string).() string", "list(string).(string) string"], join),
        .contextual("strings.quote", ["(string) string"]) { arguments, context in
            guard case .string(let text) = arguments[0] else { return nil }
            try context.charge(size: text.utf8.count)
            return .string(text.quoted)
        },
        .contextual("reverse", ["string.() string"]) { arguments, context in
            guard case .string(let text) = arguments[0] else { return nil }
            return .string(string(try scalars(text, &context).reversed()))
        },
        .contextual("format", ["string.(list(dyn)) string"]) { arguments, context in
            guard case .string(let text) = arguments[0], case .list(let values) = arguments[1] else { return nil }
            var formatter = StringFormatter(text, values)
            return .string(try formatter.format(&context))
        },
    ]

    static func scalars(_ text: Text, _ context: inout EvaluationContext) throws -> [Unicode.Scalar] {
        try context.charge(size: text.utf8.count)
        return Array(text.string.unicodeScalars)
    }

    static func string(_ scalars: some Sequence<Unicode.Scalar>) -> Text {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return Text(String(result))
    }

    private static func requireIndex(_ index: Int64, _ count: Int) throws {
        guard index >= 0, index <= count else { throw PolicyError(.indexOutOfRange, "index out of range: \(index)") }
    }

    private static func position(_ arguments: [PolicyValue], default value: Int, _ count: Int) throws -> Int? {
        guard arguments.count == 3 else { return value }
        guard case .int(let index) = arguments[2] else { return nil }
        try requireIndex(index, count)
        return Int(index)
    }

    private static func find(
        _ part: [Unicode.Scalar], _ text: [Unicode.Scalar], from start: Int, _ context: inout EvaluationContext
    ) throws -> Int64 {
        guard !part.isEmpty else { return Int64(start) }
        var position = start
        while position + part.count <= text.count {
            if text[position] == part[0] {
                try context.charge(size: part.count)
                if text[position..<position + part.count].elementsEqual(part) { return Int64(position) }
            }
            position += 1
        }
        return -1
    }

    private static func findLast(
        _ part: [Unicode.Scalar], _ text: [Unicode.Scalar], from start: Int, _ context: inout EvaluationContext
    ) throws -> Int64 {
        guard !part.isEmpty else { return Int64(start) }
        var position = min(start, text.count - part.count)
        while position >= 0 {
            if text[position] == part[0] {
                try context.charge(size: part.count)
                if text[position..<position + part.count].elementsEqual(part) { return Int64(position) }
            }
            position -= 1
        }
        return -1
    }

    private static func mapBytes(
        _ arguments: [PolicyValue], _ context: inout EvaluationContext, _ transform: (UInt8) -> UInt8
    ) throws -> PolicyValue? {
        guard case .string(let text) = arguments[0] else { return nil }
        try context.charge(size: text.utf8.count)
        return .string(Text(String(decoding: text.utf8.map(transform), as: UTF8.self)))
    }

    /// Most replacements or parts; negative means all. Nil where the argument is not an int.
    private static func limit(_ arguments: [PolicyValue], at index: Int) -> Int64? {
        guard arguments.count > index else { return -1 }
        if case .int(let value) = arguments[index] { return value }
        return nil
    }

    @Sendable private static func replace(
        _ arguments: [PolicyValue], _ context: inout EvaluationContext
    ) throws -> PolicyValue? {
        guard case .string(let text) = arguments[0], case .string(let oldText) = arguments[1],
            case .string(let newText) = arguments[2], var rest = limit(arguments, at: 3)
        else { return nil }
        try context.charge(size: text.utf8.count)
        let source = text.bytes
        let (old, new) = (oldText.bytes, newText.bytes)
        var out: [UInt8] = []
        var position = 0
        while rest != 0 {
            let found: Int
            if old.isEmpty {
                // An empty text stands before every scalar and at the end, as in Go.
                found = position
            } else {
                guard let next = try ByteSearch.first(old, in: source[position...], &context) else { break }
                found = next
            }
            out += source[position..<found] + new
            try context.charge(size: new.count)
            try context.requireBytes(out.count)
            rest -= 1
            position = found + old.count
            if old.isEmpty {
                guard position < source.count else { break }
                var end = position + 1
                while end < source.count, source[end] & 0xC0 == 0x80 { end += 1 }
                out += source[position..<end]
                position = end
            }
        }
        out += source[position...]
        try context.requireBytes(out.count)
        return .string(Text(String(decoding: out, as: UTF8.self)))
    }

    @Sendable private static func split(
        _ arguments: [PolicyValue], _ context: inout EvaluationContext
    ) throws -> PolicyValue? {
        guard case .string(let text) = arguments[0], case .string(let separator) = arguments[1],
            let limit = limit(arguments, at: 2)
        else { return nil }
        if limit == 0 { return .list([]) }
        if separator.isEmpty {
            let scalars = try scalars(text, &context)
            try context.charge(UInt64(scalars.count))
            var parts = scalars.map { PolicyValue.string(string([$0])) }
            if limit > 0, parts.count > limit {
                let tail = string(scalars[Int(limit - 1)...])
                parts = Array(parts[..<Int(limit - 1)]) + [.string(tail)]
            }
            return .list(parts)
        }
        try context.charge(size: text.utf8.count)
        let (source, separatorBytes) = (text.bytes, separator.bytes)
        var parts: [PolicyValue] = []
        var position = 0
        while limit < 0 || parts.count < limit - 1,
            let found = try ByteSearch.first(separatorBytes, in: source[position...], &context)
        {
            parts.append(.string(Text(String(decoding: source[position..<found], as: UTF8.self))))
            try context.charge(1)
            position = found + separatorBytes.count
        }
        parts.append(.string(Text(String(decoding: source[position...], as: UTF8.self))))
        try context.requireElements(parts.count)
        return .list(parts)
    }

    @Sendable private static func join(
        _ arguments: [PolicyValue], _ context: inout EvaluationContext
    ) throws -> PolicyValue? {
        guard case .list(let parts) = arguments[0] else { return nil }
        var separator: [UInt8] = []
        if arguments.count == 2 {
            guard case .string(let text) = arguments[1] else { return nil }
            separator = text.bytes
        }
        var out: [UInt8] = []
        for (index, part) in parts.enumerated() {
            guard case .string(let text) = part else {
                throw PolicyError(.noOverload, "no such overload: join() of a list with \(part.typeName)")
            }
            if index > 0 { out += separator }
            out += text.utf8
            try context.charge(size: text.utf8.count + separator.count)
            try context.requireBytes(out.count)
        }
        return .string(Text(String(decoding: out, as: UTF8.self)))
    }

    /// Unicode White_Space.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
