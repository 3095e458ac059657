import NexusBase
import NexusClause
import NexusTestSupport
import Testing

extension GoldenVectors {
    /// Clause documents in YAML and JSON.
    @Suite struct Clauses {
        static func found(_ json: JSON) -> JSON {
            do {
                let clause =
                    try json["yaml"] == nil
                    ? Clause(canonical: json.text("json").bytes) : Clause(yaml: json.text("yaml").bytes)
                return ["canonical": .text(clause.json.canonicalString), "digest": clause.digest.json]
            } catch let error as any CodedFailure {
                return ["code": .text(error.qualifiedCode), "place": error.place.map { .text($0) }]
            } catch {
                return ["code": "unknown"]
            }
        }

        @Test func `every clause vector comes to what it expects`() throws {
            let cases = try VectorFolder.cases("clause")
            try #require(cases.contains(where: \.isAccept) && cases.count { !$0.isAccept } >= 20)
            for one in cases {
                let found = Self.found(one.json)
                #expect(found == one.json["expect"], "\(one): \(found.canonicalString)")
            }
        }

        @Test(.enabled(if: VectorFolder.isWriting)) func `write the clause vectors that are missing`() throws {
            try ClauseCases.write()
        }
    }
}

enum ClauseCases {
    static func write() throws {
        let clause = try TestClause.make()
        let expected: JSON = ["canonical": .text(clause.json.canonicalString), "digest": clause.digest.json]
        try VectorFolder.write("clause", "accept", 1, "yaml", ["expect": expected, "yaml": .text(TestClause.yaml)])
        try VectorFolder.write(
            "clause", "accept", 2, "json", ["expect": expected, "json": .text(clause.json.canonicalString)])
        let styled = TestClause.yaml
            .with("title: Extreme El Niño cover", "title: \"Extreme El Niño cover\"  # quoted")
            .with("value: 24,", "value: 24.00,").with(
                "text: Pays a share of the limit when the sea is warm.",
                "text: |-\n  Pays a share of the limit when the sea is warm."
            )
            .with("kinds: [reading, manual]", "kinds:\n    - reading\n    - 'manual'")
        try VectorFolder.write("clause", "accept", 3, "yaml-styles", ["expect": expected, "yaml": .text(styled)])
        for (index, one) in yaml.enumerated() {
            let json: JSON = [
                "description": .text(one.name), "expect": ["code": .text(one.code), "place": .text(one.place)],
                "yaml": .text(one.edit(TestClause.yaml)),
            ]
            try VectorFolder.write("clause", "reject", index + 1, one.name, json)
        }
        for (index, one) in canonical.enumerated() {
            var document = clause.json
            one.edit(&document)
            let json: JSON = [
                "description": .text(one.name), "expect": ["code": .text(one.code), "place": .text(one.place)],
                "json": .text(document.canonicalString),
            ]
            try VectorFolder.write("clause", "reject", yaml.count + index + 1, one.name, json)
        }
    }

    struct YAMLCase {
        let name: String
        let code: String
        let place: String
        let edit: (String) -> String

        init(_ name: String, _ code: String, _ place: String, _ old: String, _ new: String) {
            self.name = name
            self.code = code
            self.place = place
            edit = { $0.with(old, new) }
        }
    }

    static var yaml: [YAMLCase] {
        [
            YAMLCase("anchor", "clause.malformed-yaml", "line 3, column 8", "title: Extreme", "title: &t Extreme"),
            YAMLCase("tag", "clause.malformed-yaml", "line 4, column 11", "language: en", "language: !!str en"),
            YAMLCase("same-key-twice", "clause.malformed-yaml", "line 4", "language: en", "language: en\nlanguage: es"),
            YAMLCase(
                "unknown-field", "clause.schema", "line 5, column 1: discount", "language: en\n",
                "language: en\ndiscount: 1\n"),
            YAMLCase("other-format", "clause.schema", "line 1, column 1: format", "nexus.clause/v1", "nexus.clause/v2"),
            YAMLCase("bad-id", "clause.schema", "line 2, column 1: id", "GRA::ExtremeElNino@1.0.0", "ExtremeElNino"),
            YAMLCase("version-leading-zero", "clause.schema", "line 2, column 1: id", "@1.0.0", "@1.0.01"),
            YAMLCase(
                "bad-time", "clause.schema", "line 12, column 3: validity.from", "1950-01-01T00:00:00.000Z",
                "1950-01-01"),
            YAMLCase(
                "bad-choice", "clause.schema", "line 14, column 20: trigger.kinds[1]", "[reading, manual]",
                "[reading, magic]"),
            YAMLCase(
                "bad-decimal", "clause.schema", "line 26, column 21: parameters[0].value", "value: 24,", "value: 2.4e1,"
            ),
            YAMLCase(
                "bad-integer", "clause.schema", "line 31, column 3: computation.fuel", "fuel: 10000000", "fuel: 1e7"),
            YAMLCase(
                "integer-out-of-range", "clause.schema", "line 31, column 3: computation.fuel", "fuel: 10000000",
                "fuel: 0"),
            YAMLCase(
                "yaml-boolean", "clause.schema", "line 53, column 3: execution.unanimous", "unanimous: false",
                "unanimous: no"),
            YAMLCase(
                "name-in-use", "clause.inconsistent", "line 23, column 7: inputs[1].name", "name: december",
                "name: november"),
            YAMLCase(
                "two-answers", "clause.inconsistent", "line 52, column 3: execution.quorum", "nodes: 3", "nodes: 4"),
            YAMLCase(
                "weak-tier", "clause.inconsistent", "line 50, column 3: execution.tier",
                "tier: quorum", "tier: single"),
            YAMLCase(
                "no-such-output", "clause.inconsistent", "line 69, column 5: actions[0].rate", "rate: payoutRate",
                "rate: payout"),
            YAMLCase(
                "no-payee", "clause.inconsistent", "line 63, column 5: actions[0].kind",
                "    payee: Water users\n", ""),
            YAMLCase(
                "no-such-action", "clause.inconsistent", "line 74, column 21: correctionActions[0]",
                "correctionActions: [notify]", "correctionActions: [pays]"),
            YAMLCase(
                "alias", "clause.malformed-yaml", "line 39, column 11",
                "name: attachment\n    expression: index > attach", "name: &n attachment\n    expression: *n"),
            YAMLCase(
                "tag-of-list", "clause.malformed-yaml", "line 56, column 13", "distinct: [operator",
                "distinct: !!seq [operator"),
            YAMLCase(
                "two-documents", "clause.malformed-yaml", "line 75, column 1", "governance:\n", "---\ngovernance:\n"),
            YAMLCase(
                "unknown-name", "clause.bad-expression", "line 40, column 5: terms[0].expression", "index > attach",
                "index > attack"),
        ]
    }

    struct CanonicalCase {
        let name: String
        let code: String
        let place: String
        let edit: (inout JSON) -> Void

        init(_ name: String, _ code: String, _ place: String, _ edit: @escaping (inout JSON) -> Void) {
            self.name = name
            self.code = code
            self.place = place
            self.edit = edit
        }
    }

    private static func prove(_ clause: inout JSON) {
        clause["computation.kind"] = "model"
        clause["execution.tier"] = "proof"
        clause["execution.nodes"] = 1
        clause["execution.quorum"] = 1
    }

    static var canonical: [CanonicalCase] {
        [
            CanonicalCase("json-field-missing", "clause.schema", "execution") { $0["execution.tier"] = nil },
            CanonicalCase("json-unknown-field", "clause.schema", "terms[0].weight") { $0["terms.0.weight"] = 1 },
            CanonicalCase("json-integer-as-text", "clause.schema", "execution.nodes") { $0["execution.nodes"] = "3" },
            CanonicalCase("json-decimal-as-integer", "clause.schema", "parameters[0].value") {
                $0["parameters.0.value"] = 24
            },
            CanonicalCase("json-zero-to-spare", "clause.schema", "parameters[0].value") {
                $0["parameters.0.value"] = "24.0"
            },
            CanonicalCase("json-window", "clause.inconsistent", "validity.until") {
                $0["validity.until"] = "1950-01-01T00:00:00.000Z"
            },
            CanonicalCase("json-no-trigger", "clause.inconsistent", "trigger.kinds") { $0["trigger.kinds"] = [] },
            CanonicalCase("json-text-with-minimum", "clause.inconsistent", "inputs[2]") {
                $0["inputs.2.minimum"] = "1"
            },
            CanonicalCase("json-no-attestation", "clause.inconsistent", "execution.attestation") {
                $0["execution.attestation"] = []
            },
            CanonicalCase("json-quorum-of-one", "clause.inconsistent", "execution.quorum") {
                $0["execution.quorum"] = 1
                $0["execution.nodes"] = 1
            },
            CanonicalCase("json-operators-not-distinct", "clause.inconsistent", "execution.distinct") {
                $0["execution.distinct"] = ["jurisdiction"]
            },
            CanonicalCase("json-model-in-quorum", "clause.inconsistent", "execution.tier") {
                $0["computation.kind"] = "model"
            },
            CanonicalCase("json-module-proved", "clause.inconsistent", "execution.tier") {
                $0["execution.tier"] = "proof"
            },
            CanonicalCase("json-committed-in-quorum", "clause.inconsistent", "inputs[2]") {
                $0["inputs.2.kind"] = "committed"
            },
            CanonicalCase("json-proof-by-two", "clause.inconsistent", "execution.nodes") {
                $0["computation.kind"] = "model"
                $0["execution.tier"] = "proof"
            },
            CanonicalCase("json-nothing-committed", "clause.inconsistent", "inputs") { Self.prove(&$0) },
            CanonicalCase("json-committed-without-feed", "clause.inconsistent", "inputs[2]") {
                Self.prove(&$0)
                $0["inputs.2.kind"] = "committed"
            },
        ]
    }
}
