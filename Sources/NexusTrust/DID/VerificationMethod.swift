public import NexusBase

/// One key of a DID document.
public struct VerificationMethod: Sendable, Hashable {
    /// How a method holds its key.
    public enum Form: Sendable, Hashable {
        case multibase(Text)
        case base58(Text)
        case jwk(JSON)
        /// Of a type that is not read here: the method is known by its name and cannot be used.
        case unread(JSON)
    }

    public let id: DIDURL
    public let type: Text
    public let controller: DID
    public let form: Form
    /// Nil for a type or kind that is not read here.
    public let key: PublicKey?

    init(id: DIDURL, type: Text, controller: DID, form: Form, key: PublicKey?) {
        self.id = id
        self.type = type
        self.controller = controller
        self.form = form
        self.key = key
    }

    /// Types whose key is base58btc without a codec: the type says the kind.
    static let base58Types: [(type: Text, kind: KeyKind)] = [
        ("Ed25519VerificationKey2018", .ed25519), ("X25519KeyAgreementKey2019", .x25519), ("P256Key2021", .p256),
        ("P384Key2021", .p384), ("P521Key2021", .p521),
    ]

    public var json: JSON {
        var object: JSONObject = ["controller": controller.json, "id": id.json, "type": .string(type)]
        switch form {
        case .multibase(let text): object["publicKeyMultibase"] = .string(text)
        case .base58(let text): object["publicKeyBase58"] = .string(text)
        case .jwk(let json): object["publicKeyJwk"] = json
        case .unread(let json): return json
        }
        return .object(object)
    }

    /// Reads one method. A known type is read strictly; a key of a kind that is not read here leaves `key` nil.
    init(json: JSON, of did: DID, at place: String) throws {
        var fields = try Fields(json, at: place)
        let name = try fields.text("id", bytesMax: TrustLimits.didBytesMax)
        id = try DIDURL(parsing: name, relativeTo: did)
        guard id.fragment?.isEmpty == false else {
            throw TrustError(.badDocument, "a verification method's id has a fragment", at: fields.path("id"))
        }
        let type = try fields.text("type", bytesMax: 256)
        self.type = type
        controller = try fields.did("controller")
        switch type {
        case "Multikey", "Ed25519VerificationKey2020", "X25519KeyAgreementKey2020":
            let text = try fields.text("publicKeyMultibase", bytesMax: TrustLimits.didKeyBytesMax)
            form = .multibase(text)
            key = try Self.known { try PublicKey(multibase: text) }
        case "JsonWebKey", "JsonWebKey2020":
            let jwk = try fields.required("publicKeyJwk")
            form = .jwk(jwk)
            let place = fields.path("publicKeyJwk")
            key = try Self.known { try PublicKey(jwk: jwk, at: place) }
        default:
            guard let kind = Self.base58Types.first(where: { $0.type == type })?.kind else {
                form = .unread(json)
                key = nil
                return
            }
            let text = try fields.text("publicKeyBase58", bytesMax: 128)
            form = .base58(text)
            key = try PublicKey(kind: kind, bytes: Base58.decode(text.string))
        }
        try fields.finish()
        guard let kind = key?.kind else { return }
        guard !type.string.hasPrefix("Ed25519") || kind == .ed25519, !type.string.hasPrefix("X25519") || kind == .x25519
        else { throw TrustError(.badDocument, "the type names another kind of key", at: fields.path("type")) }
    }

    private static func known(_ read: () throws -> PublicKey) throws -> PublicKey? {
        do { return try read() } catch let error as TrustError where error.code == .unknownSuite { return nil }
    }
}
