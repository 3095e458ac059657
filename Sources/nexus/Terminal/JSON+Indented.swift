import NexusBase

extension JSON {
    /// The value in lines of two spaces' indentation, for people and pipes. Signed bytes are canonical instead.
    var indented: String { indented(level: 0) }

    private func indented(level: Int) -> String {
        let inner = String(repeating: "  ", count: level + 1)
        let outer = String(repeating: "  ", count: level)
        switch self {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + $0.indented(level: level + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let object) where !object.members.isEmpty:
            let lines = object.members.map { key, value in
                inner + JSON.string(key).canonicalString + ": " + value.indented(level: level + 1)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        default: return canonicalString
        }
    }
}
