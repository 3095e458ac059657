import NexusBase

/// `format` of the strings library: `%s %d %f %e %b %x %X %o %%`, with a precision for `%f` and `%e`.
struct StringFormatter {
    private let template: [UInt8]
    private let values: [PolicyValue]
    private var nextValue = 0
    private var out: [UInt8] = []

    init(_ template: Text, _ values: [PolicyValue]) {
        self.template = template.bytes
        self.values = values
    }

    mutating func format(_ context: inout EvaluationContext) throws -> Text {
        try context.charge(size: template.count)
        var position = 0
        while position < template.count {
            let byte = template[position]
            position += 1
            guard byte == UInt8(ascii: "%") else {
                out.append(byte)
                continue
            }
            try clause(&position, &context)
            try context.requireBytes(out.count)
        }
        return Text(String(decoding: out, as: UTF8.self))
    }

    private mutating func clause(_ position: inout Int, _ context: inout EvaluationContext) throws {
        var precision: Int?
        if position < template.count, template[position] == UInt8(ascii: ".") {
            position += 1
            var digits = 0
            var value = 0
            while position < template.count, template[position].isDigit, digits < 4 {
                value = value * 10 + Int(template[position] - 0x30)
                position += 1
                digits += 1
            }
            guard digits > 0, value <= 1000 else {
                throw PolicyError(.badArgument, "could not parse formatting clause: error while parsing precision")
            }
            precision = value
        }
        guard position < template.count else {
            throw PolicyError(.badArgument, "could not parse formatting clause: unexpected end of string")
        }
        let verb = template[position]
        position += 1
        if verb == UInt8(ascii: "%"), precision == nil {
            out.append(verb)
            return
        }
        guard "sdfebxXo".utf8.contains(verb) else {
            let shown = String(decoding: [verb], as: UTF8.self)
            throw PolicyError(
                .badArgument, "could not parse formatting clause: unrecognized formatting clause \"\(shown)\"")
        }
        guard values.indices.contains(nextValue) else {
            throw PolicyError(.indexOutOfRange, "index \(nextValue) out of range")
        }
        let value = values[nextValue]
        nextValue += 1
        try context.charge(5)
        out += try formatted(value, verb, precision, &context)
    }

    private func formatted(
        _ value: PolicyValue, _ verb: UInt8, _ precision: Int?, _ context: inout EvaluationContext
    ) throws -> [UInt8] {
        switch verb {
        case UInt8(ascii: "s"):
            var text: [UInt8] = []
            try Self.append(value, to: &text, &context)
            return text
        case UInt8(ascii: "d"): return try decimal(value)
        case UInt8(ascii: "f"), UInt8(ascii: "e"):
            try context.charge(100)
            return try floating(value, verb == UInt8(ascii: "e"), precision ?? 6)
        case UInt8(ascii: "b"):
            if case .bool(let truth) = value { return [truth ? 0x31 : 0x30] }
            guard let text = Self.integer(value, radix: 2) else {
                throw failure("only integers and bools can be formatted as binary", value)
            }
            return Array(text.utf8)
        case UInt8(ascii: "o"):
            guard let text = Self.integer(value, radix: 8) else {
                throw failure("octal clause can only be used on integers", value)
            }
            return Array(text.utf8)
        default: return try hexadecimal(value, isUpper: verb == UInt8(ascii: "X"), &context)
        }
    }

    private func failure(_ rule: String, _ value: PolicyValue) -> PolicyError {
        PolicyError(.badArgument, "error during formatting: \(rule), was given \(value.typeName)")
    }

    private static func integer(_ value: PolicyValue, radix: Int, isUpper: Bool = false) -> String? {
        switch value {
        case .int(let number): String(number, radix: radix, uppercase: isUpper)
        case .uint(let number): String(number, radix: radix, uppercase: isUpper)
        default: nil
        }
    }

    private func decimal(_ value: PolicyValue) throws -> [UInt8] {
        if let text = Self.integer(value, radix: 10) { return Array(text.utf8) }
        switch value {
        case .double(let number) where !number.isFinite || number == number.rounded():
            return Array(number.languageText.utf8)
        case .decimal(let number): return Array(number.description.utf8)
        default: throw failure("decimal clause can only be used on integers", value)
        }
    }

    private func hexadecimal(
        _ value: PolicyValue, isUpper: Bool, _ context: inout EvaluationContext
    ) throws -> [UInt8] {
        if let text = Self.integer(value, radix: 16, isUpper: isUpper) { return Array(text.utf8) }
        let bytes: [UInt8]
        switch value {
        case .string(let text): bytes = text.bytes
        case .bytes(let content): bytes = content
        default: throw failure("only integers, byte buffers, and strings can be formatted as hex", value)
        }
        try context.charge(size: bytes.count)
        let text = Hex.encode(bytes)
        return Array((isUpper ? text.uppercased() : text).utf8)
    }

    private func floating(_ value: PolicyValue, _ isScientific: Bool, _ precision: Int) throws -> [UInt8] {
        let number: Double
        switch value {
        case .double(let value): number = value
        case .int(let value): number = Double(value)
        case .uint(let value): number = Double(value)
        case .decimal(let value) where !isScientific: return try fixed(value, precision)
        default:
            throw failure(
                isScientific
                    ? "scientific clause can only be used on doubles"
                    : "fixed-point clause can only be used on doubles", value)
        }
        guard number.isFinite else { return Array(number.languageText.utf8) }
        return Array(ExactDouble(number).formatted(precision: precision, isScientific: isScientific).utf8)
    }

    private func fixed(_ value: ExactDecimal, _ precision: Int) throws -> [UInt8] {
        let rounded = try value.rounded(to: min(precision, 18))
        var text = rounded.description
        if precision > rounded.scale {
            if rounded.scale == 0 { text += "." }
            text += String(repeating: "0", count: precision - rounded.scale)
        }
        return Array(text.utf8)
    }

    private static func keyText(_ key: PolicyValue) -> Text {
        if case .uint(let number) = key { Text(String(number)) } else { key.plainText }
    }

    /// `%s`: maps by the text of their keys, so that the order in which they were made does not show.
    private static func append(
        _ value: PolicyValue, to out: inout [UInt8], _ context: inout EvaluationContext
    ) throws {
        try context.charge(1)
        try context.requireBytes(out.count)
        switch value {
        case .list(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out += [0x2C, 0x20] }
                try append(element, to: &out, &context)
            }
            out.append(UInt8(ascii: "]"))
        case .map(let map):
            out.append(UInt8(ascii: "{"))
            let entries = map.entries.map { (key: Self.keyText($0.key), value: $0.value) }
                .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, entry) in entries.enumerated() {
                if index > 0 { out += [0x2C, 0x20] }
                out += Array(entry.key.utf8) + [0x3A, 0x20]
                try append(entry.value, to: &out, &context)
            }
            out.append(UInt8(ascii: "}"))
        case .bytes(let bytes):
            try context.charge(size: bytes.count)
            out += Array(String(decoding: bytes, as: UTF8.self).utf8)
        case .uint(let number): out += Array(String(number).utf8)
        case .optional, .message:
            throw PolicyError(
                .badArgument,
                "error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, "
                    + "maps, lists, types, durations, and timestamps, was given \(value.typeName)")
        default:
            let text = value.plainText
            try context.charge(size: text.utf8.count)
            out += Array(text.utf8)
        }
    }
}
