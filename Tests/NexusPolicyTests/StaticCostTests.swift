import Foundation
import NexusBase
import NexusPolicy
import NexusTestInputs
import Testing

/// Grows expressions that pass the checker: each function asks for parts of the types that it takes.
struct TypedExpressions {
    var random: SplitMix64
    /// Names of comprehension variables in scope, by type.
    private var numbers: [String] = []
    private var texts: [String] = []
    private var made = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func pick(_ choices: [String]) -> String { choices[random.below(choices.count)] }

    private mutating func name() -> String {
        made += 1
        return "v\(made)"
    }

    /// A body in which `name` stands for a number or a text.
    private mutating func bound(
        _ depth: Int, number: String? = nil, text: String? = nil, _ body: (inout Self, Int) -> String
    ) -> String {
        if let number { numbers.append(number) }
        if let text { texts.append(text) }
        defer {
            if number != nil { numbers.removeLast() }
            if text != nil { texts.removeLast() }
        }
        return body(&self, depth - 1)
    }

    mutating func condition(_ depth: Int) -> String {
        guard depth > 0 else { return pick(["true", "false", "flag", "outputs.paid == 1", "has(outputs.none)"]) }
        switch random.below(14) {
        case 0: return "(\(condition(depth - 1)) && \(condition(depth - 1)))"
        case 1: return "(\(condition(depth - 1)) || \(condition(depth - 1)))"
        case 2: return "!\(condition(depth - 1))"
        case 3: return "\(number(depth - 1)) \(pick(["<", "<=", ">", ">=", "==", "!="])) \(number(depth - 1))"
        case 4: return "\(text(depth - 1)) \(pick(["<", "==", "!="])) \(text(depth - 1))"
        case 5: return "\(number(depth - 1)) in \(list(depth - 1))"
        case 6: return "\(text(depth - 1)) in \(words(depth - 1))"
        case 7: return "\(text(depth - 1)).\(pick(["contains", "startsWith", "endsWith"]))(\(text(depth - 1)))"
        case 8: return "\(text(depth - 1)).matches(\(pick(["'^a+b?$'", "'(a|b)*c'", "'[a-z]{2,5}'"])))"
        case 9, 10:
            let name = name()
            let range = list(depth - 1)
            let body = bound(depth, number: name) { $0.condition($1) }
            return "\(range).\(pick(["all", "exists", "exists_one"]))(\(name), \(body))"
        case 11:
            let name = name()
            let range = words(depth - 1)
            let body = bound(depth, text: name) { $0.condition($1) }
            return "\(range).\(pick(["all", "exists"]))(\(name), \(body))"
        case 12: return "\(list(depth - 1)) == \(list(depth - 1))"
        default: return "sets.\(pick(["contains", "intersects", "equivalent"]))(\(list(depth - 1)), \(list(depth - 1)))"
        }
    }

    mutating func number(_ depth: Int) -> String {
        guard depth > 0 else { return pick(["0", "1", "-7", "count", "41", "outputs.paid"] + numbers + numbers) }
        switch random.below(10) {
        case 0: return "(\(number(depth - 1)) \(pick(["+", "-", "*"])) \(number(depth - 1)))"
        case 1: return "(\(number(depth - 1)) \(pick(["/", "%"])) \(number(depth - 1)))"
        case 2: return "size(\(list(depth - 1)))"
        case 3: return "\(text(depth - 1)).size()"
        case 4: return "(\(condition(depth - 1)) ? \(number(depth - 1)) : \(number(depth - 1)))"
        case 5: return "math.greatest(\(number(depth - 1)), \(number(depth - 1)))"
        case 6: return "\(list(depth - 1))[?\(number(depth - 1))].orValue(\(number(depth - 1)))"
        case 7: return "\(text(depth - 1)).indexOf(\(text(depth - 1)))"
        case 8: return "size(\(words(depth - 1)))"
        default:
            let name = name()
            let value = number(depth - 1)
            let body = bound(depth, number: name) { $0.number($1) }
            return "cel.bind(\(name), \(value), \(body))"
        }
    }

    mutating func text(_ depth: Int) -> String {
        guard depth > 0 else { return pick(["''", "'ab'", "'a,b,c'", "word", "'x'"] + texts + texts) }
        switch random.below(9) {
        case 0: return "(\(text(depth - 1)) + \(text(depth - 1)))"
        case 1: return "string(\(number(depth - 1)))"
        case 2: return "\(text(depth - 1)).\(pick(["upperAscii", "lowerAscii", "trim", "reverse"]))()"
        case 3: return "\(text(depth - 1)).replace(\(text(depth - 1)), \(text(depth - 1)))"
        case 4: return "\(words(depth - 1)).join(\(text(depth - 1)))"
        case 5: return "(\(condition(depth - 1)) ? \(text(depth - 1)) : \(text(depth - 1)))"
        case 6: return "'%s-%d'.format([\(text(depth - 1)), \(number(depth - 1))])"
        case 7: return "strings.quote(\(text(depth - 1)))"
        default: return "\(words(depth - 1))[?0].orValue(\(text(depth - 1)))"
        }
    }

    mutating func list(_ depth: Int) -> String {
        guard depth > 0 else { return pick(["[]", "[1, 2, 3]", "list", "list", "[count]"]) }
        switch random.below(9) {
        case 0: return "[\(number(depth - 1)), \(number(depth - 1))]"
        case 1: return "(\(list(depth - 1)) + \(list(depth - 1)))"
        case 2, 3:
            let name = name()
            let range = list(depth - 1)
            let body = bound(depth, number: name) { $0.number($1) }
            return "\(range).map(\(name), \(body))"
        case 4:
            let name = name()
            let range = list(depth - 1)
            let body = bound(depth, number: name) { $0.condition($1) }
            return "\(range).filter(\(name), \(body))"
        case 5: return "\(list(depth - 1)).\(pick(["reverse", "distinct", "sort"]))()"
        case 6: return "lists.range(\(pick(["0", "3", "20"])))"
        case 7:
            let name = name()
            let range = words(depth - 1)
            let body = bound(depth, text: name) { $0.number($1) }
            return "\(range).map(\(name), \(body))"
        default:
            let name = name()
            let range = list(depth - 1)
            let body = bound(depth, number: name) { $0.number($1) }
            return "\(range).sortBy(\(name), \(body))"
        }
    }

    mutating func words(_ depth: Int) -> String {
        guard depth > 0 else { return pick(["words", "words", "['a', 'bc']"]) }
        switch random.below(5) {
        case 0: return "[\(text(depth - 1)), \(text(depth - 1))]"
        case 1: return "\(text(depth - 1)).split(\(pick(["','", "''", "'ab'"])))"
        case 2: return "\(words(depth - 1)).\(pick(["reverse", "distinct", "sort"]))()"
        case 3:
            let name = name()
            let range = words(depth - 1)
            let body = bound(depth, text: name) { $0.text($1) }
            return "\(range).map(\(name), \(body))"
        default: return "(\(words(depth - 1)) + \(words(depth - 1)))"
        }
    }
}

/// Method: expressions grown from fixed seeds so that they pass the checker, each evaluated over three draws of data
/// within the declared sizes (the largest first). Whatever the outcome, value or failure, it cost no more than the
/// static estimate said before any data was known. NEXUS_COST_CASES sets the number of expressions.
@Suite struct StaticCostTests {
    static let sizes: (list: Int, words: Int, word: Int, outputs: Int) = (12, 10, 24, 8)

    static let environment = PolicyEnvironment(declaring: [
        .init("flag", .bool), .init("count", .int), .init("word", .string, sizeMax: UInt64(sizes.word)),
        .init("list", .list(.int), sizeMax: UInt64(sizes.list)),
        .init("words", .list(.string), sizeMax: UInt64(sizes.words)),
        .init("outputs", .map(.string, .int), sizeMax: UInt64(sizes.outputs)),
    ])

    private func data(_ random: inout SplitMix64, isLargest: Bool) throws -> [(Text, PolicyValue)] {
        func size(_ max: Int) -> Int { isLargest ? max : random.below(max + 1) }
        func word(_ max: Int) -> PolicyValue {
            .string(
                Text(String(decoding: (0..<size(max)).map { _ in [97, 98, 44, 120][random.below(4)] }, as: UTF8.self)))
        }
        let members = (0..<max(1, size(Self.sizes.outputs))).map {
            (Text($0 == 0 ? "paid" : "k\($0)"), JSON.int(random.below(9)))
        }
        let outputs = try PolicyValue(json: .object(JSONObject(members)), as: .map(.string, .int))
        return [
            ("flag", .bool(random.below(2) == 0)), ("count", .int(Int64(random.below(40)) - 9)),
            ("word", word(Self.sizes.word)),
            ("list", .list((0..<size(Self.sizes.list)).map { _ in .int(Int64(random.below(20)) - 5) })),
            ("words", .list((0..<size(Self.sizes.words)).map { _ in word(Self.sizes.words) })),
            ("outputs", outputs),
        ]
    }

    @Test func `no evaluation costs more than its static estimate, whatever the data`() throws {
        let settings = ProcessInfo.processInfo.environment
        let cases = settings["NEXUS_COST_CASES"].flatMap(Int.init) ?? 5_000
        var (evaluated, refused, telling) = (0, 0, 0)
        for seed in 0..<UInt64(cases) {
            var grown = TypedExpressions(seed: seed &* 0x9E37_79B9)
            let depth = 1 + grown.random.below(4)
            let source: String =
                switch grown.random.below(5) {
                case 0: grown.number(depth)
                case 1: grown.text(depth)
                case 2: grown.list(depth)
                case 3: grown.words(depth)
                default: grown.condition(depth)
                }
            let expression: PolicyExpression
            do { expression = try PolicyExpression(Text(source), in: Self.environment) } catch {
                // Too large, or a comparison that the checker does not take: counted, and rare.
                refused += 1
                continue
            }
            let estimate = expression.staticCost.worst
            if estimate <= PolicyLimits.standard.costMax { telling += 1 }
            for draw in 0..<3 {
                let values = try data(&grown.random, isLargest: draw == 0)
                let (outcome, _, cost) = expression.explain(try expression.bindings(values))
                evaluated += 1
                if cost > estimate {
                    Issue.record("seed \(seed): cost \(cost), estimate \(estimate), \(outcome)\n\(source)")
                }
            }
        }
        print(
            "StaticCost: \(cases) expressions, \(refused) refused, \(evaluated) evaluations, \(telling) under the limit"
        )
        #expect(refused * 20 < cases)
        #expect(telling * 2 > cases)
    }
}
