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
            "action": ["kind": "payment"], "clause": ["jurisdictions": ["PE"]],
            "nodes": [["jurisdiction": "PE"], ["jurisdiction": "US"]],
        ])
        #expect(
            decision.refusals.first?.explanation == "action.kind (\"payment\") == 'payment' and "
                + "for {\"jurisdiction\": \"US\"}, node.jurisdiction (\"US\") is not in clause.jurisdictions ([\"PE\"])"
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
}
