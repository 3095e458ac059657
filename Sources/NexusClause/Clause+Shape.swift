public import NexusBase

extension Clause {
    /// The JSON Schema 2020-12 of clause documents in their canonical form.
    public static var schema: JSON {
        guard case .object(var schema) = shape.schema else { preconditionFailure("the clause shape is an object") }
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["$id"] = "urn:nexus:schema:clause:v1"
        schema["title"] = "Nexus clause document, version 1"
        return .object(schema)
    }

    private static let name: Shape = .text(
        bytesMax: ClauseLimits.nameBytesMax,
        pattern: .init(
            expression: "^[A-Za-z][A-Za-z0-9_]*$", rule: "a name (a letter, then letters, digits and _)",
            matches: { ClauseID.isName($0.string) && !$0.utf8.contains(UInt8(ascii: "-")) }))
    private static let line: Shape = .text(
        bytesMax: ClauseLimits.nameBytesMax,
        pattern: .init(
            expression: "^[^\\u0000-\\u001f]+$", rule: "one line of text",
            matches: { !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x20 } }))
    private static let expression: Shape = .text(bytesMax: ClauseLimits.expressionBytesMax)
    private static let time: Shape = .text(
        bytesMax: 24,
        pattern: .init(
            expression: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
            rule: "a time like 2026-11-21T09:30:00.000Z", matches: { (try? Instant(parsing: $0)) != nil }))
    private static let digest: Shape = .text(
        bytesMax: 71,
        pattern: .init(
            expression: "^sha256:[0-9a-f]{64}$", rule: "sha256: and 64 hexadecimal digits",
            matches: { (try? Digest(parsing: $0)) != nil }))
    private static let identifier: Shape = .text(
        bytesMax: ClauseLimits.nameBytesMax,
        pattern: .init(
            expression: "^[A-Za-z][A-Za-z0-9_-]*::[A-Za-z][A-Za-z0-9_-]*@[0-9]{1,6}\\.[0-9]{1,6}\\.[0-9]{1,6}$",
            rule: "a clause id like GRA::ExtremeElNino@1.0.0", matches: { (try? ClauseID(parsing: $0)) != nil }))

    private static func list(_ element: Shape) -> Shape { .list(element, countMax: ClauseLimits.partsMax) }
    private static func choices<Value: CaseIterable & RawRepresentable>(_: Value.Type) -> Shape
    where Value.RawValue == String { .choice(Value.allCases.map(\.rawValue)) }

    static let shape: Shape = .object([
        Shape.field("format", .choice([Clause.format.string]), "The format of this document"),
        Shape.field("id", identifier, "ISSUER::Name@version"),
        Shape.field("title", line, "A title for people"),
        Shape.field("language", line, "BCP 47 tag of the text"),
        Shape.field("text", .text(bytesMax: ClauseLimits.textBytesMax), "The agreement as its parties read it"),
        Shape.field("domain", line, "What the clause is about, for search"),
        Shape.field("jurisdiction", line, "ISO 3166-1 code of the law it stands under"),
        Shape.field(
            "parties",
            list(
                .object([
                    Shape.field("name", line, "Who"), Shape.field("role", line, "As what"),
                ])), "Who agreed"),
        Shape.field(
            "validity",
            .object([
                Shape.field("from", time, "Events are taken from here on"),
                Shape.optional("until", time, "and before this"),
            ]), "The clause's window"),
        Shape.field(
            "trigger",
            .object([
                Shape.field("kinds", list(choices(Trigger.Kind.self)), "Kinds of event that fire the clause"),
                Shape.field("source", line, "Who sends them"),
            ]), "What fires the clause"),
        Shape.field(
            "occurrence",
            .object([
                Shape.field("name", name, "What an occurrence is called"),
                Shape.field("kind", choices(OccurrenceRule.Kind.self), "How it is written"),
                Shape.optional("minimum", .integer(-999_999...999_999), "Least integer"),
                Shape.optional("maximum", .integer(-999_999...999_999), "Largest integer"),
            ]), "What one evaluation is about"),
        Shape.field("inputs", list(inputShape), "What the computation is given"),
        Shape.field(
            "parameters",
            list(
                .object([
                    Shape.field("name", name, "Name in expressions"),
                    Shape.field("value", .decimal, "The agreed number"),
                    Shape.optional("unit", line, "Its unit"),
                ])), "Agreed numbers"),
        Shape.field("computation", computationShape, "What is computed, and its bounds"),
        Shape.field(
            "outputs",
            list(
                .object([
                    Shape.field("name", name, "Name in expressions"), Shape.optional("unit", line, "Its unit"),
                ])), "What the computation answers"),
        Shape.field("terms", list(termShape), "The conditions"),
        Shape.field("execution", executionShape, "Who executes and what certifies"),
        Shape.field("actions", list(actionShape), "What a certified signal sets off"),
        Shape.field("correctionActions", list(name), "Actions that a correction fires"),
        Shape.field(
            "governance",
            .object([
                Shape.field(
                    "policies",
                    list(
                        .object([
                            Shape.field("name", name, "Name of the check"),
                            Shape.field("expression", expression, "Must be true"),
                            Shape.field("because", line, "What a refusal says"),
                        ])), "Checks before a job runs"),
                Shape.field("contact", line, "Who answers for the clause"),
            ]), "Rules around the clause"),
    ])

    private static let inputShape: Shape = .object([
        Shape.field("name", name, "Name in expressions and for the computation"),
        Shape.field("kind", choices(Input.Kind.self), "How it is written"),
        Shape.optional("unit", line, "Its unit"),
        Shape.optional("feed", name, "The approved feed that must sign it"),
        Shape.field("editions", list(line), "Editions taken, for instance final"),
        Shape.optional("minimum", .decimal, "Least plausible value"),
        Shape.optional("maximum", .decimal, "Largest plausible value"),
        Shape.optional("residency", line, "Code of the place whose residents' personal data it is"),
    ])

    private static let computationShape: Shape = .object([
        Shape.field("kind", choices(Computation.Kind.self), "The kind of executor"),
        Shape.field("module", digest, "Digest of the module"),
        Shape.field("fuel", .integer(1...1_000_000_000_000), "Metered instructions"),
        Shape.field("memoryBytes", .integer(65_536...1_073_741_824), "Linear memory"),
        Shape.field("outputBytes", .integer(2...16_777_216), "Size of the answer"),
        Shape.field("wallTimeMilliseconds", .integer(1...3_600_000), "Bound on the host's time"),
    ])

    private static let termShape: Shape = .object([
        Shape.field("name", name, "Name of the term"),
        Shape.field("expression", expression, "The condition, over inputs, parameters and outputs"),
        Shape.optional("unit", line, "Unit of the margin"),
        Shape.field("role", choices(TermRule.Role.self), "What its verdict means"),
        Shape.optional("reviewBand", .decimal, "A margin nearer to zero than this asks people to decide"),
    ])

    private static let executionShape: Shape = .object([
        Shape.field("riskClass", choices(ExecutionRule.RiskClass.self), "Sets the weakest tier allowed"),
        Shape.field("tier", choices(ExecutionRule.Tier.self), "How it is executed"),
        Shape.field("nodes", .integer(1...Int64(ClauseLimits.nodesMax)), "n: nodes asked"),
        Shape.field("quorum", .integer(1...Int64(ClauseLimits.nodesMax)), "k: agreeing statements that certify"),
        Shape.field("unanimous", .boolean, "All n must agree"),
        Shape.field("retryMax", .integer(0...Int64(ClauseLimits.retryMax)), "Replacements of nodes that sent nothing"),
        Shape.field("deadlineMilliseconds", .integer(100...86_400_000), "For each attempt"),
        Shape.field("distinct", list(choices(ExecutionRule.Distinct.self)), "What must differ between agreeing nodes"),
        Shape.field("jurisdictions", list(line), "Whose nodes may execute; any if empty"),
        Shape.field("attestation", list(line), "Kinds of attestation accepted"),
        Shape.field("onRevocation", choices(ExecutionRule.Revocation.self), "Attempts in flight of a revoked node"),
        Shape.field("priority", .integer(0...9), "9 goes first"),
    ])

    private static let actionShape: Shape = .object([
        Shape.field("name", name, "Name of the action"),
        Shape.field("kind", choices(Action.Kind.self), "What it is"),
        Shape.field("on", list(choices(Signal.self)), "Signals that fire it"),
        Shape.field("endpoint", name, "Where, by its name in the rail's configuration"),
        Shape.optional("payee", line, "Who is paid"),
        Shape.optional("currency", line, "ISO 4217 code"),
        Shape.optional("limit", .decimal, "The full amount"),
        Shape.optional("rate", name, "The output that says what share of it is due"),
    ])
}
