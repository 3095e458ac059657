public import NexusBase

/// A verifiable credential (W3C VC Data Model 2.0), its form checked and nothing more: whether to believe it is for
/// `CredentialVerifier` to say.
///
/// Floating-point numbers are outside what signed documents hold here; a credential with one is refused. Members that
/// the data model does not name are kept.
public struct Credential: Sendable, Hashable {
    /// The whole document, proofs included.
    public let json: JSON
    public let contexts: [JSON]
    public let id: Text?
    public let types: [Text]
    /// The issuer's id: a URL, for our own rails a DID.
    public let issuer: Text
    public let validFrom: Instant?
    public let validUntil: Instant?
    /// One or more, none of them empty.
    public let subjects: [JSON]
    let statuses: [TypedObject]
    let proofs: [JSON]

    /// Reads at most `TrustLimits.credentialBytesMax` bytes. Throws `trust.bad-credential` and base errors, with the
    /// place.
    public init(parsing bytes: [UInt8]) throws {
        try self.init(json: JSON(parsing: bytes, bytesMax: TrustLimits.credentialBytesMax), at: "credential")
    }

    public init(json: JSON, at place: String) throws {
        var parts = try CredentialParts(json, at: place)
        self.json = json
        contexts = try parts.contexts()
        id = try parts.id()
        types = try parts.types()
        guard types.contains("VerifiableCredential") else {
            throw parts.failure("one of the types is VerifiableCredential", "type")
        }
        try CredentialContext.checkTypes(types, under: contexts, at: parts.fields.path("type"))
        try parts.languageText("name")
        try parts.languageText("description")
        issuer = try parts.issuer()
        validFrom = try parts.instant("validFrom")
        validUntil = try parts.instant("validUntil")
        if let validFrom, let validUntil, validUntil < validFrom {
            throw parts.failure("valid until before valid from", "validUntil")
        }
        subjects = try parts.subjects()
        statuses = try parts.typed("credentialStatus")
        _ = try parts.typed("credentialSchema", idIsRequired: true)
        _ = try parts.typed("refreshService")
        _ = try parts.typed("termsOfUse")
        _ = try parts.typed("evidence")
        proofs = try parts.typed("proof").map(\.json)
    }

    /// The first subject's id.
    public var subjectID: Text? {
        guard case .object(let object)? = subjects.first, case .string(let text)? = object["id"] else { return nil }
        return text
    }

    /// The ids of all subjects that have one.
    package var subjectIDs: [Text] {
        subjects.compactMap { subject in
            guard case .object(let object) = subject, case .string(let text)? = object["id"] else { return nil }
            return text
        }
    }

    /// Whether it names a status that a verifier must look up.
    public var namesStatus: Bool { !statuses.isEmpty }

    public var bytes: [UInt8] { json.canonicalBytes }
}

extension CredentialParts {
    /// An issuer or holder: a URL, or an object with one as its id (sections 4.7 and 4.13).
    fileprivate mutating func issuer() throws -> Text {
        guard let issuer = try party("issuer") else { throw failure("an issuer is needed", "issuer") }
        return issuer
    }

    mutating func party(_ key: Text) throws -> Text? {
        guard let json = fields.optional(key) else { return nil }
        guard case .object = json else {
            guard case .string(let text) = json, URLText.isURL(text) else {
                throw failure("a URL, or an object with an id", key)
            }
            return text
        }
        var inner = try CredentialParts(json, at: fields.path(key))
        let id = try inner.id(isRequired: true)
        try inner.languageText("name")
        try inner.languageText("description")
        return id
    }

    fileprivate mutating func subjects() throws -> [JSON] {
        let subjects = try fields.oneOrMany("credentialSubject", countMax: TrustLimits.credentialPartsMax) {
            json, place in
            var parts = try CredentialParts(json, at: place)
            guard !parts.fields.remaining.isEmpty else {
                throw TrustError(.badCredential, "a subject without a claim", at: place)
            }
            _ = try parts.id()
            return json
        }
        guard !subjects.isEmpty else { throw failure("a subject is needed", "credentialSubject") }
        return subjects
    }
}
