import Foundation
import NexusBase
import NexusPolicy
import NexusTestInputs
import Testing

/// Method: expressions are grown from shapes of every operator, macro and library, or cut, spliced and mutated byte by
/// byte; each is parsed, checked (two in three leniently) and evaluated under tight limits. It must end with a value or
/// a coded error, stay under its cost limit, come to the same outcome a second time, and cost no more than its static
/// estimate promised. NEXUS_FUZZ_EXECUTIONS sets the number of executions, NEXUS_FUZZ_SEED the first seed.
@Suite struct PolicyFuzzTests {
    static let corpus: [String] = [
        "index > attach && outputs.paid || list.exists(e, e == 3)", "[1, 2, 3].map(x, x * 2).filter(y, y > 2)[0]",
        "{'a': 1, 'b': [1u, 2.5, null]}.b[1] == 2u ? 'yes' : \"no\"", "text.matches('^[a-z]+(b|c)*\\\\d{2,3}$')",
        "cel.bind(x, list + list, x.all(i, v, i >= 0 && v < 100))", "'%s %d %.3f %x'.format([text, 7, 2.5, b'ab'])",
        "timestamp('2026-01-01T00:00:00Z') + duration('1h30m') > at", "at.getHours('Europe/Lisbon') == -1",
        "decimal('0.035') * index + 24.5 >= attach", "quantity('3', 'm') + quantity(2, 'm') < quantity('9.5', 'm')",
        "{?'k': optional.none(), 'n': outputs.?x.orValue(3)}", "math.greatest(1, 2.5, 3u) + math.abs(-4)",
        "text.split(',').map(s, s.trim().size()).sortBy(n, -n).distinct()", "has(outputs.a.b) ? outputs.a.b : dyn(1)",
        "ip('192.168.0.1').family() == 4 && cidr('10.0.0.0/8').containsIP('10.1.2.3')",
        "cel.block([1 + 1, cel.index(0) * 2], cel.index(1))", "[[1], [2, [3]]].flatten(2).slice(0, 2).reverse()",
        "optional.of(4).optMap(v, v + 1).or(optional.none()).value()", "base64.decode(base64.encode(b'\\xff\\x00'))",
        "outputs.transformMap(k, v, k + 'x').transformList(k, v, k)", "google.protobuf.Int32Value{value: 7} == 7",
        "text.replace('a', 'bb').indexOf('b', 1) in [1, 2]", "-9223372036854775808 / -1",
        "r'\\d' + \"\"\"a\nb\"\"\" + '\\u00e9'",
        "string(uint(int(double('1e3')))) + string(true)", "type(list) == list && type(1) != uint",
        "lists.range(20).exists_one(x, x % 7 == 3)", "sets.contains([1, 2], list) || !sets.intersects(list, [9])",
    ]

    static let tokens: [String] = [
        "(", ")", "[", "]", "{", "}", ".", "?", ":", ",", "+", "-", "*", "/", "%", "!", "==", "!=", "<=", "&&", "||",
        " in ",
        "1", "0", "2u", "1.5e300", "9223372036854775807", "'a'", "b'\\xff'", "\"\"\"", "null", "true", "x", "list",
        "text",
        "index", "outputs", ".all(x, ", ".map(x, ", ".size()", "cel.bind(x, ", "has(", "[?0]", ".?a", "\\", "`a b`",
        "//", "\u{E9}",
        "\u{1F600}", "decimal('1')", "duration('1s')", ".matches('(a|b)*')", "\0",
    ]

    /// Shapes of expressions; each `#` becomes another expression.
    static let shapes: [String] = [
        "# + #", "# - #", "# * #", "# / #", "# % #", "# == #", "# != #", "# < #", "# >= #", "# in #", "# && #",
        "# || #", "!(#)", "-(#)",
        "(# ? # : #)", "[#, #]", "[?#, #]", "{'a': #, 1: #}", "#[#]", "#[?#]", "(#).a", "(#).?a", "has((#).a)",
        "(#).size()", "size(#)",
        "(#).all(v, #)", "(#).exists(v, #)", "(#).exists_one(v, #)", "(#).map(v, #)", "(#).map(v, #, #)",
        "(#).filter(v, #)",
        "(#).all(v, w, #)", "(#).transformList(v, w, #)", "(#).transformMap(v, w, #)",
        "(#).transformMapEntry(v, w, {v: #})",
        "(#).sortBy(v, #)", "cel.bind(v, #, #)", "cel.block([#, cel.index(0)], cel.index(1))", "optional.of(#)",
        "optional.none()",
        "(#).optMap(v, #)", "(#).or(#)", "(#).orValue(#)", "(#).value()", "type(#)", "dyn(#)", "string(#)", "int(#)",
        "uint(#)",
        "double(#)", "bytes(#)", "decimal(#)", "(#).div(#, 2)", "quantity(#, 'm')", "duration(#)", "timestamp(#)",
        "(#).getHours('+01:00')",
        "(#).matches(#)", "(#).contains(#)", "(#).startsWith(#)", "(#).split(#)", "(#).join(#)", "(#).replace(#, #)",
        "(#).substring(#, #)",
        "(#).indexOf(#)", "(#).lastIndexOf(#)", "(#).charAt(#)", "(#).trim()", "(#).format([#, #])", "(#).reverse()",
        "(#).distinct()",
        "(#).sort()", "(#).slice(#, #)", "(#).flatten()", "(#).flatten(3)", "math.greatest(#, #)",
        "math.bitShiftLeft(#, #)", "math.abs(#)",
        "math.ceil(#)", "ip(#)", "cidr(#).containsIP(#)", "sets.equivalent(#, #)", "google.protobuf.Struct{fields: #}",
        "strings.quote(#)",
    ]
    static let leaves: [String] = [
        "0", "1", "-1", "7u", "2.5", "9223372036854775807", "'abc'", "'%s %d'", "'(a|b)*c'", "''", "b'\\xff'", "true",
        "false", "null",
        "list", "text", "index", "outputs", "at", "x", "v", "w", "[]", "{}", "duration('1h')", "decimal('1.5')",
        "'10.0.0.1'", "'1.5'",
        "[1, 2, 3]", "['b', 'a']", "quantity('2', 'm')", "optional.of(1)", "0.0 / 0.0", "timestamp(0)", "'1h'", "int",
    ]

    private func generated(_ random: inout SplitMix64, depth: Int) -> String {
        if depth == 0 || random.below(5) == 0 { return Self.leaves[random.below(Self.leaves.count)] }
        let shape = Self.shapes[random.below(Self.shapes.count)]
        let parts = shape.split(separator: "#", omittingEmptySubsequences: false)
        var text = String(parts[0])
        for part in parts.dropFirst() { text += generated(&random, depth: depth - 1) + part }
        return text
    }

    private func mutated(_ random: inout SplitMix64) -> Text {
        var bytes = Array(Self.corpus[random.below(Self.corpus.count)].utf8)
        for _ in 0...random.below(3) {
            let position = random.below(bytes.count + 1)
            switch random.below(7) {
            case 0: bytes.insert(contentsOf: Array(Self.tokens[random.below(Self.tokens.count)].utf8), at: position)
            case 1 where position < bytes.count: bytes[position] = UInt8(random.below(256))
            case 2 where position < bytes.count:
                bytes.removeSubrange(position..<min(bytes.count, position + 1 + random.below(6)))
            case 3:
                let other = Array(Self.corpus[random.below(Self.corpus.count)].utf8)
                bytes = Array(bytes[..<position]) + Array(other[random.below(other.count)...])
            case 4 where !bytes.isEmpty:
                let start = random.below(bytes.count)
                let part = bytes[start..<min(bytes.count, start + 1 + random.below(12))]
                bytes.insert(contentsOf: Array(repeating: part, count: 1 + random.below(8)).joined(), at: position)
            case 5:
                let opening = ["(", "[", "!", "-", "{1:"][random.below(5)]
                bytes.insert(contentsOf: Array(String(repeating: opening, count: random.below(300)).utf8), at: position)
            default: bytes.insert(contentsOf: Array(Self.tokens[random.below(Self.tokens.count)].utf8), at: position)
            }
        }
        return Text(String(decoding: bytes, as: UTF8.self))
    }

    static let environment = PolicyEnvironment(declaring: [
        .init("index", .decimal), .init("attach", .decimal), .init("outputs", .map(.string, .dyn), sizeMax: 8),
        .init("list", .list(.int), sizeMax: 8), .init("text", .string, sizeMax: 16), .init("at", .timestamp),
        .init("x", .dyn, sizeMax: 8),
    ])
    static let limits = PolicyLimits(costMax: 20_000, elementsMax: 5_000, bytesMax: 100_000)

    /// A text of the outcome, for comparing two runs.
    private func outcome(_ source: Text, isChecked: Bool, _ values: [(Text, PolicyValue)]) -> (
        text: String, problem: String?
    ) {
        do {
            let expression = try PolicyExpression(
                source, in: Self.environment, limits: Self.limits, isChecked: isChecked)
            let (outcome, trace, cost) = expression.explain(try expression.bindings(values), limits: Self.limits)
            // A step that passes the limit is counted before it is refused.
            if cost > Self.limits.costMax * 2 { return ("", "cost \(cost) is far past the limit") }
            _ = trace.explanation
            switch outcome {
            case .value(let value):
                if isChecked, cost > expression.staticCost.worst {
                    return ("", "cost \(cost) passes the estimate \(expression.staticCost.worst)")
                }
                return ("\(value.literal) \(cost)", nil)
            case .failure(let error):
                return ("\(error) \(cost)", error.place == nil ? "an error without a place: \(error)" : nil)
            }
        } catch let error as PolicyError {
            return (error.description, error.position == nil ? "an error without a position: \(error)" : nil)
        } catch { return ("", "not a coded error: \(error)") }
    }

    @Test func `no mutation of an expression traps, hangs, differs or passes its estimate`() throws {
        let settings = ProcessInfo.processInfo.environment
        let executions = settings["NEXUS_FUZZ_EXECUTIONS"].flatMap(Int.init) ?? 20_000
        let firstSeed = settings["NEXUS_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
        let values: [(Text, PolicyValue)] = [
            ("index", try decimal("24.105")), ("attach", try decimal("24")), ("list", [1, 2, 3]), ("text", "abc,de"),
            ("outputs", PolicyValue(json: ["a": ["b": 1], "paid": true])), ("x", 5),
            ("at", .timestamp(try PolicyTimestamp(parsing: "2026-01-01T00:00:00Z"))),
        ]
        var parsed = 0
        for execution in 0..<executions {
            let seed = firstSeed &+ UInt64(execution)
            var random = SplitMix64(seed: seed)
            // Every fourth is broken text; the others are well-formed nonsense, which reaches the evaluator.
            let source = seed % 4 == 3 ? mutated(&random) : Text(generated(&random, depth: 1 + random.below(4)))
            let isChecked = seed / 4 % 3 == 0
            if executions == 1 { print("PolicyFuzz: \(source)") }
            let first = outcome(source, isChecked: isChecked, values)
            if let problem = first.problem { Issue.record("seed \(seed): \(problem)\n\(source)") }
            if !first.text.hasPrefix("policy.syntax") { parsed += 1 }
            if seed / 16 % 16 == 0 {
                let second = outcome(source, isChecked: isChecked, values)
                #expect(first.text == second.text, "seed \(seed): \(source)")
            }
        }
        print("PolicyFuzz: \(executions) executions from seed \(firstSeed), \(parsed) past the parser")
        #expect(parsed > executions / 2)
    }
}
