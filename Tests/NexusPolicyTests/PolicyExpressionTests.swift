import NexusBase
import NexusPolicy
import Testing

func decimal(_ text: Text) throws -> PolicyValue { .decimal(try ExactDecimal(parsing: text)) }

@Suite struct PolicyExpressionTests {
    let environment = PolicyEnvironment(variables: [
        ("index", .decimal), ("attach", .decimal), ("count", .int), ("outputs", .map(.string, .dyn)),
        ("at", .timestamp), ("until", .timestamp),
    ])

    func evaluate(_ source: Text, _ values: [(Text, PolicyValue)] = []) throws -> PolicyEvaluation {
        try PolicyExpression(source, in: environment).evaluate(values)
    }

    @Test func `a comparison of decimals tells its two sides and the margin`() throws {
        let evaluation = try evaluate("index > attach", [("index", decimal("24.105")), ("attach", decimal("24"))])
        #expect(evaluation.value == true)
        let comparison = try #require(evaluation.trace.comparison)
        #expect(try comparison.observed == decimal("24.105"))
        #expect(try comparison.threshold == decimal("24"))
        #expect(try comparison.margin == decimal("0.105"))
    }

    @Test(arguments: [
        ("count > 10", "-3"), ("count >= 7", "0"), ("count < 10", "3"), ("count <= 5", "-2"), ("count == 5", "-2"),
        ("count != 5", "2"), ("index > 24.5", "-0.395"), ("index < count", "-17.105"), ("count < index", "17.105"),
    ])
    func `a margin is how far the condition holds or fails`(source: String, margin: String) throws {
        let evaluation = try evaluate(Text(source), [("count", 7), ("index", decimal("24.105"))])
        #expect(evaluation.trace.comparison?.margin?.plainText == Text(margin))
    }

    @Test func `the margin of two timestamps is a duration`() throws {
        let evaluation = try evaluate(
            "at < until",
            [
                ("at", .timestamp(try PolicyTimestamp(parsing: "2026-01-01T00:00:00Z"))),
                ("until", .timestamp(try PolicyTimestamp(parsing: "2026-01-02T00:00:00Z"))),
            ])
        #expect(evaluation.trace.comparison?.margin?.plainText == "86400s")
    }

    @Test func `decimals add subtract and multiply exactly and divide by a named scale`() throws {
        #expect(try evaluate("decimal('0.1') + decimal('0.2') == decimal('0.3')").value == true)
        #expect(try evaluate("index * 2 - 0.21", [("index", decimal("24.105"))]).value == decimal("48"))
        #expect(try evaluate("decimal('1').div(3, 4)").value == decimal("0.3333"))
        #expect(try evaluate("div(decimal('-1'), decimal('8'), 2, 'floor')").value == decimal("-0.13"))
        #expect(throws: PolicyError(.divisionByZero, "")) { try evaluate("index.div(0, 2)", [("index", decimal("1"))]) }
    }

    @Test func `a trace holds each subexpression with its value`() throws {
        let evaluation = try evaluate(
            "index > attach && outputs.paid",
            [
                ("index", decimal("25")), ("attach", decimal("24")),
                ("outputs", PolicyValue(json: ["paid": false, "list": [1, 2]])),
            ])
        #expect(evaluation.value == false)
        #expect(evaluation.trace.source == "index > attach && outputs.paid")
        #expect(evaluation.trace.children.map(\.source) == ["index > attach", "outputs.paid"])
        #expect(evaluation.trace.children.map(\.value) == [true, false])
        #expect(evaluation.trace.children[0].children.map(\.source) == ["index", "attach"])
    }

    @Test func `an error in an expression names line and column and suggests a name`() throws {
        let source: Text = "count > 1 &&\n  indx > attach"
        do {
            _ = try PolicyExpression(source, in: environment)
            Issue.record("an undeclared name was accepted")
        } catch let error as PolicyError {
            #expect(error.code == .undeclared)
            #expect(error.position == PolicyPosition(line: 2, column: 3))
            let lines = [
                "policy.undeclared: \"indx\" is not declared; did you mean \"index\"?", "2 |   indx > attach",
                "      ^",
            ]
            #expect(error.rendered(in: source) == lines.joined(separator: "\n"))
        }
    }

    @Test func `an unbound variable or a value of another type is refused`() throws {
        #expect(throws: PolicyError(.unbound, "")) { try evaluate("index > attach", [("index", decimal("1"))]) }
        #expect(throws: PolicyError(.wrongType, "")) { try evaluate("count > 1", [("count", "one")]) }
        #expect(throws: PolicyError(.undeclared, "")) { try evaluate("count > 1", [("counts", 1)]) }
    }

    @Test func `the static cost bounds the cost of an evaluation`() throws {
        let expression = try PolicyExpression("outputs.size() > 0 && [1, 2, 3].all(e, e < count)", in: environment)
        let evaluation = try expression.evaluate([("outputs", PolicyValue(json: ["a": 1])), ("count", 7)])
        #expect(evaluation.cost <= expression.staticCost.worst)
        #expect(expression.staticCost.fits(.standard))
    }
}
