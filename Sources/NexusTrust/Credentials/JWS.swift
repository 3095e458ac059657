public import NexusBase

/// A compact JSON Web Signature (RFC 7515 section 7.1) with the few header fields that credentials need.
public struct JWS: Sendable, Hashable {
    /// Algorithms of JOSE that are read, each for one kind of key. `none` and shared secrets are not among them.
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        case edDSA = "EdDSA"
        case ed25519 = "Ed25519"
        case es256 = "ES256"
        case es384 = "ES384"
        case es512 = "ES512"
        case mlDSA65 = "ML-DSA-65"

        var kind: KeyKind {
            switch self {
            case .edDSA, .ed25519: .ed25519
            case .es256: .p256
            case .es384: .p384
            case .es512: .p521
            case .mlDSA65: .mlDSA65
            }
        }
    }

    public let algorithm: Algorithm
    /// The media type of the whole, for instance `vc+jwt`.
    public let type: Text
    public let keyID: Text
    public let payload: [UInt8]
    let signature: [UInt8]
    private let signed: [UInt8]

    /// Reads a token strictly: a header with `alg`, `typ` and `kid`, perhaps `cty` and `iss`, and nothing else (so
    /// neither `crit` nor a key of its own). Throws `trust.bad-proof`, `trust.unsupported-proof`, `base.too-large`.
    public init(parsing text: Text) throws {
        let bytes = Array(text.utf8)
        let most = TrustLimits.credentialBytesMax * 4 / 3 + 16_384
        guard bytes.count <= most else { throw BaseError(.tooLarge, "a token has at most \(most) bytes") }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        func fail(_ message: String) -> TrustError { TrustError(.badProof, message, at: "token") }
        guard parts.count == 3 else { throw fail("a compact token has three parts") }
        func decode(_ index: Int) throws -> [UInt8] {
            guard let out = try? Base64URL.decode(String(decoding: parts[index], as: UTF8.self)) else {
                throw fail("part \(index + 1) is not base64url")
            }
            return out
        }
        var header = try Fields(JSON(parsing: decode(0), bytesMax: 16_384), at: "header")
        let name = try header.text("alg", bytesMax: 64)
        guard let algorithm = Algorithm.allCases.first(where: { Text($0.rawValue) == name }) else {
            throw TrustError(.unsupportedProof, "the algorithm \(name) is not taken", at: "header.alg")
        }
        self.algorithm = algorithm
        type = try header.text("typ", bytesMax: 64)
        keyID = try header.text("kid", bytesMax: TrustLimits.didBytesMax)
        _ = try header.optionalText("cty", bytesMax: 64)
        _ = try header.optionalText("iss", bytesMax: TrustLimits.didBytesMax)
        try header.finish()
        payload = try decode(1)
        signature = try decode(2)
        signed = Array(bytes[..<(parts[1].endIndex)])
    }

    /// Throws `trust.bad-proof` for a key of another kind than the algorithm's, `trust.bad-signature`.
    public func verify(by key: PublicKey) throws {
        guard key.kind == algorithm.kind else {
            throw TrustError(.badProof, "\(algorithm.rawValue) is not made by a \(key.kind.rawValue) key", at: "header")
        }
        guard key.isValid(signature, over: signed) else {
            throw TrustError(.badSignature, "the token's signature does not verify")
        }
    }

    /// Signs. Throws `trust.unsupported-proof` for a key whose suite JOSE has no name for (the hybrid, SLH-DSA).
    public static func sign(_ payload: [UInt8], type: Text, contentType: Text?, by key: SigningKey) throws -> Text {
        let publicKey = PublicKey(key.publicKey)
        guard let algorithm = Algorithm.allCases.first(where: { $0.kind == publicKey.kind }) else {
            throw TrustError(.unsupportedProof, "JOSE has no name for \(publicKey.kind.rawValue)")
        }
        let header: JSON = [
            "alg": .text(algorithm.rawValue), "cty": contentType.map { .string($0) },
            "kid": .text("\(key.did)#\(publicKey.multibase)"), "typ": .string(type),
        ]
        let signed = Base64URL.encode(header.canonicalBytes) + "." + Base64URL.encode(payload)
        return Text(signed + "." + Base64URL.encode(try key.sign(Array(signed.utf8))))
    }
}
