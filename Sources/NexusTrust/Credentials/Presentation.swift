public import NexusBase

/// A verifiable presentation (W3C VC Data Model 2.0 section 4.13), its form checked and nothing more.
public struct Presentation: Sendable, Hashable {
    /// A credential as it stands in a presentation.
    public enum Part: Sendable, Hashable {
        case embedded(Credential)
        /// A `data:` URL that holds a secured credential, for instance a token.
        case enveloped(Text)
    }

    public let json: JSON
    public let id: Text?
    public let holder: Text?
    public let credentials: [Part]

    /// Throws `trust.bad-credential`, `trust.wrong-issuer` and base errors, with the place.
    public init(parsing bytes: [UInt8]) throws {
        try self.init(json: JSON(parsing: bytes, bytesMax: TrustLimits.credentialBytesMax), at: "presentation")
    }

    public init(json: JSON, at place: String) throws {
        var parts = try CredentialParts(json, at: place)
        self.json = json
        let contexts = try parts.contexts()
        id = try parts.id()
        let types = try parts.types()
        guard types.contains("VerifiablePresentation") else {
            throw parts.failure("one of the types is VerifiablePresentation", "type")
        }
        try CredentialContext.checkTypes(types, under: contexts, at: parts.fields.path("type"))
        holder = try parts.party("holder")
        credentials = try parts.fields.oneOrMany(
            "verifiableCredential", countMax: TrustLimits.presentationCredentialsMax
        ) { json, place in try Self.part(json, at: place) }
        _ = try parts.typed("termsOfUse")
        _ = try parts.typed("proof")
        try checkSelfAsserted(at: place)
    }

    /// A credential without a proof of its own is secured by the presentation's: then its issuer is who presents it
    /// (VC Data Model 2.0, section 4.13.2). Throws `trust.wrong-issuer`.
    private func checkSelfAsserted(at place: String) throws {
        for (index, part) in credentials.enumerated() {
            guard case .embedded(let credential) = part, credential.proofs.isEmpty else { continue }
            guard credential.issuer == holder else {
                throw TrustError(
                    .wrongIssuer, "a credential without a proof is the holder's own",
                    at: "\(place).verifiableCredential[\(index)].issuer")
            }
        }
    }

    private static func part(_ json: JSON, at place: String) throws -> Part {
        guard case .object(let object) = json else {
            throw TrustError(.badCredential, "a credential is an object; a token goes into an envelope", at: place)
        }
        guard object["type"] == "EnvelopedVerifiableCredential" || object["type"] == ["EnvelopedVerifiableCredential"]
        else { return .embedded(try Credential(json: json, at: place)) }
        var parts = try CredentialParts(json, at: place)
        let context = parts.fields.optional("@context")
        guard context == .string(CredentialContext.v2) || context == [.string(CredentialContext.v2)] else {
            throw parts.failure("the context is \(CredentialContext.v2)", "@context")
        }
        guard let id = try parts.id(isRequired: true), id.utf8.starts(with: "data:".utf8) else {
            throw parts.failure("an envelope's id is a data: URL", "id")
        }
        return .enveloped(id)
    }
}
