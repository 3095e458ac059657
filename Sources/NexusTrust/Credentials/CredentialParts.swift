import NexusBase

/// The rules of VC Data Model 2.0 that several parts of credentials and presentations share.
struct CredentialParts {
    var fields: Fields

    init(_ json: JSON, at place: String) throws { fields = try Fields(json, at: place) }

    func failure(_ message: String, _ key: Text) -> TrustError {
        TrustError(.badCredential, message, at: fields.path(key))
    }

    /// An identifier: absent, or one URL (section 4.4).
    mutating func id(_ key: Text = "id", isRequired: Bool = false) throws -> Text? {
        guard let json = fields.optional(key) else {
            if isRequired { throw failure("an id is needed", key) }
            return nil
        }
        guard case .string(let text) = json, URLText.isURL(text) else { throw failure("an id is one URL", key) }
        return text
    }

    /// Types: one or more texts without white space (section 4.5).
    mutating func types() throws -> [Text] {
        let types = try fields.oneOrMany("type", countMax: TrustLimits.credentialPartsMax) { json, place in
            guard case .string(let text) = json, !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
                throw TrustError(.badCredential, "a type is a term or a URL", at: place)
            }
            return text
        }
        guard !types.isEmpty else { throw failure("a type is needed", "type") }
        return types
    }

    mutating func instant(_ key: Text) throws -> Instant? {
        guard let json = fields.optional(key) else { return nil }
        guard case .string(let text) = json else { throw failure("a time is needed", key) }
        do { return try DateTimeStamp.parse(text) } catch let error as BaseError { throw error.at(fields.path(key)) }
    }

    /// `name` and `description`: a text, a text with language and direction, or several (section 4.6).
    mutating func languageText(_ key: Text) throws {
        guard let json = fields.optional(key) else { return }
        var many = [json]
        if case .array(let elements) = json { many = elements }
        guard !many.isEmpty, many.count <= TrustLimits.credentialPartsMax else { throw failure("no text", key) }
        for element in many {
            if case .string = element, many.count == 1 { continue }
            guard case .object(let object) = element, case .string? = object["@value"] else {
                throw failure("a text, or texts with their languages", key)
            }
            for (name, value) in object.members {
                guard case .string = value, name == "@value" || name == "@language" || name == "@direction" else {
                    throw failure("a text has @value, @language and @direction only", key)
                }
            }
        }
    }

    /// Objects that each have a type, and where they have an id, a URL: status, schema, evidence and their like.
    mutating func typed(_ key: Text, idIsRequired: Bool = false) throws -> [TypedObject] {
        try fields.oneOrMany(key, countMax: TrustLimits.credentialPartsMax) { json, place in
            var parts = try CredentialParts(json, at: place)
            return TypedObject(id: try parts.id(isRequired: idIsRequired), types: try parts.types(), json: json)
        }
    }

    /// The contexts: an array whose first element is the data model's (section 4.3).
    mutating func contexts() throws -> [JSON] {
        guard case .array(let contexts)? = fields.optional("@context"), contexts.first == .string(CredentialContext.v2)
        else { throw failure("the first of the contexts is \(CredentialContext.v2)", "@context") }
        guard contexts.count <= TrustLimits.credentialPartsMax else { throw failure("too many contexts", "@context") }
        try CredentialContext.check(contexts, at: fields.path("@context"))
        return contexts
    }
}

/// A part of a credential that says what kind it is.
struct TypedObject: Sendable, Hashable {
    let id: Text?
    let types: [Text]
    let json: JSON
}
