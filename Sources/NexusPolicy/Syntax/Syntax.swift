import NexusBase

/// A node of the syntax tree.
struct Syntax: Sendable {
    /// Unique within one expression; types and references are kept by it.
    let id: Int
    let kind: Kind
    /// The bytes of the source it stands for.
    let range: Range<Int>
    /// Where an error about it points: an operator, a name, a bracket.
    let anchor: Int
    /// Levels below and including this one.
    let height: Int

    indirect enum Kind: Sendable {
        case literal(PolicyValue)
        case identifier(Text, isAbsolute: Bool)
        case select(Syntax, field: Text, isOptional: Bool)
        /// `has(operand.field)`.
        case has(Syntax, field: Text)
        case index(Syntax, Syntax, isOptional: Bool)
        case call(Text, isAbsolute: Bool, target: Syntax?, [Syntax])
        /// An operator by the name of its function: `_+_`, `!_`.
        case operation(Text, [Syntax])
        case and([Syntax])
        case or([Syntax])
        case conditional(Syntax, Syntax, Syntax)
        case list([Element])
        case map([Entry])
        case message(Text, isAbsolute: Bool, [Field])
        case comprehension(Comprehension)
        /// `cel.bind(name, value, body)`.
        case bind(Text, Syntax, Syntax)
        /// `cel.block([values], body)`; value n is named `@index` n.
        case block([Syntax], Syntax)
        /// `operand.optMap(name, body)` and, flat, `optFlatMap`.
        case optionalMap(Syntax, Text, Syntax, isFlat: Bool)
    }

    struct Element: Sendable {
        let value: Syntax
        let isOptional: Bool
    }

    struct Entry: Sendable {
        let key: Syntax
        let value: Syntax
        let isOptional: Bool
    }

    struct Field: Sendable {
        let name: Text
        let value: Syntax
        let isOptional: Bool
        let anchor: Int
    }

    struct Comprehension: Sendable {
        enum Kind: String, Sendable {
            case all, exists, existsOne, map, filter, transformList, transformMap, transformMapEntry, sortBy
        }

        let kind: Kind
        let range: Syntax
        /// One name, or two: index and element of a list, key and value of a map.
        let variables: [Text]
        let filter: Syntax?
        let body: Syntax
    }

    var children: [Syntax] {
        switch kind {
        case .literal, .identifier: []
        case .select(let operand, _, _), .has(let operand, _): [operand]
        case .index(let operand, let key, _): [operand, key]
        case .call(_, _, let target, let arguments): (target.map { [$0] } ?? []) + arguments
        case .operation(_, let operands), .and(let operands), .or(let operands): operands
        case .conditional(let condition, let yes, let no): [condition, yes, no]
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .message(_, _, let fields): fields.map(\.value)
        case .comprehension(let it): [it.range] + (it.filter.map { [$0] } ?? []) + [it.body]
        case .bind(_, let value, let body): [value, body]
        case .block(let values, let body): values + [body]
        case .optionalMap(let operand, _, let body, _): [operand, body]
        }
    }
}
