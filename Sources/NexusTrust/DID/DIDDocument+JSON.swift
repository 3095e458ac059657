public import NexusBase

extension DIDDocument {
    static let contextV1: Text = "https://www.w3.org/ns/did/v1"
    private static let contexts: [Text] = [contextV1, "https://www.w3.org/ns/did/v1.1"]

    public var json: JSON {
        var object: JSONObject = ["id": id.json]
        object["@context"] = context.map { .array($0) }
        func set(_ key: Text, _ elements: [JSON]) { if !elements.isEmpty { object[key] = .array(elements) } }
        set("alsoKnownAs", alsoKnownAs.map { .string($0) })
        if controllers.count == 1 {
            object["controller"] = controllers[0].json
        } else {
            set("controller", controllers.map(\.json))
        }
        set("verificationMethod", methods.map(\.json))
        for relationship in VerificationRelationship.allCases {
            set(
                Text(relationship.rawValue),
                relationships[relationship, default: []].map { entry in
                    switch entry {
                    case .reference(let url): url.json
                    case .embedded(let method): method.json
                    }
                })
        }
        set("service", services.map(\.json))
        return .object(object)
    }

    /// Reads the document of `did`, at most `TrustLimits.didDocumentBytesMax` bytes.
    ///
    /// Throws `trust.bad-document` (another DID's, no context of DIDs, an id twice, a reference to nothing), the codes
    /// of DIDs and keys, and base errors with the place.
    public init(parsing bytes: [UInt8], of did: DID) throws {
        try self.init(
            json: JSON(parsing: bytes, bytesMax: TrustLimits.didDocumentBytesMax), of: did, at: "didDocument")
    }

    public init(json: JSON, of did: DID, at place: String) throws {
        var fields = try Fields(json, at: place)
        id = try fields.did("id")
        guard id == did else {
            throw TrustError(.badDocument, "the document of another DID: \(id)", at: fields.path("id"))
        }
        context = try Self.context(&fields)
        controllers = try fields.oneOrMany("controller", countMax: 16) { json, place in try Self.did(json, at: place) }
        alsoKnownAs = try fields.oneOrMany("alsoKnownAs", countMax: 64) { try Self.text($0, at: $1) }
        let count = TrustLimits.didDocumentMethodsMax
        methods = try fields.oneOrMany("verificationMethod", countMax: count) {
            try VerificationMethod(json: $0, of: did, at: $1)
        }
        var relationships: [VerificationRelationship: [Entry]] = [:]
        for relationship in VerificationRelationship.allCases {
            relationships[relationship] = try fields.oneOrMany(Text(relationship.rawValue), countMax: count) {
                json, place in
                if case .string(let text) = json { return .reference(try DIDURL(parsing: text, relativeTo: did)) }
                return .embedded(try VerificationMethod(json: json, of: did, at: place))
            }
        }
        self.relationships = relationships
        services = try fields.oneOrMany("service", countMax: 64) { try Service(json: $0, at: $1) }
        try fields.finish()
        try checkIDs(at: place)
    }

    private static func context(_ fields: inout Fields) throws -> [JSON]? {
        let place = fields.path("@context")
        guard let json = fields.optional("@context") else { return nil }
        var elements = [json]
        if case .array(let many) = json { elements = many }
        guard elements.count <= 32, case .string(let first)? = elements.first, contexts.contains(first) else {
            throw TrustError(.badDocument, "the first context is \(contextV1)", at: place)
        }
        return elements
    }

    private static func text(_ json: JSON, at place: String) throws -> Text {
        guard case .string(let text) = json, text.utf8.count <= TrustLimits.didBytesMax else {
            throw BaseError(.wrongType, "a string is needed", at: place)
        }
        return text
    }

    private static func did(_ json: JSON, at place: String) throws -> DID {
        do { return try DID(parsing: text(json, at: place)) } catch let error as TrustError { throw error.at(place) }
    }

    /// Each key has one id, and a reference into this document finds its key.
    private func checkIDs(at place: String) throws {
        var seen: Set<DIDURL> = []
        let embedded = VerificationRelationship.allCases.flatMap { relationships[$0, default: []] }.compactMap {
            entry -> VerificationMethod? in
            if case .embedded(let method) = entry { method } else { nil }
        }
        for method in methods + embedded where !seen.insert(method.id).inserted {
            throw TrustError(.badDocument, "two keys have the id \(method.id)", at: place)
        }
        let known = Set(methods.map(\.id))
        for relationship in VerificationRelationship.allCases {
            for case .reference(let url) in relationships[relationship, default: []]
            where url.did == id && !known.contains(url) {
                throw TrustError(.badDocument, "no key has the id \(url)", at: "\(place).\(relationship.rawValue)")
            }
        }
    }
}

extension DIDDocument.Service {
    init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        id = try fields.text("id", bytesMax: TrustLimits.didBytesMax)
        types = try fields.oneOrMany("type", countMax: 16) { json, place in
            guard case .string(let text) = json else { throw BaseError(.wrongType, "a string is needed", at: place) }
            return text
        }
        endpoint = try fields.required("serviceEndpoint")
        guard !types.isEmpty, endpoint != .null else {
            throw TrustError(.badDocument, "a service has a type and an end point", at: place)
        }
        self.json = json
    }
}

extension Fields {
    /// A value that may stand alone or in an array; none if the field is missing.
    mutating func oneOrMany<Element>(
        _ key: Text, countMax: Int, _ body: (JSON, String) throws -> Element
    ) throws -> [Element] {
        let here = path(key)
        guard let json = optional(key) else { return [] }
        guard case .array(let elements) = json else { return [try body(json, here)] }
        guard elements.count <= countMax else { throw BaseError(.tooLarge, "more than \(countMax) elements", at: here) }
        return try elements.enumerated().map { try body($1, "\(here)[\($0)]") }
    }
}
