import NexusBase
import Yams

/// Reads YAML into JSON whose scalars are all text, and remembers where each part stood.
struct YAMLText {
    let json: JSON
    private let root: Node

    /// Throws `clause.malformed-yaml` with line and column.
    init(parsing source: [UInt8]) throws {
        guard source.count <= ClauseLimits.yamlBytesMax else {
            throw ClauseError(.tooLarge, "a clause in YAML has at most \(ClauseLimits.yamlBytesMax) bytes")
        }
        guard let text = String(validating: source, as: UTF8.self) else {
            throw ClauseError(.malformedYAML, "the document is not UTF-8")
        }
        // A cheap bound before the parser recurses: flow nesting and indentation are both visible in the text.
        try Self.checkNesting(text)
        let parser: Parser
        do {
            parser = try Parser(yaml: text)
            guard let node = try parser.singleRoot() else {
                throw ClauseError(.malformedYAML, "the document is empty", at: "line 1, column 1")
            }
            root = node
        } catch let error as YamlError {
            throw Self.located(error)
        }
        let node = root
        // Nodes refer weakly to their anchors, which the parser owns: without it an alias would pass as a copy.
        json = try withExtendedLifetime(parser) { try Self.convert(node, depth: 0) }
    }

    private static func checkNesting(_ text: String) throws {
        var depth = 0
        var line = 1
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            case 0x0A: line += 1
            default: break
            }
            // Prose may hold unbalanced brackets, so the bound is far above what documents nest.
            guard depth <= 512 else {
                throw ClauseError(.malformedYAML, "brackets nest too deeply", at: "line \(line)")
            }
        }
    }

    private static func located(_ error: YamlError) -> ClauseError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return ClauseError(.malformedYAML, problem, at: "line \(mark.line), column \(mark.column)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.joined(separator: ", ")
            return ClauseError(.malformedYAML, "the same key stands twice: \(names)", at: "line \(context.mark.line)")
        case .reader(let problem, _, _, _): return ClauseError(.malformedYAML, problem)
        default: return ClauseError(.malformedYAML, "not readable as YAML: \(error)")
        }
    }

    private static func place(_ node: Node) -> String? {
        node.mark.map { "line \($0.line), column \($0.column)" }
    }

    private static func convert(_ node: Node, depth: Int) throws -> JSON {
        guard depth <= ClauseLimits.depthMax else {
            throw ClauseError(.malformedYAML, "nested deeper than \(ClauseLimits.depthMax)", at: place(node))
        }
        guard node.anchor == nil else {
            throw ClauseError(.malformedYAML, "anchors are not used in clause documents", at: place(node))
        }
        switch node {
        case .scalar(let scalar):
            // The parser gives quoted and block scalars the tag of text by itself.
            if scalar.style == .plain || scalar.tag != Tag(.str) { try refuseTag(scalar.tag, node) }
            return .text(scalar.string)
        case .sequence(let sequence):
            try refuseTag(sequence.tag, node)
            return .array(try sequence.map { try convert($0, depth: depth + 1) })
        case .mapping(let mapping):
            try refuseTag(mapping.tag, node)
            var members: [(Text, JSON)] = []
            var seen: Set<Text> = []
            for (key, value) in mapping {
                // The parser has resolved the tags of keys already, so a tag on a key cannot be told from none.
                guard let name = key.scalar.map({ Text($0.string) }), key.anchor == nil else {
                    throw ClauseError(.malformedYAML, "a key is text, without anchor", at: place(key))
                }
                guard seen.insert(name).inserted else {
                    throw ClauseError(.malformedYAML, "the key \"\(name)\" stands twice", at: place(key))
                }
                members.append((name, try convert(value, depth: depth + 1)))
            }
            return .object(JSONObject(members))
        default: throw ClauseError(.malformedYAML, "aliases are not used in clause documents", at: place(node))
        }
    }

    private static func refuseTag(_ tag: Tag, _ node: Node) throws {
        guard tag == .implicit else {
            throw ClauseError(.malformedYAML, "tags are not used in clause documents", at: place(node))
        }
    }

    /// `line L, column C` of the part at `path`, or of the nearest part around it.
    func place(of path: [Shape.Mismatch.Step]) -> String {
        var node = root
        var found = Self.place(node)
        for step in path {
            let next: Node? =
                switch step {
                case .key(let key):
                    node.mapping?.first { Text($0.key.scalar?.string ?? "") == key }.map { pair in
                        found = Self.place(pair.key) ?? found
                        return pair.value
                    }
                case .index(let index):
                    node.sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                }
            guard let next else { break }
            if case .index = step { found = Self.place(next) ?? found }
            node = next
        }
        return found ?? "line 1, column 1"
    }
}
