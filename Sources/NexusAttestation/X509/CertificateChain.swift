public import NexusBase

/// A root that a committee approved, named by its key: SHA-256 of the DER SubjectPublicKeyInfo.
public struct TrustRoot: Sendable, Hashable {
    /// For people.
    public let name: Text
    public let key: Digest

    public init(name: Text, key: Digest) {
        self.name = name
        self.key = key
    }

    public init(_ certificate: Certificate) {
        self.init(name: Text("\(certificate.subject)"), key: certificate.publicKey.digest)
    }
}

/// Which certificates need a current revocation list of their issuer.
public enum RevocationRule: Sendable, Hashable {
    /// Every certificate below the root.
    case everyCertificate
    /// Those whose issuer's list was given. What nobody gave cannot be seen: the result says so.
    case whereGiven
}

/// A chain of certificates from a leaf to an approved root, valid and unrevoked at one date (RFC 5280 section 6, for
/// names without constraints and without policies).
public struct CertificateChain: Sendable, Hashable {
    /// Leaf first, root last.
    public let certificates: [Certificate]
    public let root: TrustRoot
    /// Whether a current revocation list was there for every certificate below the root.
    public let isRevocationChecked: Bool
    /// The end of the first validity that ends, revocation lists included.
    public let validUntil: Instant

    public var leaf: Certificate { certificates[0] }

    /// Finds a chain. The pool may hold any certificates in any order, the root among them.
    ///
    /// Throws `attestation.untrusted-chain`, or the first reason why a chain to a root does not hold:
    /// `.bad-signature`, `.not-yet-valid`, `.expired`, `.revoked`, `.missing-revocation-list`.
    public init(
        leaf: Certificate, pool: [Certificate], roots: [TrustRoot], at date: Instant,
        revocationLists: [RevocationList] = [], revocation: RevocationRule = .whereGiven
    ) throws {
        guard pool.count <= AttestationLimits.certificatesMax,
            revocationLists.count <= AttestationLimits.revocationListsMax
        else { throw AttestationError(.tooLarge, "too many certificates or revocation lists", at: "chain") }
        var search = Search(leaf: leaf, pool: pool, roots: roots)
        search.extend([leaf])
        guard let (path, root) = search.found else {
            throw search.failure
                ?? AttestationError(
                    .untrustedChain, "no chain leads from \(leaf.subject) (issuer \(leaf.issuer)) to an approved root",
                    at: "\(search.farthest.subject)")
        }
        var until = path.map(\.notAfter).min() ?? leaf.notAfter
        for certificate in path { try certificate.requireValid(at: date) }
        var isChecked = true
        for (certificate, issuer) in zip(path, path.dropFirst()) {
            let lists = revocationLists.filter { $0.issuer == issuer.subject }
            if lists.isEmpty {
                isChecked = false
                if revocation == .everyCertificate {
                    throw AttestationError(
                        .missingRevocationList, "no revocation list of \(issuer.subject)", at: "\(certificate.subject)")
                }
            }
            for list in lists {
                try list.requireAuthentic(from: issuer, at: date)
                guard !list.contains(certificate) else {
                    throw AttestationError(.revoked, "revoked by \(issuer.subject)", at: "\(certificate.subject)")
                }
                until = min(until, list.nextUpdate)
            }
        }
        certificates = path
        self.root = root
        isRevocationChecked = isChecked
        validUntil = until
    }
}

/// Depth first over the pool, by names and key identifiers, then signatures.
private struct Search {
    let pool: [Certificate]
    let roots: [TrustRoot]
    var found: (path: [Certificate], root: TrustRoot)?
    /// Why the longest attempt by names ended.
    var failure: AttestationError?
    private(set) var farthest: Certificate
    /// A pool can be made in which every certificate signs every other: the search ends all the same.
    private var signaturesLeft = AttestationLimits.chainSignaturesMax

    init(leaf: Certificate, pool: [Certificate], roots: [TrustRoot]) {
        self.pool = pool
        self.roots = roots
        farthest = leaf
    }

    mutating func extend(_ path: [Certificate]) {
        guard found == nil, let tip = path.last else { return }
        farthest = tip
        if let root = roots.first(where: { $0.key == tip.publicKey.digest }) {
            // A root is known by its key only, so its own signature must cover the rest of it.
            guard tip.isSelfIssued, tip.isSigned(by: tip.publicKey) else {
                failure =
                    failure ?? AttestationError(.badSignature, "the root does not sign itself", at: "\(tip.subject)")
                return
            }
            found = (path, root)
            return
        }
        guard path.count < AttestationLimits.chainMax else { return }
        for candidate in pool where candidate.subject == tip.issuer && !path.contains(candidate) {
            guard candidate.standard.isAuthority, candidate.standard.maySignCertificates,
                candidate.standard.pathLengthMax.map({ $0 >= authorities(path) }) ?? true,
                Self.identifiersAgree(tip, candidate)
            else { continue }
            guard signaturesLeft > 0 else { return }
            signaturesLeft -= 1
            guard tip.isSigned(by: candidate.publicKey) else {
                failure =
                    failure
                    ?? AttestationError(
                        .badSignature, "not signed by \(candidate.subject), whose name it gives", at: "\(tip.subject)")
                continue
            }
            extend(path + [candidate])
        }
    }

    /// Authorities below the next one that are not self-issued (RFC 5280 section 4.2.1.9).
    private func authorities(_ path: [Certificate]) -> Int { path.dropFirst().filter { !$0.isSelfIssued }.count }

    private static func identifiersAgree(_ child: Certificate, _ parent: Certificate) -> Bool {
        guard let wanted = child.standard.authorityKeyIdentifier, let given = parent.standard.subjectKeyIdentifier
        else {
            return true
        }
        return wanted == given
    }
}
