package import NexusBase

/// What a rail says to a node or validator after the welcome.
package enum RailMessage: Sendable, Hashable {
    /// Clause documents, modules, governance entries.
    case materials([Material])
    /// Jobs. Payloads are in clear here and sealed on the wire.
    case assignments([Assignment])
    /// What a validator should check and cosign.
    case validationRequest([UInt8])
    /// Attempts to give up, by token digest.
    case cancel([Digest])
    /// Finish what runs, take nothing new, end the session.
    case drain(reason: String)
}

/// Bytes that jobs refer to by digest.
package struct Material: Sendable, Hashable {
    /// What it is, in words that the shells agree on; at most 64 bytes.
    package var kind: String
    /// Not checked here: the shell knows what it is the digest of.
    package var digest: Digest
    package var bytes: [UInt8]

    package init(kind: String, digest: Digest, bytes: [UInt8]) {
        self.kind = kind
        self.digest = digest
        self.bytes = bytes
    }
}

/// One attempt at one job.
package struct Assignment: Sendable, Hashable {
    /// The signed job token.
    package var token: [UInt8]
    /// What the seal authenticates. A node compares it with the digest of the token it decodes.
    package var tokenDigest: Digest
    /// In clear.
    package var payload: [UInt8]

    package init(token: [UInt8], tokenDigest: Digest, payload: [UInt8]) {
        self.token = token
        self.tokenDigest = tokenDigest
        self.payload = payload
    }
}
