import Foundation
import NexusBase
import SwiftASN1
import X509

/// From a time-stamping authority's certificate to a root (RFC 5280 section 6.1 as far as RFC 3161 needs it): names,
/// signatures, validity at the stamped time, basic constraints and key usages. No revocation: it would need a network.
struct CertificatePath {
    /// Certificates of a path, the authority's and the root's included.
    static let lengthMax = 6

    /// From the authority upward.
    let certificates: [Certificate]
    /// Whether the last one is a root that was given.
    let isTrusted: Bool

    /// Builds the path through `others`, all of which must be on it or be roots. With roots given it must end in one;
    /// without, where it ends. Throws `anchor.not-allowed` or `.untrusted`.
    init(of leaf: Certificate, through others: [Certificate], to roots: [Certificate], at time: Instant) throws {
        try Self.checkAuthority(leaf)
        var path = [leaf]
        var isTrusted = roots.contains(leaf)
        while !isTrusted, let last = path.last {
            if let root = roots.first(where: { Self.issued(last, by: $0) }) {
                path.append(root)
                isTrusted = true
            } else if let next = others.first(where: { !path.contains($0) && Self.issued(last, by: $0) }) {
                path.append(next)
            } else {
                break
            }
            guard path.count <= Self.lengthMax else {
                throw AnchorError(.notAllowed, "a path of more than \(Self.lengthMax) certificates")
            }
        }
        guard isTrusted || roots.isEmpty else {
            throw AnchorError(.untrusted, "no given root leads to \(leaf.subject)")
        }
        for (below, certificate) in path.enumerated() {
            try Self.check(certificate, at: time)
            if below > 0 { try Self.checkIssuer(certificate, below: below - 1) }
        }
        if let stray = others.first(where: { !path.contains($0) && !roots.contains($0) }) {
            throw AnchorError(.notAllowed, "a certificate that is no part of the path: \(stray.subject)")
        }
        certificates = path
        self.isTrusted = isTrusted
    }

    private static func issued(_ certificate: Certificate, by issuer: Certificate) -> Bool {
        certificate.issuer == issuer.subject
            && issuer.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    private static let algorithms: [Certificate.SignatureAlgorithm] = [
        .sha256WithRSAEncryption, .sha384WithRSAEncryption, .sha512WithRSAEncryption, .ecdsaWithSHA256,
        .ecdsaWithSHA384, .ecdsaWithSHA512, .ed25519,
    ]
    /// Basic constraints, key usage, extended key usage, subject alternative name: 2.5.29.19, .15, .37, .17.
    private static let knownExtensions: Set<ASN1ObjectIdentifier> = [
        [2, 5, 29, 19], [2, 5, 29, 15], [2, 5, 29, 37], [2, 5, 29, 17],
    ]

    private static func check(_ certificate: Certificate, at time: Instant) throws {
        let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1_000)
        guard certificate.notValidBefore <= date, date <= certificate.notValidAfter else {
            throw AnchorError(.notAllowed, "\(certificate.subject) was not valid at \(time)")
        }
        guard algorithms.contains(certificate.signatureAlgorithm) else {
            throw AnchorError(.notAllowed, "\(certificate.subject) is signed with an algorithm that is not taken here")
        }
        if let strange = certificate.extensions.first(where: { $0.critical && !knownExtensions.contains($0.oid) }) {
            throw AnchorError(.notAllowed, "a critical extension that is not known here: \(strange.oid)")
        }
    }

    /// RFC 3161 section 2.3: the key is for time stamps alone, and says so critically.
    private static func checkAuthority(_ leaf: Certificate) throws {
        let usage = leaf.extensions[oid: [2, 5, 29, 37]]
        guard usage?.critical == true, let uses = try? leaf.extensions.extendedKeyUsage,
            Array(uses) == [.timeStamping]
        else { throw AnchorError(.notAllowed, "a certificate that is not for time stamps alone") }
        if let key = try leaf.extensions.keyUsage, !key.digitalSignature, !key.nonRepudiation {
            throw AnchorError(.notAllowed, "a certificate whose key does not sign")
        }
    }

    private static func checkIssuer(_ certificate: Certificate, below: Int) throws {
        guard case .isCertificateAuthority(let most)? = try certificate.extensions.basicConstraints,
            below <= most ?? below, try certificate.extensions.keyUsage?.keyCertSign ?? true
        else { throw AnchorError(.notAllowed, "\(certificate.subject) may not issue certificates here") }
    }
}
