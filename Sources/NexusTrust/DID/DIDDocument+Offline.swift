import NexusBase

extension DIDDocument {
    /// How the document of a did:key writes its keys.
    public enum KeyForm: Sendable, Hashable, CaseIterable {
        /// `Multikey`, the form of today.
        case multikey
        /// `JsonWebKey2020`; an Ed25519 key with the X25519 key that follows from it.
        case jsonWebKey2020
        /// The older forms: `Ed25519VerificationKey2018` with `X25519KeyAgreementKey2019`, and `P256Key2021` with its
        /// like.
        case base58
    }

    /// The document of a did:key (W3C CCG did:key method). Throws `trust.bad-did`, `trust.unknown-suite`,
    /// `trust.bad-key`; `trust.unknown-suite` also for a form that has no room for the kind of key.
    public init(didKey did: DID, form: KeyForm = .multikey) throws {
        let prefix = "did:key:"
        guard did.text.string.hasPrefix(prefix) else { throw TrustError(.badDID, "no did:key: \(did.short)") }
        let multibase = Text(String(did.text.string.dropFirst(prefix.count)))
        let key = try PublicKey(multibase: multibase)
        guard multibase.utf8.count <= TrustLimits.classicalKeyBytesMax || key.kind.isPostQuantum else {
            throw TrustError(.badDID, "too long for a did:key of its kind: \(did.short)")
        }
        let method = try Self.method(of: key, named: multibase, did, form)
        var agreement: VerificationMethod?
        if form != .multikey, key.kind == .ed25519 {
            let other = try PublicKey(kind: .x25519, bytes: EdwardsMap.montgomery(ofEdwards: key.bytes))
            agreement = try Self.method(of: other, named: other.multibase, did, form)
        }
        var uses: [VerificationRelationship] = [
            .assertionMethod, .authentication, .capabilityDelegation, .capabilityInvocation,
        ]
        if key.kind == .x25519 { uses = [.keyAgreement] }
        // The method's own vectors let a NIST key agree as well as sign.
        if key.kind.coordinateBytes != nil, form != .multikey { uses.append(.keyAgreement) }
        var relationships = Dictionary(uniqueKeysWithValues: uses.map { ($0, [Entry.reference(method.id)]) })
        if let agreement { relationships[.keyAgreement] = [.reference(agreement.id)] }
        self.init(
            id: did, context: Self.contexts(form, key.kind), methods: [method] + (agreement.map { [$0] } ?? []),
            relationships: relationships)
    }

    private static func contexts(_ form: KeyForm, _ kind: KeyKind) -> [JSON] {
        let suites: [Text] =
            switch form {
            case .multikey: ["https://w3id.org/security/multikey/v1"]
            case .jsonWebKey2020: ["https://w3id.org/security/suites/jws-2020/v1"]
            case .base58:
                switch kind {
                case .ed25519:
                    [
                        "https://w3id.org/security/suites/ed25519-2018/v1",
                        "https://w3id.org/security/suites/x25519-2019/v1",
                    ]
                case .x25519: ["https://w3id.org/security/suites/x25519-2019/v1"]
                default: ["https://w3id.org/security/suites/multikey-2021/v1"]
                }
            }
        return ([contextV1] + suites).map { .string($0) }
    }

    private static func method(
        of key: PublicKey, named name: Text, _ did: DID, _ form: KeyForm
    ) throws -> VerificationMethod {
        let id = try DIDURL(parsing: Text("#" + name.string), relativeTo: did)
        let none = TrustError(.unknownSuite, "this form of document has no room for \(key.kind.rawValue)")
        switch form {
        case .multikey:
            return VerificationMethod(id: id, type: "Multikey", controller: did, form: .multibase(name), key: key)
        case .jsonWebKey2020:
            guard let jwk = key.jwk else { throw none }
            return VerificationMethod(id: id, type: "JsonWebKey2020", controller: did, form: .jwk(jwk), key: key)
        case .base58:
            guard let type = VerificationMethod.base58Types.first(where: { $0.kind == key.kind })?.type else {
                throw none
            }
            let text = Text(Base58.encode(key.bytes))
            return VerificationMethod(id: id, type: type, controller: did, form: .base58(text), key: key)
        }
    }

    /// The document of a did:jwk: one key, `#0`. A key with `use` of `enc` agrees only, one of `sig` signs only, an
    /// X25519 key never signs. Throws `trust.bad-did`, `trust.bad-key`, `trust.unknown-suite`, and base errors.
    public init(didJWK did: DID) throws {
        let prefix = "did:jwk:"
        guard did.text.string.hasPrefix(prefix) else { throw TrustError(.badDID, "no did:jwk: \(did.short)") }
        let bytes: [UInt8]
        do { bytes = try Base64URL.decode(did.text.string.dropFirst(prefix.count)) } catch let error as BaseError {
            throw TrustError(.badDID, "not base64url: \(did.short)", cause: error)
        }
        let jwk = try JSON(parsing: bytes, bytesMax: TrustLimits.didBytesMax)
        let key = try PublicKey(jwk: jwk, at: "jwk")
        let method = VerificationMethod(
            id: try DIDURL(parsing: "#0", relativeTo: did), type: "JsonWebKey2020", controller: did, form: .jwk(jwk),
            key: key)
        var use: JSON?
        if case .object(let object) = jwk { use = object["use"] }
        var uses = VerificationRelationship.allCases
        if use == "sig" || key.kind == .ed25519 || key.kind.isPostQuantum { uses.removeAll { $0 == .keyAgreement } }
        if use == "enc" || key.kind == .x25519 { uses.removeAll { $0 != .keyAgreement } }
        self.init(
            id: did, context: Self.contexts(.jsonWebKey2020, key.kind), methods: [method],
            relationships: Dictionary(uniqueKeysWithValues: uses.map { ($0, [Entry.reference(method.id)]) }))
    }
}

extension DID {
    /// The did:jwk of a key. Throws `trust.unknown-suite` for a kind without a JWK.
    public init(jwkOf key: PublicKey) throws {
        guard let jwk = key.jwk else { throw TrustError(.unknownSuite, "\(key.kind.rawValue) has no JWK") }
        try self.init(parsing: Text("did:jwk:" + Base64URL.encode(jwk.canonicalBytes)))
    }

    /// The did:key of a key.
    public init(of key: PublicKey) throws { try self.init(parsing: Text("did:key:" + key.multibase.string)) }
}
