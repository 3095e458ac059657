internal import Crypto
internal import CryptoExtras
internal import Foundation
public import NexusBase
internal import SwiftASN1

/// The key of a certificate: RSA of 2048 to 4096 bits, P-256 or P-384.
public struct PublicKey: Sendable, Hashable, CustomStringConvertible {
    enum Material: Sendable, Hashable {
        case rsa(modulus: [UInt8], exponent: [UInt8])
        /// Uncompressed point, 0x04 first.
        case p256([UInt8])
        case p384([UInt8])
    }

    let material: Material
    /// SubjectPublicKeyInfo as it stands in the certificate.
    let der: [UInt8]

    /// SHA-256 of the DER SubjectPublicKeyInfo: what a trust root is named by.
    public var digest: NexusBase.Digest { NexusBase.Digest(of: der) }

    public var description: String {
        switch material {
        case .rsa(let modulus, _): "RSA \(modulus.count * 8)"
        case .p256: "P-256"
        case .p384: "P-384"
        }
    }

    init(_ node: ASN1Node, code: AttestationError.Code, place: String) throws {
        der = Array(node.encodedBytes)
        var reader = try DERReader(node, .sequence, code: code, place: place)
        var algorithm = try reader.sequence("algorithm")
        let bits = try reader.bitString("key")
        try reader.finish()
        let identifier = try algorithm.objectIdentifier("algorithm")
        func unsupported(_ message: String) -> AttestationError {
            AttestationError(.unsupportedAlgorithm, message, at: place)
        }
        switch identifier {
        case OID.rsaEncryption, OID.rsaesOAEP, OID.rsaPSS:
            material = try Self.rsa(bits, code: code, place: place)
        case OID.ecPublicKey:
            let curve = try algorithm.objectIdentifier("curve")
            try algorithm.finish()
            switch curve {
            case OID.p256: material = .p256(bits)
            case OID.p384: material = .p384(bits)
            default: throw unsupported("the curve \(curve) is not accepted")
            }
            guard isPoint else { throw AttestationError(code, "not an uncompressed point of the curve", at: place) }
        default: throw unsupported("keys of \(identifier) are not accepted")
        }
    }

    /// For keys that come without a certificate.
    init(_ material: Material, der: [UInt8]) {
        self.material = material
        self.der = der
    }

    private static func rsa(_ bits: [UInt8], code: AttestationError.Code, place: String) throws -> Material {
        var reader = try DERReader(
            DERReader.root(bits[...], code: code, place: place), .sequence, code: code, place: place)
        let modulus = try reader.integerBytes("modulus")
        let exponent = try reader.integerBytes("exponent")
        try reader.finish()
        guard modulus[0] < 0x80, exponent[0] < 0x80 else { throw reader.failure("RSA numbers are positive", "modulus") }
        return try rsa(modulus: Array(modulus.drop { $0 == 0 }), exponent: Array(exponent.drop { $0 == 0 }), at: place)
    }

    static func rsa(modulus: [UInt8], exponent: [UInt8], at place: String) throws -> Material {
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard AttestationLimits.rsaBits.contains(bits), modulus.last.map({ $0 & 1 == 1 }) == true,
            (1...4).contains(exponent.count), exponent.last.map({ $0 & 1 == 1 }) == true, exponent != [1]
        else {
            throw AttestationError(
                .unsupportedAlgorithm, "RSA keys have 2048 to 4096 bits and an odd exponent below 2^32", at: place)
        }
        return .rsa(modulus: modulus, exponent: exponent)
    }

    var isPoint: Bool {
        switch material {
        case .rsa: true
        case .p256(let point): point.count == 65 && (try? P256.Signing.PublicKey(x963Representation: point)) != nil
        case .p384(let point): point.count == 97 && (try? P384.Signing.PublicKey(x963Representation: point)) != nil
        }
    }

    /// Whether `signature` (DER for ECDSA) is this key's over `message`. An algorithm of another key type is false.
    func isValid(_ signature: [UInt8], over message: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
        switch (material, algorithm) {
        case (.rsa(let modulus, let exponent), .rsaPSS), (.rsa(let modulus, let exponent), .rsaPKCS1):
            guard let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent), signature.count == modulus.count,
                let hash = algorithm.hash
            else { return false }
            let padding: _RSA.Signing.Padding = if case .rsaPSS = algorithm { .PSS } else { .insecurePKCS1v1_5 }
            let candidate = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return hash.withDigest(of: message) { key.isValidSignature(candidate, for: $0, padding: padding) }
        case (.p256(let point), .ecdsa):
            guard let key = try? P256.Signing.PublicKey(x963Representation: point), let hash = algorithm.hash,
                let candidate = try? P256.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return hash.withDigest(of: message) { key.isValidSignature(candidate, for: $0) }
        case (.p384(let point), .ecdsa):
            guard let key = try? P384.Signing.PublicKey(x963Representation: point), let hash = algorithm.hash,
                let candidate = try? P384.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return hash.withDigest(of: message) { key.isValidSignature(candidate, for: $0) }
        default: return false
        }
    }

    /// Whether r and s, big-endian and each as long as the curve, are this key's ECDSA signature over `message`.
    func isValid(rawECDSA signature: [UInt8], over message: [UInt8], _ hash: HashName) -> Bool {
        switch material {
        case .rsa: return false
        case .p256(let point):
            guard let key = try? P256.Signing.PublicKey(x963Representation: point),
                let candidate = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return hash.withDigest(of: message) { key.isValidSignature(candidate, for: $0) }
        case .p384(let point):
            guard let key = try? P384.Signing.PublicKey(x963Representation: point),
                let candidate = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return hash.withDigest(of: message) { key.isValidSignature(candidate, for: $0) }
        }
    }
}

extension HashName {
    func withDigest(of message: [UInt8], _ body: (any Crypto.Digest) -> Bool) -> Bool {
        switch self {
        case .sha256: body(SHA256.hash(data: message))
        case .sha384: body(SHA384.hash(data: message))
        case .sha512: body(SHA512.hash(data: message))
        }
    }
}
