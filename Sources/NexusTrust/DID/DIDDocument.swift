public import NexusBase

/// What a DID resolves to (W3C DID Core 1.0 section 5): its keys, and what each may be used for.
///
/// Read strictly: unknown members, repeated ids, references to nothing and keys that are none are refused, so that two
/// readers never see two documents in one. Contexts are compared by value; there is no JSON-LD processing.
public struct DIDDocument: Sendable, Hashable {
    public struct Service: Sendable, Hashable {
        public let id: Text
        public let types: [Text]
        /// A URL, an object or a list of them, as it stands.
        public let endpoint: JSON
        let json: JSON
    }

    public let id: DID
    /// Nil in the representation without JSON-LD.
    public let context: [JSON]?
    public let controllers: [DID]
    public let alsoKnownAs: [Text]
    /// Under `verificationMethod`; those embedded in a relationship are not here.
    public let methods: [VerificationMethod]
    public let services: [Service]
    let relationships: [VerificationRelationship: [Entry]]

    /// A relationship names a method of this or another document, or holds one of its own.
    enum Entry: Sendable, Hashable {
        case reference(DIDURL)
        case embedded(VerificationMethod)

        var id: DIDURL {
            switch self {
            case .reference(let url): url
            case .embedded(let method): method.id
            }
        }
    }

    init(
        id: DID, context: [JSON]?, controllers: [DID] = [], alsoKnownAs: [Text] = [], methods: [VerificationMethod],
        services: [Service] = [], relationships: [VerificationRelationship: [Entry]]
    ) {
        self.id = id
        self.context = context
        self.controllers = controllers
        self.alsoKnownAs = alsoKnownAs
        self.methods = methods
        self.services = services
        self.relationships = relationships
    }

    /// The ids of the keys that may be used for `relationship`, in the document's order.
    public func methodIDs(for relationship: VerificationRelationship) -> [DIDURL] {
        relationships[relationship, default: []].map(\.id)
    }

    /// The key `method`, if the document lets it be used for `relationship` and is itself its controller.
    ///
    /// Throws `trust.unknown-method`, `trust.wrong-relationship` (the key is there for other uses only),
    /// `trust.wrong-controller`, `trust.unknown-suite` (a kind of key that is not read here).
    public func key(_ method: DIDURL, for relationship: VerificationRelationship) throws -> PublicKey {
        let entries = relationships[relationship, default: []]
        guard let entry = entries.first(where: { $0.id == method }) else {
            let isKnown =
                methods.contains { $0.id == method } || relationships.values.joined().contains { $0.id == method }
            guard isKnown else { throw TrustError(.unknownMethod, "\(id.short) has no key \(method)") }
            throw TrustError(.wrongRelationship, "\(method) is not for \(relationship.rawValue)")
        }
        let found: VerificationMethod?
        switch entry {
        case .embedded(let method): found = method
        case .reference(let url): found = methods.first { $0.id == url }
        }
        guard let found else { throw TrustError(.unknownMethod, "\(method) stands in another document") }
        guard found.controller == id else {
            throw TrustError(.wrongController, "\(method) is controlled by \(found.controller)")
        }
        guard let key = found.key else {
            throw TrustError(.unknownSuite, "\(method) is a \(found.type), which is not read here")
        }
        return key
    }
}
