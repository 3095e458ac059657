package import NexusBase

extension JSON {
    /// The part at a path like `predicate.attempts.0.node`; setting nil removes a member or element.
    package subscript(path: String) -> JSON? {
        get { self[steps: path.split(separator: ".").map(String.init)] }
        set { self[steps: path.split(separator: ".").map(String.init)] = newValue }
    }

    private subscript(steps steps: [String]) -> JSON? {
        get {
            guard let first = steps.first else { return self }
            let rest = Array(steps.dropFirst())
            switch self {
            case .object(let object): return object[Text(first)]?[steps: rest]
            case .array(let elements):
                guard let index = Int(first), elements.indices.contains(index) else { return nil }
                return elements[index][steps: rest]
            default: return nil
            }
        }
        set {
            guard let first = steps.first else {
                if let newValue { self = newValue }
                return
            }
            let rest = Array(steps.dropFirst())
            switch self {
            case .object(var object):
                if rest.isEmpty {
                    object[Text(first)] = newValue
                } else {
                    var inner = object[Text(first)] ?? .object(JSONObject())
                    inner[steps: rest] = newValue
                    object[Text(first)] = inner
                }
                self = .object(object)
            case .array(var elements):
                guard let index = Int(first), elements.indices.contains(index) else {
                    preconditionFailure("no element \(first)")
                }
                if rest.isEmpty, newValue == nil {
                    elements.remove(at: index)
                } else {
                    elements[index][steps: rest] = newValue
                }
                self = .array(elements)
            default: preconditionFailure("no member \(first)")
            }
        }
    }

    /// Edits the document that stands at `path` as base64.
    package mutating func editDocument(_ path: String, _ edit: (inout JSON) -> Void) {
        var inner = document(path)
        edit(&inner)
        self[path] = .base64(inner.canonicalBytes)
    }

    package func document(_ path: String) -> JSON {
        guard let bytes = bytes(path), let json = try? JSON(parsing: bytes) else {
            preconditionFailure("no document at \(path)")
        }
        return json
    }

    package func bytes(_ path: String) -> [UInt8]? {
        guard case .string(let text)? = self[path] else { return nil }
        return try? Base64.decode(text.string)
    }

    package func text(_ path: String) -> Text {
        guard case .string(let text)? = self[path] else { preconditionFailure("no text at \(path)") }
        return text
    }

    package func list(_ path: String) -> [JSON] {
        guard case .array(let elements)? = self[path] else { preconditionFailure("no list at \(path)") }
        return elements
    }

    package mutating func edit(_ path: String, list body: (inout [JSON]) -> Void) {
        var elements = list(path)
        body(&elements)
        self[path] = .array(elements)
    }
}
