import Crypto
public import NexusBase

extension PublicKey {
    /// The key as a JSON Web Key (RFC 7517, RFC 8037; ML-DSA as `AKP`), or nil for kinds without a registered form.
    public var jwk: JSON? {
        switch kind {
        case .ed25519, .x25519:
            return ["crv": .text(kind.rawValue), "kty": "OKP", "x": .text(Base64URL.encode(bytes))]
        case .mlDSA65: return ["alg": "ML-DSA-65", "kty": "AKP", "pub": .text(Base64URL.encode(bytes))]
        case .p256, .p384, .p521:
            guard let point = uncompressed, let count = kind.coordinateBytes else { return nil }
            return [
                "crv": .text(kind.rawValue), "kty": "EC", "x": .text(Base64URL.encode(Array(point[1...count]))),
                "y": .text(Base64URL.encode(Array(point[(count + 1)...]))),
            ]
        case .hybrid, .slhDSA128s: return nil
        }
    }

    private var uncompressed: [UInt8]? {
        switch kind {
        case .p256: (try? P256.Signing.PublicKey(compressedRepresentation: bytes)).map { Array($0.x963Representation) }
        case .p384: (try? P384.Signing.PublicKey(compressedRepresentation: bytes)).map { Array($0.x963Representation) }
        case .p521: (try? P521.Signing.PublicKey(compressedRepresentation: bytes)).map { Array($0.x963Representation) }
        case .ed25519, .x25519, .mlDSA65, .hybrid, .slhDSA128s: nil
        }
    }

    /// Members of a JWK that say something about a key and are passed over. Others, private parts first of all, are
    /// refused.
    private static let passedOver: [Text] = [
        "alg", "kid", "key_ops", "use", "x5c", "x5t", "x5t#S256", "x5u", "ext",
    ]

    /// Reads a public JWK. Throws `trust.bad-key` (a private member, a wrong length, no point of the curve),
    /// `trust.unknown-suite` (another kind), and base errors.
    public init(jwk json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        for name: Text in ["d", "priv", "k", "p", "q", "dp", "dq", "qi", "oth"] where fields.optional(name) != nil {
            throw TrustError(.badKey, "a JWK of a private or shared key", at: fields.path(name))
        }
        let type = try fields.text("kty", bytesMax: 16)
        let algorithm = try fields.optionalText("alg", bytesMax: 64)
        for name in Self.passedOver { _ = fields.optional(name) }
        func unknown(_ what: String) -> TrustError {
            TrustError(.unknownSuite, "a JWK of a kind that is not read here: \(what.prefix(40))", at: place)
        }
        func part(_ name: Text) throws -> [UInt8] {
            let text = try fields.text(name, bytesMax: 4096)
            do { return try Base64URL.decode(text.string) } catch let error as BaseError {
                throw error.at(fields.path(name))
            }
        }
        let key: PublicKey
        do {
            switch type {
            case "OKP", "EC":
                let curve = try fields.text("crv", bytesMax: 32)
                guard let kind = KeyKind.allCases.first(where: { Text($0.rawValue) == curve }),
                    kind == .ed25519 || kind == .x25519 || kind.coordinateBytes != nil,
                    (kind.coordinateBytes != nil) == (type == "EC")
                else { throw unknown(curve.string) }
                let x = try part("x")
                key =
                    try kind.coordinateBytes == nil
                    ? PublicKey(kind: kind, bytes: x) : PublicKey(kind: kind, x: x, y: part("y"))
            case "AKP":
                guard algorithm == "ML-DSA-65" else { throw unknown(algorithm?.string ?? "AKP") }
                key = try PublicKey(kind: .mlDSA65, bytes: part("pub"))
            default: throw unknown(type.string)
            }
        } catch let error as TrustError {
            throw error.place == nil ? error.at(place) : error
        }
        try fields.finish()
        self = key
    }

    private init(kind: KeyKind, x: [UInt8], y: [UInt8]) throws {
        guard let count = kind.coordinateBytes, x.count == count, y.count == count else {
            throw TrustError(.badKey, "coordinates of \(kind.rawValue) have another length")
        }
        let point = [0x04] + x + y
        do {
            let compressed: [UInt8] =
                switch kind {
                case .p256: Array(try P256.Signing.PublicKey(x963Representation: point).compressedRepresentation)
                case .p384: Array(try P384.Signing.PublicKey(x963Representation: point).compressedRepresentation)
                default: Array(try P521.Signing.PublicKey(x963Representation: point).compressedRepresentation)
                }
            try self.init(kind: kind, bytes: compressed)
        } catch let error as TrustError {
            throw error
        } catch {
            throw TrustError(.badKey, "not a point of \(kind.rawValue)", cause: error)
        }
    }
}
