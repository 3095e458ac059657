package import NexusBase

/// Someone who holds an enrolment token asks to be let in.
package struct Redemption: Sendable, Hashable {
    /// SHA-256 of the token's secret.
    package let secretDigest: Digest
    package let role: PeerRole
    package let did: Text
    /// Not read by the mesh: the registry checks that it is of this DID.
    package let identityDocument: [UInt8]

    package init(secretDigest: Digest, role: PeerRole, did: Text, identityDocument: [UInt8]) {
        self.secretDigest = secretDigest
        self.role = role
        self.did = did
        self.identityDocument = identityDocument
    }
}

/// Where a rail keeps the tokens it gave out. The rail's shell implements it over the journal.
package protocol EnrolmentRegistry: Sendable {
    /// Spends a token: of any number of concurrent calls for one secret exactly one returns, and the spending is
    /// durable when it does. Throws `mesh.token-unknown` (also for another role), `mesh.token-expired`,
    /// `mesh.token-spent`, or another coded error, which reaches the enrolling party as `mesh.refused`.
    func redeem(_ redemption: Redemption, now: Instant) async throws

    /// Whether a peer may have a new certificate. Throws to refuse. By default every peer that is not revoked may.
    func renew(_ peer: MeshPeer, now: Instant) async throws
}

extension EnrolmentRegistry {
    package func renew(_ peer: MeshPeer, now: Instant) async throws {}
}

/// The tokens of one rail as a value: what a registry decides, without where it keeps it.
package struct EnrolmentLedger: Sendable, Hashable {
    private struct Entry: Sendable, Hashable {
        var role: PeerRole
        var expires: Instant
        var spentBy: Text?
    }

    private var entries: [Digest: Entry] = [:]

    package init() {}

    package mutating func issue(secretDigest: Digest, role: PeerRole, expires: Instant) {
        entries[secretDigest] = entries[secretDigest] ?? Entry(role: role, expires: expires)
    }

    /// Throws `mesh.token-unknown`, `mesh.token-spent`, `mesh.token-expired`, and then changes nothing.
    package mutating func redeem(secretDigest: Digest, role: PeerRole, did: Text, now: Instant) throws {
        guard var entry = entries[secretDigest], entry.role == role else {
            throw MeshError(.tokenUnknown, "the rail gave out no such token for a \(role.rawValue)")
        }
        guard entry.spentBy == nil else { throw MeshError(.tokenSpent, "the token was used before") }
        guard now < entry.expires else { throw MeshError(.tokenExpired, "the token ended at \(entry.expires)") }
        entry.spentBy = did
        entries[secretDigest] = entry
    }
}
