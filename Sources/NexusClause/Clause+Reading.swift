import NexusBase

extension Clause {
    /// Reads a clause from YAML. Errors carry line and column.
    public init(yaml source: [UInt8]) throws {
        let text = try YAMLText(parsing: source)
        do {
            try self.init(checked: Self.shape.conform(text.json, textual: true))
        } catch let mismatch as Shape.Mismatch {
            throw ClauseError(.schema, mismatch.message, at: "\(text.place(of: mismatch.path)): \(mismatch.place)")
        } catch let inconsistency as Inconsistency {
            throw ClauseError(
                inconsistency.code, inconsistency.message,
                at: "\(text.place(of: inconsistency.path)): \(inconsistency.mismatch.place)")
        }
    }

    /// Reads a clause from its canonical JSON bytes.
    public init(canonical bytes: [UInt8]) throws {
        let json = try JSON(parsingCanonical: bytes, bytesMax: ClauseLimits.documentBytesMax)
        do {
            try self.init(checked: Self.shape.conform(json, textual: false))
        } catch let mismatch as Shape.Mismatch {
            throw ClauseError(.schema, mismatch.message, at: mismatch.place)
        } catch let inconsistency as Inconsistency {
            throw ClauseError(inconsistency.code, inconsistency.message, at: inconsistency.mismatch.place)
        }
    }

    /// Takes apart what the shape has passed, and checks what a shape cannot say.
    private init(checked json: JSON) throws {
        var fields = try Fields(json, at: "")
        _ = try fields.text("format")
        id = try ClauseID(parsing: fields.text("id"))
        title = try fields.text("title")
        language = try fields.text("language")
        text = try fields.text("text", bytesMax: ClauseLimits.textBytesMax)
        domain = try fields.text("domain")
        jurisdiction = try fields.text("jurisdiction")
        parties = try fields.list("parties") { json, place in
            var fields = try Fields(json, at: place)
            return Party(name: try fields.text("name"), role: try fields.text("role"))
        }
        validity = try fields.object("validity") {
            Validity(from: try $0.instant("from"), until: try $0.optionalInstant("until"))
        }
        trigger = try fields.object("trigger") {
            Trigger(kinds: try $0.choices("kinds"), source: try $0.text("source"))
        }
        occurrence = try fields.object("occurrence") {
            OccurrenceRule(
                name: try $0.text("name"), kind: try $0.choice("kind"),
                minimum: try $0.optionalInteger("minimum", in: -999_999...999_999),
                maximum: try $0.optionalInteger("maximum", in: -999_999...999_999))
        }
        inputs = try fields.list("inputs") { try Input($0, at: $1) }
        parameters = try fields.list("parameters") { json, place in
            var fields = try Fields(json, at: place)
            return Parameter(
                name: try fields.text("name"), value: try fields.decimal("value"), unit: try fields.optionalText("unit")
            )
        }
        computation = try fields.object("computation") { try Computation(&$0) }
        outputs = try fields.list("outputs") { json, place in
            var fields = try Fields(json, at: place)
            return Output(name: try fields.text("name"), unit: try fields.optionalText("unit"))
        }
        terms = try fields.list("terms") { try TermRule($0, at: $1) }
        execution = try fields.object("execution") { try ExecutionRule(&$0) }
        actions = try fields.list("actions") { try Action($0, at: $1) }
        correctionActions = try fields.texts("correctionActions")
        governance = try fields.object("governance") { fields in
            let policies = try fields.list("policies") { json, place in
                var fields = try Fields(json, at: place)
                return GovernanceRule.Policy(
                    name: try fields.text("name"), expression: try fields.text("expression"),
                    because: try fields.text("because"))
            }
            return GovernanceRule(policies: policies, contact: try fields.text("contact"))
        }
        self.json = json
        let bytes = json.canonicalBytes
        guard bytes.count <= ClauseLimits.documentBytesMax else {
            throw ClauseError(
                .tooLarge,
                "\(bytes.count) bytes in canonical form; a clause has at most \(ClauseLimits.documentBytesMax)")
        }
        digest = Digest(of: bytes)
        try checkConsistency()
    }
}

extension Fields {
    fileprivate mutating func texts(_ key: Text) throws -> [Text] {
        try list(key) { json, place in
            guard case .string(let text) = json else { throw BaseError(.wrongType, "text is needed", at: place) }
            return text
        }
    }

    fileprivate mutating func choices<Value: RawRepresentable & CaseIterable>(_ key: Text) throws -> [Value]
    where Value.RawValue == String {
        try texts(key).compactMap { text in Value.allCases.first { Text($0.rawValue) == text } }
    }
}

extension Clause.Input {
    fileprivate init(_ json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        name = try fields.text("name")
        kind = try fields.choice("kind")
        unit = try fields.optionalText("unit")
        feed = try fields.optionalText("feed")
        editions = try fields.texts("editions")
        minimum = try fields.optionalDecimal("minimum")
        maximum = try fields.optionalDecimal("maximum")
        residency = try fields.optionalText("residency")
    }
}

extension Clause.Computation {
    fileprivate init(_ fields: inout Fields) throws {
        kind = try fields.choice("kind")
        module = try fields.digest("module")
        fuel = try fields.integer("fuel")
        memoryBytes = try fields.integer("memoryBytes")
        outputBytes = try fields.integer("outputBytes")
        wallTimeMilliseconds = try fields.integer("wallTimeMilliseconds")
    }
}

extension Clause.TermRule {
    fileprivate init(_ json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        name = try fields.text("name")
        expression = try fields.text("expression")
        unit = try fields.optionalText("unit")
        role = try fields.choice("role")
        reviewBand = try fields.optionalDecimal("reviewBand")
    }
}

extension Clause.ExecutionRule {
    fileprivate init(_ fields: inout Fields) throws {
        riskClass = try fields.choice("riskClass")
        tier = try fields.choice("tier")
        nodes = try fields.integer("nodes")
        quorum = try fields.integer("quorum")
        unanimous = try fields.bool("unanimous")
        retryMax = try fields.integer("retryMax")
        deadlineMilliseconds = try fields.integer("deadlineMilliseconds")
        distinct = try fields.choices("distinct")
        jurisdictions = try fields.texts("jurisdictions")
        attestation = try fields.texts("attestation")
        onRevocation = try fields.choice("onRevocation")
        priority = try fields.integer("priority")
    }
}

extension Clause.Action {
    fileprivate init(_ json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        name = try fields.text("name")
        kind = try fields.choice("kind")
        on = try fields.choices("on")
        endpoint = try fields.text("endpoint")
        payee = try fields.optionalText("payee")
        currency = try fields.optionalText("currency")
        limit = try fields.optionalDecimal("limit")
        rate = try fields.optionalText("rate")
    }
}
