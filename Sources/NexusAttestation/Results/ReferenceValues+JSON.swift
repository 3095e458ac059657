public import NexusBase

extension ReferenceValues {
    /// The canonical document.
    public var json: JSON { ["rules": .array(rules.map(\.json)), "version": 1] }

    /// Reads a document that equals its own canonical form. Throws `attestation.malformed-evidence`, `.too-large`.
    public init(parsing bytes: [UInt8]) throws {
        self = try AttestationDocument.read(bytes, "referenceValues") { try ReferenceValues(&$0) }
    }

    private init(_ fields: inout Fields) throws {
        let rules = try fields.list("rules", countMax: AttestationKind.allCases.count) { json, place in
            var inner = try Fields(json, at: place)
            let rule = try Rule(&inner)
            try inner.finish()
            return rule
        }
        try self.init(rules: rules)
        guard self.rules.map(\.kind) == rules.map(\.kind) else {
            throw BaseError(.wrongType, "rules stand in the order of their kinds", at: fields.path("rules"))
        }
    }
}

extension ReferenceValues.Rule {
    var json: JSON {
        [
            "debug": .bool(allowsDebugging), "flags": .object(JSONObject(flags.map { ($0.name, .bool($0.isOn)) })),
            "kind": .text(kind.rawValue),
            "registers": .object(JSONObject(registers.map(Self.member))),
            "revocationLists": .bool(requiresRevocationLists),
            "roots": .array(roots.map { ["key": $0.key.json, "name": .string($0.name)] }),
            "tcbStatus": .array(tcbStatus.map { .text($0.rawValue) }),
            "versions": .object(JSONObject(versions.map(Self.member))),
        ]
    }

    private static func member(_ register: ReferenceValues.Register) -> (Text, JSON) {
        (register.name, .array(register.values.map { .text(Hex.encode($0)) }))
    }

    private static func member(_ bound: ReferenceValues.Bound) -> (Text, JSON) {
        (bound.name, ["greatest": bound.greatest.map { .int($0) }, "least": bound.least.map { .int($0) }])
    }

    init(_ fields: inout Fields) throws {
        let roots = try fields.list("roots", countMax: AttestationLimits.referenceListMax) { json, place in
            var inner = try Fields(json, at: place)
            let root = TrustRoot(name: try inner.text("name", bytesMax: 256), key: try inner.digest("key"))
            try inner.finish()
            return root
        }
        let statuses = try fields.list("tcbStatus", countMax: TCBStatus.allCases.count) { json, place in
            guard case .string(let text) = json, let status = TCBStatus(rawValue: text.string) else {
                throw BaseError(.wrongType, "a status is needed", at: place)
            }
            return status
        }
        self.init(
            kind: try fields.choice("kind"), roots: roots,
            registers: try Self.members(&fields, "registers") { name, json, place in
                .init(
                    name: name,
                    values: try AttestationDocument.list(json, place).map { try Self.hexadecimal($0, place) })
            },
            versions: try Self.members(&fields, "versions") { name, json, place in
                var inner = try Fields(json, at: place)
                let bound = ReferenceValues.Bound(
                    name: name, least: try inner.optionalInteger("least"),
                    greatest: try inner.optionalInteger("greatest"))
                try inner.finish()
                return bound
            },
            flags: try Self.members(&fields, "flags") { name, json, place in
                guard case .bool(let isOn) = json else { throw BaseError(.wrongType, "true or false", at: place) }
                return .init(name: name, isOn: isOn)
            },
            tcbStatus: statuses, allowsDebugging: try fields.bool("debug"),
            requiresRevocationLists: try fields.bool("revocationLists"))
    }

    /// The members of an object with free names, in their order.
    private static func members<Value>(
        _ fields: inout Fields, _ key: Text, _ read: (Text, JSON, String) throws -> Value
    ) throws -> [Value] {
        let place = fields.path(key)
        guard case .object(let object) = try fields.required(key),
            object.members.count <= AttestationLimits.referenceListMax
        else {
            throw BaseError(
                .wrongType, "an object of at most \(AttestationLimits.referenceListMax) is needed", at: place)
        }
        return try object.members.map { name, value in try read(name, value, "\(place).\(name)") }
    }

    private static func hexadecimal(_ json: JSON, _ place: String) throws -> [UInt8] {
        guard case .string(let text) = json, text.utf8.count <= 256 else {
            throw BaseError(.wrongType, "hexadecimal digits are needed", at: place)
        }
        do { return try Hex.decode(text.string) } catch let error as BaseError { throw error.at(place) }
    }
}

/// Reading documents of this room: canonical, of version 1, and with this room's errors.
enum AttestationDocument {
    static func read<Value>(_ bytes: [UInt8], _ name: String, _ read: (inout Fields) throws -> Value) throws -> Value {
        guard bytes.count <= AttestationLimits.evidenceBytesMax else {
            throw AttestationError(.tooLarge, "at most \(AttestationLimits.evidenceBytesMax) bytes", at: name)
        }
        do {
            var fields = try Fields(JSON(parsingCanonical: bytes), at: name)
            guard try fields.integer("version") == 1 else {
                throw AttestationError(.unsupportedVersion, "version 1 is read", at: fields.path("version"))
            }
            let value = try read(&fields)
            try fields.finish()
            return value
        } catch let error as BaseError {
            throw AttestationError(.malformedEvidence, error.message, at: error.place ?? name, cause: error)
        }
    }

    static func list(_ json: JSON, _ place: String) throws -> [JSON] {
        guard case .array(let items) = json, items.count <= AttestationLimits.referenceListMax else {
            throw BaseError(.wrongType, "a list of at most \(AttestationLimits.referenceListMax) is needed", at: place)
        }
        return items
    }
}
