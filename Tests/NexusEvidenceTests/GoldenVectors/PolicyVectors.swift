import NexusBase
import NexusGovernance
import NexusPolicy
import NexusTestSupport
import Testing

extension GoldenVectors {
    /// Policy documents as a rail takes them. `expressions` marks what only a reader with the language can refuse.
    @Suite struct Policies {
        static func found(_ json: JSON) -> JSON {
            do {
                let policy = try RailPolicy.read(json.text("json").bytes)
                return ["digest": policy.digest.json, "id": .string(policy.id), "issuer": .string(policy.issuer)]
            } catch let error as any CodedFailure {
                return ["code": .text(error.qualifiedCode), "place": error.place.map { .text($0) }]
            } catch {
                return ["code": "unknown"]
            }
        }

        @Test func `every policy vector comes to what it expects`() throws {
            let cases = try VectorFolder.cases("policy")
            try #require(cases.count(where: \.isAccept) >= 4 && cases.count { !$0.isAccept } >= 20)
            for one in cases {
                let found = Self.found(one.json)
                #expect(found == one.json["expect"], "\(one): \(found.canonicalString)")
            }
        }

        @Test(.enabled(if: VectorFolder.isWriting)) func `write the policy vectors that are missing`() throws {
            for (index, name) in ["jurisdiction", "eu-residency", "two-approvals"].enumerated() {
                try write(index + 1, name, ExamplePolicy.read(name).json)
            }
            try write(4, "small", SmallPolicy.json())
            for (index, one) in PolicyCase.all.enumerated() {
                let json: JSON = [
                    "description": .text(one.description),
                    "expect": ["code": .text(one.code), "place": .text(one.place)],
                    "expressions": one.needsExpressions ? true : nil,
                    "json": .text(SmallPolicy.json(one.edit).canonicalString),
                ]
                try VectorFolder.write("policy", "reject", index + 1, one.name, json)
            }
        }

        private func write(_ number: Int, _ name: String, _ document: JSON) throws {
            let json: JSON = ["json": .text(document.canonicalString)]
            var vector = json
            vector["expect"] = Self.found(json)
            try VectorFolder.write("policy", "accept", number, name, vector)
        }
    }
}

/// A document with one thing wrong.
struct PolicyCase {
    let name: String
    let description: String
    let code: String
    let place: String
    let needsExpressions: Bool
    let edit: (inout JSON) -> Void

    init(
        _ name: String, _ description: String, _ place: String, _ code: String = "policy.bad-policy",
        expressions: Bool = false, _ edit: @escaping (inout JSON) -> Void
    ) {
        self.name = name
        self.description = description
        self.code = code
        self.place = place
        needsExpressions = expressions
        self.edit = edit
    }

    /// Append only: a place is a vector's number.
    static var all: [PolicyCase] {
        [
            PolicyCase("type", "Another type of document.", "type") { $0["type"] = "nexus.policy/v2" },
            PolicyCase("id", "An id without an issuer.", "id") { $0["id"] = "Calm@1.0.0" },
            PolicyCase("version", "A version with a leading zero.", "id") { $0["id"] = "GRA::Calm@1.00.0" },
            PolicyCase("unknown-field", "A field that the format lacks.", "weight") { $0["weight"] = 1 },
            PolicyCase("variable-twice", "A variable stands twice.", "variables[1].name") {
                $0["variables.1.name"] = "step"
            },
            PolicyCase("variable-reserved", "A word of the language as a name.", "variables[0].name") {
                $0["variables.0.name"] = "null"
            },
            PolicyCase("variable-type", "A type that does not exist.", "variables[1].type") {
                $0["variables.1.type"] = "list(map(string))"
            },
            PolicyCase("type-open", "A type without its end.", "variables[1].type") {
                $0["variables.1.type"] = "list(map(string, dyn)"
            },
            PolicyCase("variable-size", "A size that is no count.", "variables[1].sizeMax") {
                $0["variables.1.sizeMax"] = -1
            },
            PolicyCase("no-rules", "A policy without rules.", "rules") { $0["rules"] = [] },
            PolicyCase("rule-twice", "A rule's name stands twice.", "rules[1].name") { $0["rules.1.name"] = "nodes" },
            PolicyCase("effect", "An effect that does not exist.", "rules[0].effect") { $0["rules.0.effect"] = "warn" },
            PolicyCase("notify-nobody", "A rule that refuses names somebody to tell.", "rules[0].notify") {
                $0["rules.0.notify"] = "regulator"
            },
            PolicyCase("test-twice", "A test's name stands twice.", "tests[1].name") { json in
                json.edit("tests") { $0.append($0[0]) }
            },
            PolicyCase("test-permitted", "A test expects neither yes nor no.", "tests[0].expect.permitted") {
                $0["tests.0.expect.permitted"] = "no"
            },
            PolicyCase("test-names", "A test expects names that are none.", "tests[0].expect.refusedBy[0]") {
                $0["tests.0.expect.refusedBy"] = [1]
            },
            PolicyCase("test-field", "A test has a field too many.", "tests[0].skip") { $0["tests.0.skip"] = true },
            PolicyCase("not-of-rail", "A variable that no rail fills.", "variables[2]", "governance.not-allowed") {
                $0["variables.2.value"] = nil
            },
            PolicyCase("mistyped", "A rail's variable with another type.", "variables[1]", "governance.not-allowed") {
                $0["variables.1.type"] = "list(map(string, string))"
            },
            PolicyCase(
                "undeclared", "A rule names what is not declared.", "rules[0].when:1:1", "policy.undeclared",
                expressions: true
            ) { $0["rules.0.when"] = "setp == 'release'" },
            PolicyCase(
                "no-condition", "A rule is no condition.", "rules[0].when:1:1", "policy.wrong-type", expressions: true
            ) {
                $0["rules.0.when"] = "size(nodes)"
            },
            PolicyCase(
                "constant", "A constant of another type.", "variables[2].value", "policy.wrong-type", expressions: true
            ) { $0["variables.2.value"] = "one" },
        ]
    }
}
