import NexusBase
import NexusPolicy
import Testing

/// Every named bound: at it an expression runs, one past it a coded error says so.
@Suite struct PolicyLimitTests {
    let environment = PolicyEnvironment(variables: [("list", .list(.int)), ("text", .string)])

    func evaluate(_ source: Text, _ limits: PolicyLimits, _ values: [(Text, PolicyValue)] = []) throws -> PolicyValue {
        let expression = try PolicyExpression(source, in: environment, limits: limits)
        return try expression.value(expression.bindings(values), limits: limits)
    }

    @Test func `the cost limit holds and one less stops the evaluation`() throws {
        let expression = try PolicyExpression("list.all(e, e > 0)", in: environment)
        let list: [(Text, PolicyValue)] = [("list", [1, 2, 3])]
        let cost = try expression.evaluate(list).cost
        #expect(try expression.evaluate(list, limits: PolicyLimits(costMax: cost)).value == true)
        #expect(throws: PolicyError(.costExceeded, "")) {
            try expression.evaluate(list, limits: PolicyLimits(costMax: cost - 1))
        }
    }

    @Test func `a spent budget is not absorbed by a logical operator`() {
        #expect(throws: PolicyError(.costExceeded, "")) {
            try evaluate(
                "list.all(e, e > 0) || true", PolicyLimits(costMax: 20),
                [("list", .list(Array(repeating: 1, count: 99)))])
        }
    }

    @Test func `source length, nodes and nesting are bounded`() throws {
        #expect(try evaluate("1 + 1", PolicyLimits(sourceBytesMax: 5)) == 2)
        #expect(throws: PolicyError(.tooLarge, "")) { try evaluate("1 + 11", PolicyLimits(sourceBytesMax: 5)) }
        #expect(try evaluate("1 + 1", PolicyLimits(nodesMax: 3)) == 2)
        #expect(throws: PolicyError(.tooLarge, "")) { try evaluate("1 + 1 + 1", PolicyLimits(nodesMax: 3)) }
        #expect(try evaluate("[[[1]]]", PolicyLimits(nestingMax: 4)) == [[[1]]])
        #expect(throws: PolicyError(.tooLarge, "")) { try evaluate("[[[[1]]]]", PolicyLimits(nestingMax: 4)) }
    }

    @Test(arguments: ["(", "[", "-(", "!", "{1:", "a.b(", "true ? true : ", "1 + (", "[1].map(x, "])
    func `hostile nesting is refused with a place`(opening: String) {
        let source = Text(String(repeating: opening, count: 5_000))
        do {
            _ = try PolicyExpression(source, in: environment, isChecked: false)
            Issue.record("accepted")
        } catch let error as PolicyError {
            #expect(error.code == .tooLarge || error.code == .syntax)
            #expect(error.position != nil)
        } catch { Issue.record("\(error)") }
    }

    @Test func `a deep expression at the limit runs on a small stack`() throws {
        let depth = PolicyLimits.nestingHardMax - 1
        let source = Text(String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth))
        #expect(try PolicyExpression(source, in: environment).evaluate().value.literal == source)
    }

    @Test func `a long chain of one logical operator is not nesting`() throws {
        let source = Text(Array(repeating: "text == 'a'", count: 1_000).joined(separator: " || "))
        #expect(try evaluate(source, .standard, [("text", "b")]) == false)
    }

    @Test func `iterations of all comprehensions are bounded together`() throws {
        let source: Text = "list.all(x, list.all(y, true))"
        let list: [(Text, PolicyValue)] = [("list", [1, 2, 3])]
        #expect(try evaluate(source, PolicyLimits(iterationsMax: 12), list) == true)
        #expect(throws: PolicyError(.tooLarge, "")) { try evaluate(source, PolicyLimits(iterationsMax: 11), list) }
    }

    @Test func `texts and lists that an evaluation makes are bounded`() throws {
        #expect(try evaluate("text + text", PolicyLimits(bytesMax: 4), [("text", "ab")]) == "abab")
        #expect(throws: PolicyError(.tooLarge, "")) {
            try evaluate("text + text", PolicyLimits(bytesMax: 3), [("text", "ab")])
        }
        #expect(try evaluate("list + list", PolicyLimits(elementsMax: 5), [("list", [1, 2])]) == [1, 2, 1, 2])
        #expect(throws: PolicyError(.tooLarge, "")) {
            try evaluate("list + list", PolicyLimits(elementsMax: 3), [("list", [1, 2])])
        }
        #expect(throws: PolicyError(.tooLarge, "")) { try evaluate("lists.range(5)", PolicyLimits(elementsMax: 4)) }
    }

    /// Sharing makes 2^60 leaves out of sixty bindings: nothing that walks them all may be free.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "a60", "[a60] == [a60, 1]", "[a60] == [a60]", "a60 < 1", "dyn(a60).b", "dyn({1: 1})[a60]", "a60 in [a60]",
            "[1].exists(e, e == a60)", "google.protobuf.Value{list_value: a60}", "'%s'.format([a60])",
            "[a60, a60].distinct()", "[a60, a60].sort()", "optional.of(a60)", "a60.flatten(100)", "[1][dyn(a60)]",
            "google.protobuf.FieldMask{paths: a60} == google.protobuf.FieldMask{paths: a60}", "a60 + 1", "{'k': a60}",
        ])
    func `a value that doubles at every binding is answered or refused at once`(ending: String) throws {
        var source = ending
        for level in stride(from: 60, to: 0, by: -1) {
            source = "cel.bind(a\(level), [a\(level - 1), a\(level - 1)], \(source))"
        }
        let expression = try PolicyExpression(
            Text("cel.bind(a0, [1], \(source))"), in: environment, isChecked: false)
        let (outcome, trace, cost) = expression.explain(try expression.bindings())
        #expect(cost <= PolicyLimits.standard.costMax * 2)
        #expect(trace.explanation.utf8.count < 10_000)
        #expect(trace.json.canonicalBytes.count < 10_000_000)
        if case .value(let value) = outcome { #expect(value.literal.utf8.count < 100) }
    }

    @Test func `a trace keeps its limit of entries and counts the rest`() throws {
        let expression = try PolicyExpression("list.all(e, e > 0)", in: environment)
        let values: [(Text, PolicyValue)] = [("list", .list(Array(repeating: 1, count: 50)))]
        let trace = try expression.evaluate(values, limits: PolicyLimits(traceEntriesMax: 20)).trace
        #expect(trace.droppedCount == 82)
        #expect(try expression.evaluate(values, limits: PolicyLimits(traceEntriesMax: 102)).trace.droppedCount == 0)
    }
}
