import Crypto
import Foundation
import NexusAnchor
package import NexusBase
package import NexusLog
import SwiftASN1
import X509

/// A time-stamping authority whose keys come from seeds and whose signatures are Ed25519, so that its tokens can be
/// made again, each part open to be spoiled. Real ones are OpenSSL's, in the tests that run it.
package struct TestAuthority {
    package enum Usage { case timeStamping, timeStampingNotCritical, anything, alsoServer }

    package var usage = Usage.timeStamping
    package var issuerIsAuthority = true
    package var rootSeed: UInt8 = 61
    package var validFrom = Party.time(-1_000)
    package var validUntil = Party.time(1_000_000)
    package var accuracySeconds: UInt8? = 1
    package var nonce: [UInt8]?
    package var strangeCritical = false
    /// Another certificate in the token, on no path.
    package var hasStray = false
    package var unsignedAttribute = false
    package var signsOtherContent = false
    package var signsForOtherCertificate = false
    package var version: UInt8 = 3

    package init(_ edit: (inout TestAuthority) -> Void = { _ in }) { edit(&self) }

    private static func key(_ seed: UInt8) -> Curve25519.Signing.PrivateKey {
        // SAFETY: any 32 bytes are an Ed25519 seed.
        try! Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
    }

    private static func date(_ instant: Instant) -> Date {
        Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000)
    }

    private static func name(_ common: String) throws -> DistinguishedName {
        try DistinguishedName { CommonName(common) }
    }

    private func certificate(
        _ serial: Int, _ subject: String, _ key: Curve25519.Signing.PrivateKey, by issuer: String,
        _ issuerKey: Curve25519.Signing.PrivateKey, _ extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: .init(serial), publicKey: .init(key.publicKey),
            notValidBefore: Self.date(validFrom), notValidAfter: Self.date(validUntil), issuer: Self.name(issuer),
            subject: Self.name(subject), signatureAlgorithm: .ed25519, extensions: extensions,
            issuerPrivateKey: .init(issuerKey))
    }

    private func rootCertificate() throws -> Certificate {
        let constraints: BasicConstraints =
            issuerIsAuthority ? .isCertificateAuthority(maxPathLength: nil) : .notCertificateAuthority
        return try certificate(
            1, "Test Root", Self.key(rootSeed), by: "Test Root", Self.key(rootSeed),
            Certificate.Extensions {
                Critical(constraints)
                Critical(KeyUsage(keyCertSign: true))
            })
    }

    private func leafCertificate(serial: Int = 2) throws -> Certificate {
        var extensions = Certificate.Extensions()
        let uses: [ExtendedKeyUsage.Usage] =
            switch usage {
            case .timeStamping, .timeStampingNotCritical: [.timeStamping]
            case .anything: [.any]
            case .alsoServer: [.timeStamping, .serverAuth]
            }
        try extensions.append(.init(ExtendedKeyUsage(uses), critical: usage != .timeStampingNotCritical))
        if strangeCritical {
            try extensions.append(.init(oid: [1, 2, 3, 4], critical: true, value: [0x05, 0x00]))
        }
        return try certificate(serial, "Test Authority", Self.key(62), by: "Test Root", Self.key(rootSeed), extensions)
    }

    /// The root in DER, for trust files.
    package var root: [UInt8] {
        get throws { try Self.der(rootCertificate()) }
    }

    private static func der(_ value: some DERSerializable) throws -> [UInt8] {
        var coder = DER.Serializer()
        try coder.serialize(value)
        return coder.serializedBytes
    }
}

// MARK: - Tokens

extension TestAuthority {
    private static let sha512: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 3]
    private static let sha256: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 1]
    private static func pkcs(_ rest: UInt8...) -> [UInt8] { [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01] + rest }

    /// One DER value of up to 65,535 bytes.
    private static func value(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
        let body = parts.flatMap { $0 }
        let length: [UInt8] =
            switch body.count {
            case ..<128: [UInt8(body.count)]
            case ..<256: [0x81, UInt8(body.count)]
            default: [0x82, UInt8(body.count >> 8), UInt8(body.count & 0xFF)]
            }
        return [tag] + length + body
    }

    private static func algorithm(_ name: [UInt8]) -> [UInt8] { value(0x30, value(0x06, name)) }
    private static func attribute(_ name: [UInt8], _ content: [UInt8]) -> [UInt8] {
        value(0x30, value(0x06, name), value(0x31, content))
    }

    private func info(_ message: [UInt8], at time: Instant) -> [UInt8] {
        let stamp = time.description.utf8.filter { (0x30...0x39).contains($0) }.prefix(14)
        var parts = Self.value(0x02, [1]) + Self.value(0x06, [0x2A, 0x03, 0x04])
        parts += Self.value(
            0x30, Self.algorithm(Self.sha256), Self.value(0x04, Array(SHA256.hash(data: message))))
        parts += Self.value(0x02, [7]) + Self.value(0x18, Array(stamp) + [0x5A])
        if let accuracySeconds { parts += Self.value(0x30, Self.value(0x02, [accuracySeconds])) }
        if let nonce { parts += Self.value(0x02, nonce) }
        return Self.value(0x30, parts)
    }

    /// A token over `message`, as if made at `time`.
    package func token(over message: [UInt8], at time: Instant) throws -> [UInt8] {
        let content = info(message, at: time)
        let leaf = try Self.der(leafCertificate())
        let named = signsForOtherCertificate ? try Self.der(leafCertificate(serial: 9)) : leaf
        let attributes =
            Self.attribute(Self.pkcs(9, 3), Self.value(0x06, Self.pkcs(9, 16, 1, 4)))
            + Self.attribute(
                Self.pkcs(9, 4),
                Self.value(0x04, Array(SHA512.hash(data: signsOtherContent ? content + [0] : content))))
            + Self.attribute(
                Self.pkcs(9, 16, 2, 47),
                Self.value(
                    0x30, Self.value(0x30, Self.value(0x30, Self.value(0x04, Array(SHA256.hash(data: named)))))))
        let signature = Array(try Self.key(62).signature(for: Self.value(0x31, attributes)))
        let issuer = try Self.der(Self.name("Test Root"))
        var signer = Self.value(0x02, [1]) + Self.value(0x30, issuer, Self.value(0x02, [2]))
        signer += Self.algorithm(Self.sha512) + Self.value(0xA0, attributes)
        signer += Self.algorithm([0x2B, 0x65, 0x70]) + Self.value(0x04, signature)
        if unsignedAttribute { signer += Self.value(0xA1, Self.attribute([0x2A, 0x03], Self.value(0x05))) }
        var certificates = leaf
        if hasStray {
            certificates += try Self.der(TestAuthority { $0.rootSeed = 63 }.rootCertificate())
        }
        let data = Self.value(
            0x30, Self.value(0x02, [version]), Self.value(0x31, Self.algorithm(Self.sha512)),
            Self.value(0x30, Self.value(0x06, Self.pkcs(9, 16, 1, 4)), Self.value(0xA0, Self.value(0x04, content))),
            Self.value(0xA0, certificates), Self.value(0x31, Self.value(0x30, signer)))
        return Self.value(0x30, Self.value(0x06, Self.pkcs(7, 2)), Self.value(0xA0, data))
    }

    /// The token as an anchor.
    package func anchor(over message: [UInt8], at time: Instant) throws -> Anchor {
        try Anchor(kind: TimeStampVerifier.kind, proof: token(over: message, at: time))
    }
}
