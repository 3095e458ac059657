public import NexusBase
public import NexusTrust

/// An operator's signed word that a node is its own, where it stands, and which key payloads are sealed to
/// (Documentation/Formats/node-binding-v1.md).
public struct NodeBinding: Sendable, Hashable {
    static let predicateType: Text = "urn:nexus:node-binding:v1"

    public let rail: Digest
    public let node: DID
    public let `operator`: DID
    public let jurisdiction: Text
    /// Public key of X25519 (32 bytes) or X-Wing (1216).
    public let sealingKey: [UInt8]
    public let issuedAt: Instant
    public let expiresAt: Instant

    public init(
        rail: Digest, node: DID, operator: DID, jurisdiction: Text, sealingKey: [UInt8], issuedAt: Instant,
        expiresAt: Instant
    ) {
        self.rail = rail
        self.node = node
        self.operator = `operator`
        self.jurisdiction = jurisdiction
        self.sealingKey = sealingKey
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    public func sealed(by key: SigningKey) throws -> Envelope {
        let statement = Statement(
            predicateType: Self.predicateType, subjects: [.init(name: "rail", digest: rail)],
            predicate: [
                "expiresAt": expiresAt.json, "issuedAt": issuedAt.json, "jurisdiction": .string(jurisdiction),
                "node": node.json, "operator": `operator`.json, "rail": rail.json, "sealingKey": .base64(sealingKey),
            ])
        return try Envelope.sign(statement.bytes, by: key)
    }

    /// What payloads are sealed with; its name stands in report data.
    public var sealingSuite: SealingSuite { SealingSuite(publicBytes: sealingKey.count) ?? .x25519 }

    /// Throws `trust.suite-refused` unless the keys of node and operator are of suites that `policy` takes, and, where
    /// it takes post-quantum suites alone, payloads are sealed with X-Wing.
    public func require(_ policy: SuitePolicy) throws {
        try policy.require(node)
        try policy.require(`operator`)
        guard sealingSuite.isPostQuantum || !policy.requiresPostQuantum else {
            throw TrustError(.suiteRefused, "payloads are sealed with X-Wing here", at: "binding.sealingKey")
        }
    }

    /// Reads a binding and verifies that the operator it names signed it. Whether the rail approved that operator is
    /// for the snapshot to say.
    public init(verifying envelope: Envelope, rail expected: Digest) throws {
        let statement = try Statement(in: envelope, predicateType: Self.predicateType)
        var fields = try Fields(statement.predicate, at: "binding")
        rail = try fields.digest("rail")
        node = try fields.did("node")
        `operator` = try fields.did("operator")
        jurisdiction = try fields.text("jurisdiction", bytesMax: 256)
        sealingKey = try fields.bytes("sealingKey", countMax: SealingSuite.xWing.publicBytes)
        issuedAt = try fields.instant("issuedAt")
        expiresAt = try fields.instant("expiresAt")
        try fields.finish()
        guard statement.subjects == [.init(name: "rail", digest: rail)] else {
            throw GovernanceError(.badBinding, "the statement's subject is not the rail", at: "binding.subject")
        }
        guard SealingSuite(publicBytes: sealingKey.count) != nil else {
            throw GovernanceError(
                .badBinding, "a public key of X25519 has 32 bytes, one of X-Wing 1216", at: "binding.sealingKey")
        }
        guard rail == expected else {
            throw GovernanceError(.badBinding, "the binding is for another rail", at: "binding.rail")
        }
        _ = try node.verificationKey()
        try envelope.verify(by: `operator`.verificationKey())
    }
}
