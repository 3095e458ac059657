import Foundation
import NexusBase
import NexusPolicy
import Testing

/// The package's own folder.
enum PackageFolder {
    static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appendingPathComponent(path))) }
}

@Suite struct PolicyDocumentTests {
    static let examples = ["jurisdiction", "eu-residency", "two-approvals"]

    func example(_ name: String) throws -> Policy {
        try Policy(json: JSON(parsing: PackageFolder.read("Examples/policies/\(name).json")))
    }

    @Test(arguments: examples) func `the tests beside the rules of an example pass`(name: String) throws {
        let policy = try example(name)
        let outcomes = policy.runTests()
        #expect(outcomes.count >= 3)
        for (test, failure) in outcomes { #expect(failure == nil, "\(test.name)") }
        for rule in policy.rules { #expect(rule.when.staticCost.fits(.standard), "\(rule.name)") }
    }

    let spend: JSON = [
        "type": "nexus.policy/v1", "id": "org.example::Spend@1.0.0",
        "variables": [["name": "limit", "type": "decimal"], ["name": "spend", "type": "decimal"]],
        "rules": [
            [
                "name": "limit", "effect": "deny", "when": "spend > limit",
                "because": "the payment exceeds the limit of the account",
            ]
        ],
        "tests": [],
    ]

    @Test func `a refusal reads as a sentence with the values and the margin`() throws {
        let decision = try Policy(json: spend).decide(given: ["spend": "1200", "limit": "1000"])
        #expect(!decision.isPermitted)
        #expect(
            decision.refusals.first?.sentence == "refused because spend (1200) > limit (1000), by 200: "
                + "the payment exceeds the limit of the account")
        #expect(try Policy(json: spend).decide(given: ["spend": "1000", "limit": "1000"]).isPermitted)
    }

    @Test func `the element that broke a rule is named`() throws {
        let decision = try example("jurisdiction").decide(given: [
            "actions": [["kind": "payment-instruction"]], "clause": ["jurisdictions": ["PE"]],
            "nodes": [["jurisdiction": "PE"], ["jurisdiction": "US"]],
        ])
        #expect(
            decision.refusals.first?.explanation
                == "for {\"jurisdiction\": \"US\"}, node.jurisdiction (\"US\") is not in clause.jurisdictions "
                + "([\"PE\"]) and for {\"kind\": \"payment-instruction\"}, "
                + "action.kind (\"payment-instruction\") == 'payment-instruction'"
        )
    }

    @Test func `a rule that cannot be evaluated refuses`() throws {
        let decision = try Policy(json: spend).decide([("spend", decimal("1"))])
        #expect(decision.refusals.first?.failure?.code == .unbound)
        #expect(decision.refusals.first?.explanation.contains("could not be evaluated") == true)
    }

    @Test func `a test that does not hold says what differed`() throws {
        guard case .object(var object) = spend else { return }
        object["tests"] = [
            [
                "name": "wrong", "given": ["spend": "1200", "limit": "1000"], "expect": ["permitted": true],
            ]
        ]
        let failure = try Policy(json: .object(object)).runTests().first?.failure
        #expect(failure?.contains("refused by limit, expected none") == true)
    }

    @Test(arguments: [
        ("type", "nexus.policy/v2", "type"), ("id", "Spend", "id"), ("more", "x", "more"), ("id", "a::b@1.0", "id"),
    ])
    func `a document that breaks the format names the field`(field: String, value: String, place: String) throws {
        guard case .object(var object) = spend else { return }
        object[Text(field)] = .text(value)
        do {
            _ = try Policy(json: .object(object))
            Issue.record("accepted")
        } catch let error as PolicyError {
            #expect(error.code == .badPolicy)
            #expect(error.place == place)
        }
    }

    @Test func `an error in a rule names the rule and the column`() throws {
        guard case .object(var object) = spend else { return }
        object["rules"] = [["name": "limit", "effect": "deny", "when": "spend > limits", "because": "x"]]
        do {
            _ = try Policy(json: .object(object))
            Issue.record("accepted")
        } catch let error as PolicyError {
            #expect(error.code == .undeclared)
            #expect(error.place == "rules[0].when:1:9")
        }
    }

    @Test func `the limit of rules holds and one more is refused`() throws {
        func policy(_ count: Int) throws -> Policy {
            guard case .object(var object) = spend else { throw PolicyError(.badPolicy, "") }
            object["rules"] = .array(
                (0..<count).map {
                    [
                        "name": .text("r\($0)"), "effect": "deny", "when": "spend > limit", "because": "x",
                    ]
                })
            return try Policy(json: .object(object))
        }
        #expect(try policy(PolicyLimits.policyRulesMax).rules.count == PolicyLimits.policyRulesMax)
        #expect(throws: PolicyError(.badPolicy, "")) { try policy(PolicyLimits.policyRulesMax + 1) }
    }

    @Test func `a diagnostic shows the rule's own expression with a caret`() throws {
        guard case .object(var object) = spend else { return }
        object["rules"] = [["name": "cap", "effect": "deny", "when": "spend >\n  limits", "because": "x"]]
        do {
            _ = try Policy(json: .object(object))
            Issue.record("accepted")
        } catch let error as PolicyError {
            let diagnostic = PolicyDiagnostic(error, in: .object(object))
            #expect(diagnostic.rule == "cap")
            #expect(diagnostic.excerpt?.line == "  limits")
            #expect(diagnostic.excerpt?.caret == "  ^")
            #expect(error.message.contains("did you mean \"limit\"?"))
        }
    }

    @Test func `assignments are read by their types`() throws {
        let read = try PolicyBindings.assignments([
            "a=x=y", "b:decimal=24.5", "c:list(int)=[1,2]", "d:duration=1h", "e:int=\"7\"",
        ])
        #expect(
            read.map(\.value.literal) == [
                "\"x=y\"", "decimal(\"24.5\")", "[1, 2]", "duration(\"3600s\")", "7",
            ])
    }

    @Test(arguments: ["a", "=1", "a:nonsense=1", "a:int=x", "a:list(int)=[1", "1a=2"])
    func `an assignment that is none is refused with a place`(text: String) {
        do {
            _ = try PolicyBindings.assignments([Text(text)])
            Issue.record("accepted")
        } catch let error as PolicyError {
            #expect(error.place != nil)
        } catch { Issue.record("\(error)") }
    }

    @Test func `a decision as JSON carries the trace of each refusal`() throws {
        let json = try Policy(json: spend).decide(given: ["spend": "1200", "limit": "1000"]).json
        guard case .object(let object) = json, case .array(let refusals)? = object["refusals"],
            case .object(let refusal)? = refusals.first, case .object(let trace)? = refusal["trace"]
        else {
            Issue.record("no refusal in \(json.canonicalString)")
            return
        }
        #expect(object["permitted"] == false)
        #expect(trace["margin"] == "200")
    }
}

@Suite struct PolicyConstantTests {
    private func policy(_ type: JSON, _ value: JSON) throws -> Policy {
        try Policy(json: [
            "type": "nexus.policy/v1", "id": "org.example::Spend@1.0.0",
            "variables": [["name": "limit", "type": type, "value": value], ["name": "spend", "type": "decimal"]],
            "rules": [["name": "cap", "effect": "deny", "when": "spend > limit", "because": "too much"]], "tests": [],
        ])
    }

    @Test func `a constant is the document's, and shows in the explanation`() throws {
        let decision = try policy("decimal", "1000").decide(given: ["spend": "1200"])
        #expect(decision.refusals.first?.explanation == "spend (1200) > limit (1000), by 200")
    }

    @Test func `nobody else gives a constant its value`() throws {
        #expect(throws: PolicyError(.badArgument, "")) {
            try policy("decimal", "1000").decide(given: ["spend": "1200", "limit": "2000"])
        }
    }

    @Test func `a constant that its type cannot read is refused with its place`() throws {
        do {
            _ = try policy("decimal", true)
            Issue.record("accepted")
        } catch let error as PolicyError {
            #expect(error.code == .wrongType && error.place == "variables[0].value")
        }
    }

    @Test func `an id names its issuer and its lineage`() throws {
        let policy = try policy("decimal", "1")
        #expect(policy.issuer == "org.example" && policy.lineage == "org.example::Spend")
    }

    @Test func `all rules together stop at the cost they are given, and refuse`() throws {
        let policy = try policy("decimal", "1000")
        let cost = try policy.decide(given: ["spend": "1"]).cost
        #expect(try policy.decide(given: ["spend": "1"], costMax: cost).isPermitted)
        let stopped = try policy.decide(given: ["spend": "1"], costMax: cost - 1)
        #expect(stopped.refusals.first?.failure?.code == .costExceeded)
    }
}
