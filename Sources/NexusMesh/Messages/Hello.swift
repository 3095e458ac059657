package import NexusBase

/// The first thing a node or validator says. The mesh holds `role` and `did` against the certificate; the rest is bytes
/// to it.
package struct Hello: Sendable, Hashable {
    package var role: PeerRole
    package var did: Text
    package var identityDocument: [UInt8]
    /// 32 bytes (X25519); may be empty for a validator, which then gets no assignments.
    package var sealingPublicKey: [UInt8]
    package var runtimeDescription: [UInt8]
    /// The log index that the peer has seen.
    package var logIndex: UInt64

    package init(
        role: PeerRole, did: Text, identityDocument: [UInt8], sealingPublicKey: [UInt8], runtimeDescription: [UInt8],
        logIndex: UInt64
    ) {
        self.role = role
        self.did = did
        self.identityDocument = identityDocument
        self.sealingPublicKey = sealingPublicKey
        self.runtimeDescription = runtimeDescription
        self.logIndex = logIndex
    }
}

/// The first thing a rail says.
package struct Welcome: Sendable, Hashable {
    /// 16 bytes, drawn for this session.
    package var sessionID: [UInt8]
    /// 32 bytes, or empty where the peer gave no sealing key.
    package var encapsulatedKey: [UInt8]
    package var railID: Text
    package var serverTime: Instant

    package init(sessionID: [UInt8], encapsulatedKey: [UInt8], railID: Text, serverTime: Instant) {
        self.sessionID = sessionID
        self.encapsulatedKey = encapsulatedKey
        self.railID = railID
        self.serverTime = serverTime
    }
}
