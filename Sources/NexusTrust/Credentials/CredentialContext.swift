public import NexusBase

/// The contexts of credentials, by value. Nothing is fetched and nothing is expanded: a verifier names the contexts it
/// knows, and refuses a credential with another, so that no term means something else than it thinks.
public enum CredentialContext {
    /// The data model's own.
    public static let v2: Text = "https://www.w3.org/ns/credentials/v2"
    /// Gives every term that no other context defines a meaning of the issuer's own.
    public static let undefinedTerms: Text = "https://www.w3.org/ns/credentials/undefined-terms/v2"
    /// What a verifier of Nexus knows unless it is told more.
    public static let known: [JSON] = [
        .string(v2), .string(undefinedTerms), "https://w3id.org/security/data-integrity/v2",
    ]

    /// Terms of the data model that an inline context may not give another meaning (its context is protected).
    private static let protectedTerms: Set<Text> = [
        "VerifiableCredential", "VerifiablePresentation", "EnvelopedVerifiableCredential",
        "EnvelopedVerifiablePresentation", "BitstringStatusList", "BitstringStatusListCredential",
        "BitstringStatusListEntry", "DataIntegrityProof", "JsonSchema", "JsonSchemaCredential", "id", "type", "name",
        "description", "issuer", "holder", "proof", "credentialSubject", "credentialSchema", "credentialStatus",
        "evidence", "termsOfUse", "refreshService", "relatedResource", "renderMethod", "confidenceMethod", "validFrom",
        "validUntil", "verifiableCredential", "digestSRI", "digestMultibase", "mediaType",
    ]

    /// What can be seen of contexts without expanding them. Throws `trust.bad-credential`.
    static func check(_ contexts: [JSON], at place: String) throws {
        func fail(_ message: String) -> TrustError { TrustError(.badCredential, message, at: place) }
        var defined: [Text: JSON] = [:]
        for context in contexts {
            switch context {
            case .string(let text):
                guard URLText.isURL(text) else { throw fail("a context is a URL or an object") }
            case .object(let object):
                for (term, value) in object.members where term.utf8.first != UInt8(ascii: "@") {
                    guard !protectedTerms.contains(term) else { throw fail("\"\(term)\" may not be redefined") }
                    guard defined[term].map({ $0 == value }) ?? true else { throw fail("\"\(term)\" is defined twice") }
                    defined[term] = value
                    if case .string(let text) = value, !isIRI(text) { throw fail("\"\(term)\" means no URL") }
                }
            default: throw fail("a context is a URL or an object")
            }
        }
    }

    /// A URL, a compact form `prefix:rest`, a keyword or a term.
    private static func isIRI(_ text: Text) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// Where all contexts stand in the document itself, a type that is no URL must be one of theirs.
    static func checkTypes(_ types: [Text], under contexts: [JSON], at place: String) throws {
        var defined = protectedTerms
        for context in contexts.dropFirst() {
            guard case .object(let object) = context else { return }
            if case .string? = object["@vocab"] { return }
            defined.formUnion(object.members.map(\.key))
        }
        for type in types where !defined.contains(type) && !URLText.isURL(type) {
            throw TrustError(.badCredential, "no context gives the type \"\(type)\" a meaning", at: place)
        }
    }

    /// Throws `trust.unknown-context` for the first that is not among `known`.
    static func require(_ contexts: [JSON], among known: [JSON]) throws {
        for (index, context) in contexts.enumerated() where !known.contains(context) {
            throw TrustError(
                .unknownContext, "not known here: \(context.canonicalString.prefix(120))", at: "@context[\(index)]")
        }
    }
}
