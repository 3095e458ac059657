public import NexusAttestation
public import NexusBase
public import NexusTrust

/// What the committee looks at when it admits a node.
public struct NodeApplication: Sendable, Hashable {
    public let node: DID
    public let `operator`: DID
    /// What verifying the node's evidence found.
    public let attestation: AttestationKind
    /// SHA-256 of the evidence document that was looked at.
    public let evidence: Digest?
    /// Credentials as their holder presented them (credential-v1).
    public let credentials: [[UInt8]]

    public init(
        node: DID, operator: DID, attestation: AttestationKind, evidence: Digest?, credentials: [[UInt8]]
    ) {
        self.node = node
        self.operator = `operator`
        self.attestation = attestation
        self.evidence = evidence
        self.credentials = credentials
    }

    var json: JSONObject {
        var object: JSONObject = [
            "attestation": .text(attestation.rawValue), "credentials": .array(credentials.map { .base64($0) }),
            "did": node.json, "operator": `operator`.json,
        ]
        object["evidence"] = evidence?.json
        return object
    }

    init(_ fields: inout Fields) throws {
        self.init(
            node: try fields.did("did"), operator: try fields.did("operator"),
            attestation: try fields.choice("attestation"), evidence: try fields.optionalDigest("evidence"),
            credentials: try fields.list("credentials", countMax: GovernanceLimits.credentialsMax) { json, place in
                guard case .string(let text) = json,
                    text.utf8.count <= (GovernanceLimits.credentialBytesMax + 2) / 3 * 4
                else { throw BaseError(.wrongType, "base64 of a credential is needed", at: place) }
                do { return try Base64.decode(text.string) } catch let error as BaseError { throw error.at(place) }
            })
    }
}
