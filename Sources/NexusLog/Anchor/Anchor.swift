public import NexusBase

/// What an outside party said about the bytes of a signed checkpoint: that they existed (format anchor-v1).
public struct Anchor: Sendable, Hashable {
    /// How it is checked: `rfc3161`, and room for ledgers.
    public let kind: Text
    /// The party's own evidence, in its own form.
    public let proof: [UInt8]

    /// Throws `log.bad-anchor` for an empty or too large proof, or no kind.
    public init(kind: Text, proof: [UInt8]) throws {
        guard !kind.isEmpty, kind.utf8.count <= LogLimits.anchorKindBytesMax, !proof.isEmpty,
            proof.count <= LogLimits.anchorBytesMax
        else { throw LogError(.badAnchor, "an anchor has a kind and at most \(LogLimits.anchorBytesMax) bytes") }
        self.kind = kind
        self.proof = proof
    }
}

/// What a verified anchor shows.
public struct AnchoredTime: Sendable, Hashable {
    public let kind: Text
    /// The anchored bytes existed no later than this, its party's claimed accuracy added.
    public let time: Instant
    /// Who says so, as its certificate or ledger names it.
    public let authority: Text
    /// Whether the verifier was given a root that leads to the party; without one nothing is shown.
    public let isTrusted: Bool

    public init(kind: Text, time: Instant, authority: Text, isTrusted: Bool) {
        self.kind = kind
        self.time = time
        self.authority = authority
        self.isTrusted = isTrusted
    }
}

/// One kind of anchor, checked offline: pure, from bytes alone. A ledger's kind checks its own inclusion proof here.
public protocol AnchorVerifier: Sendable {
    var kind: Text { get }
    /// Checks that the proof is about `message`. Throws where it is not, or by a party that the roots do not lead to.
    func verify(_ proof: [UInt8], over message: [UInt8]) throws -> AnchoredTime
}

/// Who makes anchors of one kind. It reaches the outside; what it returns is checked by an `AnchorVerifier`.
public protocol AnchorService: Sendable {
    /// Anchors `message`, the bytes of a signed checkpoint.
    func anchor(_ message: [UInt8]) async throws -> Anchor
}
