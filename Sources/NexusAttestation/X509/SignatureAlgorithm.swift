internal import NexusBase
internal import SwiftASN1

/// The signature algorithms that are accepted. SHA-1 is not among them.
public enum SignatureAlgorithm: Sendable, Hashable, CustomStringConvertible {
    case rsaPSS(hash: String)
    case rsaPKCS1(hash: String)
    case ecdsa(hash: String)

    public var description: String {
        switch self {
        case .rsaPSS(let hash): "RSASSA-PSS with \(hash)"
        case .rsaPKCS1(let hash): "RSASSA-PKCS1-v1_5 with \(hash)"
        case .ecdsa(let hash): "ECDSA with \(hash)"
        }
    }

    static func rsaPSS(_ hash: HashName) -> Self { .rsaPSS(hash: hash.rawValue) }
    static func rsaPKCS1(_ hash: HashName) -> Self { .rsaPKCS1(hash: hash.rawValue) }
    static func ecdsa(_ hash: HashName) -> Self { .ecdsa(hash: hash.rawValue) }

    var hash: HashName? {
        switch self {
        case .rsaPSS(let hash), .rsaPKCS1(let hash), .ecdsa(let hash): HashName(rawValue: hash)
        }
    }

    /// An AlgorithmIdentifier with exactly the parameters that its RFC asks for (RFC 4055, RFC 5758).
    init(_ reader: DERReader) throws {
        var reader = reader
        let identifier = try reader.objectIdentifier("algorithm")
        switch identifier {
        case OID.rsaPSS:
            var parameters = try reader.sequence("parameters")
            self = .rsaPSS(try Self.pssHash(&parameters))
        case OID.rsaSHA256, OID.rsaSHA384, OID.rsaSHA512:
            guard try reader.primitive(.null, "parameters").isEmpty else {
                throw reader.failure("NULL is empty", "parameters")
            }
            self = .rsaPKCS1(identifier == OID.rsaSHA256 ? .sha256 : identifier == OID.rsaSHA384 ? .sha384 : .sha512)
        case OID.ecdsaSHA256: self = .ecdsa(.sha256)
        case OID.ecdsaSHA384: self = .ecdsa(.sha384)
        case OID.ecdsaSHA512: self = .ecdsa(.sha512)
        default:
            throw AttestationError(
                .unsupportedAlgorithm, "signatures of \(identifier) are not accepted", at: reader.path("algorithm"))
        }
        try reader.finish()
    }

    /// RSASSA-PSS-params (RFC 4055 section 3.1): one hash for both uses, a salt of its length, trailer 1.
    private static func pssHash(_ parameters: inout DERReader) throws -> HashName {
        func unsupported(_ message: String, _ name: String) -> AttestationError {
            AttestationError(.unsupportedAlgorithm, message, at: parameters.path(name))
        }
        guard var outer = try parameters.optionalExplicit(0, "hash") else {
            throw unsupported("RSASSA-PSS without a hash means SHA-1", "hash")
        }
        let hash = try hash(outer.sequence("hash"))
        try outer.finish()
        guard var mask = try parameters.optionalExplicit(1, "mask") else {
            throw unsupported("a mask without a hash means SHA-1", "mask")
        }
        var generator = try mask.sequence("mask")
        guard try generator.objectIdentifier("mask") == OID.mgf1, try Self.hash(generator.sequence("hash")) == hash
        else {
            throw unsupported("the mask is MGF1 with the same hash", "mask")
        }
        try generator.finish()
        try mask.finish()
        var salt = try parameters.optionalExplicit(2, "salt")
        guard let length = try salt?.integer("salt"), length == hash.byteCount else {
            throw unsupported("the salt is as long as the hash", "salt")
        }
        try salt?.finish()
        if var trailer = try parameters.optionalExplicit(3, "trailer") {
            guard try trailer.integer("trailer") == 1 else { throw unsupported("the trailer is 1", "trailer") }
            try trailer.finish()
        }
        try parameters.finish()
        return hash
    }

    private static func hash(_ reader: DERReader) throws -> HashName {
        var reader = reader
        let identifier = try reader.objectIdentifier("hash")
        if let null = reader.optional(.null), null.content != .primitive([]) {
            throw reader.failure("NULL is empty", "hash")
        }
        try reader.finish()
        switch identifier {
        case OID.sha256: return .sha256
        case OID.sha384: return .sha384
        case OID.sha512: return .sha512
        default:
            throw AttestationError(.unsupportedAlgorithm, "the hash \(identifier) is not accepted", at: reader.place)
        }
    }
}
