import NexusBase

/// Finds the document of a DID. did:key and did:jwk carry theirs; others are fetched by a shell's resolver.
public protocol DIDResolver: Sendable {
    /// Throws `trust.unresolved` if there is no document, and what reading it threw.
    func document(of did: DID) async throws -> DIDDocument
}

/// The documents that a verification may use: those that DIDs carry in themselves, and those given.
///
/// A value: verification never fetches. Whoever wants did:web resolves first and hands the documents in.
public struct KnownDocuments: Sendable, Hashable {
    private var given: [DID: DIDDocument] = [:]

    public init(_ documents: [DIDDocument] = []) {
        for document in documents { given[document.id] = document }
    }

    public mutating func add(_ document: DIDDocument) { given[document.id] = document }

    /// The document of `did`. Throws `trust.unresolved`, and the codes of did:key and did:jwk.
    public func document(of did: DID) throws -> DIDDocument {
        switch did.method {
        case "key": return try DIDDocument(didKey: did)
        case "jwk": return try DIDDocument(didJWK: did)
        default:
            guard let document = given[did] else {
                throw TrustError(.unresolved, "no document is known of \(did.text.string.prefix(200))")
            }
            return document
        }
    }
}

extension DID {
    /// The name of the method, for instance `key`.
    public var method: String { String(text.string.dropFirst(4).prefix { $0 != ":" }) }
}
