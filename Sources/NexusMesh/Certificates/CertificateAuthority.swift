import Crypto
import Foundation
package import NexusBase
import SwiftASN1
import X509

/// A certificate as the mesh hands it on.
package struct IssuedCertificate: Sendable, Hashable {
    /// DER.
    package let bytes: [UInt8]
    /// Hexadecimal.
    package let serial: String
    package let notBefore: Instant
    package let notAfter: Instant
}

/// A rail's own certificate authority: P-256, one level, for transport only (it cannot make a quorum).
///
/// It keeps its private key in memory; the file is the shell's business (key-file-v1).
package struct CertificateAuthority: Sendable {
    package let rail: RailName
    /// DER. Public.
    package let certificate: [UInt8]
    private let parsed: Certificate
    private let key: P256.Signing.PrivateKey

    /// What enrolment tokens pin: SHA-256 of the certificate.
    package var fingerprint: NexusBase.Digest { NexusBase.Digest(of: certificate) }

    /// Clocks may differ by this much before a fresh certificate is refused as not yet valid.
    package static let backdating: Duration = .seconds(300)

    /// Makes the CA of a new rail. `key` is a raw P-256 private key. Throws `mesh.bad-key`.
    package static func make(
        rail: RailName, key: [UInt8], now: Instant, lifetime: Duration = .seconds(10 * 365 * 86_400)
    ) throws -> CertificateAuthority {
        let key = try signingKey(key)
        let name = try DistinguishedName { CommonName("Nexus rail \(rail) CA") }
        let publicKey = Certificate.PublicKey(key.publicKey)
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
            notValidBefore: (now - backdating).date, notValidAfter: (now + lifetime).date,
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                SubjectKeyIdentifier(hash: publicKey)
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
        return CertificateAuthority(rail: rail, parsed: certificate, bytes: try certificate.der(), key: key)
    }

    /// Takes up a CA made before. Throws `mesh.bad-key`, `mesh.wrong-authority`.
    package init(rail: RailName, certificate: [UInt8], key: [UInt8]) throws {
        let key = try Self.signingKey(key)
        guard let parsed = try? Certificate(derEncoded: certificate),
            parsed.publicKey == Certificate.PublicKey(key.publicKey)
        else { throw MeshError(.wrongAuthority, "the CA's certificate is not that of its key") }
        self.init(rail: rail, parsed: parsed, bytes: certificate, key: key)
    }

    private init(rail: RailName, parsed: Certificate, bytes: [UInt8], key: P256.Signing.PrivateKey) {
        self.rail = rail
        self.parsed = parsed
        self.certificate = bytes
        self.key = key
    }

    /// A certificate for the rail's own listeners. DNS names only: an IP address in it would match under any authority.
    func issueServer(key: P256.Signing.PrivateKey, now: Instant, lifetime: Duration) throws -> IssuedCertificate {
        try issue(
            Certificate.PublicKey(key.publicKey), dnsName: rail.serverDNSName, usage: .serverAuth, now: now,
            lifetime: lifetime)
    }

    /// A certificate for a node or validator, for the key in its request; the request's names are ignored.
    /// Throws `mesh.bad-signing-request`, and `mesh.bad-name` if the name is of another rail.
    package func issueClient(
        _ request: SigningRequest, name: PeerName, now: Instant, lifetime: Duration
    ) throws -> IssuedCertificate {
        guard name.rail == rail else { throw MeshError(.badName, "\(name) is not of the rail \(rail)") }
        return try issue(
            request.publicKey, dnsName: name.dnsName, usage: .clientAuth, now: now, lifetime: lifetime)
    }

    private func issue(
        _ publicKey: Certificate.PublicKey, dnsName: String, usage: ExtendedKeyUsage.Usage, now: Instant,
        lifetime: Duration
    ) throws -> IssuedCertificate {
        let notBefore = now - Self.backdating
        let notAfter = min(now + lifetime, parsed.notValidAfter.instant)
        let serial = Certificate.SerialNumber()
        let keyIdentifier = SubjectKeyIdentifier(hash: parsed.publicKey).keyIdentifier
        let certificate = try Certificate(
            version: .v3, serialNumber: serial, publicKey: publicKey, notValidBefore: notBefore.date,
            notValidAfter: notAfter.date, issuer: parsed.subject,
            subject: try DistinguishedName { CommonName(String(dnsName.prefix { $0 != "." })) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([usage])
                SubjectAlternativeNames([.dnsName(dnsName)])
                SubjectKeyIdentifier(hash: publicKey)
                AuthorityKeyIdentifier(keyIdentifier: keyIdentifier)
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
        return IssuedCertificate(
            bytes: try certificate.der(), serial: Hex.encode(serial.bytes),
            notBefore: certificate.notValidBefore.instant, notAfter: certificate.notValidAfter.instant)
    }

    /// Reads a raw P-256 private key. Throws `mesh.bad-key`, without the bytes.
    static func signingKey(_ bytes: [UInt8]) throws -> P256.Signing.PrivateKey {
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: bytes) else {
            throw MeshError(.badKey, "not a raw P-256 private key of 32 bytes")
        }
        return key
    }
}

extension Instant {
    var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
    static func - (left: Instant, right: Duration) -> Instant { left + (.zero - right) }
}

extension Date {
    /// To the second, which is all that a certificate says.
    var instant: Instant { Instant(milliseconds: Int64(timeIntervalSince1970.rounded(.down)) * 1000) }
}

extension Certificate {
    func der() throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(self)
        return serializer.serializedBytes
    }
}
