import NexusBase

/// The shape of a document: one declaration gives the YAML its types, the JSON its checks, and the JSON Schema its
/// text.
///
/// YAML scalars are read as text and become what the shape says, so `24.10` is never a double on the way.
indirect enum Shape: Sendable {
    case text(bytesMax: Int, pattern: Pattern? = nil)
    case integer(ClosedRange<Int64>)
    case boolean
    case decimal
    case choice([String])
    case list(Shape, countMax: Int)
    case object([Field])

    struct Field: Sendable {
        let name: String
        let shape: Shape
        let required: Bool
        let note: String
    }

    /// A named grammar: a check in Swift beside the regular expression that the JSON Schema shows.
    struct Pattern: Sendable {
        let expression: String
        let rule: String
        let matches: @Sendable (Text) -> Bool
    }

    static func field(_ name: String, _ shape: Shape, _ note: String) -> Field {
        Field(name: name, shape: shape, required: true, note: note)
    }

    static func optional(_ name: String, _ shape: Shape, _ note: String) -> Field {
        Field(name: name, shape: shape, required: false, note: note)
    }
}

extension Shape {
    /// Why a value does not fit, and where in the document (`terms[0].name`).
    struct Mismatch: Error {
        let path: [Step]
        let message: String
        enum Step: Hashable {
            case key(Text)
            case index(Int)
        }

        var place: String {
            path.reduce("") { place, step in
                switch step {
                case .key(let key): place.isEmpty ? key.string : "\(place).\(key)"
                case .index(let index): "\(place)[\(index)]"
                }
            }
        }

        func inside(_ step: Step) -> Mismatch { Mismatch(path: [step] + path, message: message) }
    }

    /// Checks `json` against the shape; `textual` says that scalars are still text and are converted on the way.
    func conform(_ json: JSON, textual: Bool) throws -> JSON {
        switch self {
        case .list(let element, let countMax):
            guard case .array(let elements) = json else { throw mismatch("a list is needed") }
            guard elements.count <= countMax else { throw mismatch("at most \(countMax) elements are allowed") }
            return .array(
                try elements.enumerated().map { index, json in
                    try Self.within(.index(index)) { try element.conform(json, textual: textual) }
                })
        case .object(let fields): return try Self.conform(json, to: fields, textual: textual)
        default: return try conformScalar(json, textual: textual)
        }
    }

    private static func within<Value>(_ step: Mismatch.Step, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let mismatch as Mismatch { throw mismatch.inside(step) }
    }

    private static func conform(_ json: JSON, to fields: [Field], textual: Bool) throws -> JSON {
        guard case .object(let object) = json else {
            throw Mismatch(path: [], message: "a mapping with the fields \(names(fields)) is needed")
        }
        for member in object.members where !fields.contains(where: { Text($0.name) == member.key }) {
            throw Mismatch(path: [.key(member.key)], message: "no such field; the fields here are \(names(fields))")
        }
        var members: [(Text, JSON)] = []
        for field in fields {
            let key = Text(field.name)
            if let value = object[key] {
                members.append((key, try within(.key(key)) { try field.shape.conform(value, textual: textual) }))
            } else if field.required {
                throw Mismatch(path: [], message: "the field \"\(field.name)\" is missing: \(field.note)")
            }
        }
        return .object(JSONObject(members))
    }

    private static func names(_ fields: [Field]) -> String { fields.map(\.name).joined(separator: ", ") }
    private func mismatch(_ message: String) -> Mismatch { Mismatch(path: [], message: message) }

    private func conformScalar(_ json: JSON, textual: Bool) throws -> JSON {
        switch (self, json) {
        case (.text(let bytesMax, let pattern), .string(let text)):
            guard text.utf8.count <= bytesMax else { throw mismatch("at most \(bytesMax) bytes of text are allowed") }
            if let pattern, !pattern.matches(text) { throw mismatch("\"\(text)\" is not \(pattern.rule)") }
            return json
        case (.integer(let range), .integer(let value)):
            guard range.contains(value) else { throw mismatch(rule(range)) }
            return json
        case (.integer(let range), .string(let text)) where textual:
            guard let value = Int64(text.string), range.contains(value), Text(String(value)) == text else {
                throw mismatch("\(rule(range)), not \"\(text)\"")
            }
            return .integer(value)
        case (.boolean, .bool): return json
        case (.boolean, .string("true")) where textual: return true
        case (.boolean, .string("false")) where textual: return false
        case (.decimal, .string(let text)):
            do { return try ExactDecimal(parsing: text, lenient: textual).json } catch let error as BaseError {
                throw mismatch(error.message)
            }
        case (.choice(let choices), .string(let text)):
            guard choices.contains(where: { Text($0) == text }) else {
                throw mismatch("\"\(text)\" is none of \(choices.joined(separator: ", "))")
            }
            return json
        default: throw mismatch("\(summary) is needed")
        }
    }

    private func rule(_ range: ClosedRange<Int64>) -> String {
        "an integer from \(range.lowerBound) to \(range.upperBound) is needed"
    }

    private var summary: String {
        switch self {
        case .text: "text"
        case .integer: "an integer"
        case .boolean: "true or false"
        case .decimal: "a decimal number, as text"
        case .choice(let choices): "one of \(choices.joined(separator: ", "))"
        case .list: "a list"
        case .object: "a mapping"
        }
    }
}

extension Shape {
    /// The JSON Schema (draft 2020-12) of the canonical form.
    var schema: JSON {
        switch self {
        case .text(let bytesMax, let pattern):
            [
                "maxLength": .int(bytesMax), "pattern": pattern.map { .text($0.expression) }, "type": "string",
            ]
        case .integer(let range):
            ["maximum": .integer(range.upperBound), "minimum": .integer(range.lowerBound), "type": "integer"]
        case .boolean: ["type": "boolean"]
        case .decimal:
            ["maxLength": 36, "pattern": "^(0|-?[1-9][0-9]*|-?(0|[1-9][0-9]*)\\.[0-9]{0,17}[1-9])$", "type": "string"]
        case .choice(let choices): ["enum": .array(choices.map { .text($0) })]
        case .list(let element, let countMax): ["items": element.schema, "maxItems": .int(countMax), "type": "array"]
        case .object(let fields):
            [
                "additionalProperties": false,
                "properties": .object(
                    JSONObject(
                        fields.map { field in
                            guard case .object(var schema) = field.shape.schema else {
                                preconditionFailure("no schema")
                            }
                            schema["description"] = .text(field.note)
                            return (Text(field.name), .object(schema))
                        })),
                "required": .array(fields.filter(\.required).map { .text($0.name) }),
                "type": "object",
            ]
        }
    }
}
