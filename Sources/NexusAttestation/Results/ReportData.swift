internal import NexusBase

/// The 64 bytes that a node has signed into its evidence, so that it vouches for the node's keys (attestation-v1,
/// "Report data"): 32 bytes of digest over the node's signing and sealing keys, then the rail's 32-byte nonce.
public struct ReportData: Sendable, Hashable {
    public static let byteCount = 64
    public static let nonceBytes = 32

    public let bytes: [UInt8]

    /// The keys are as they stand in the node's binding and credential: the DID's text, the HPKE public key's bytes.
    ///
    /// Throws `attestation.malformed-evidence` unless the nonce has 32 bytes.
    public init(nodeKey: [UInt8], sealingSuite: [UInt8], sealingKey: [UInt8], nonce: [UInt8]) throws {
        guard nonce.count == Self.nonceBytes else {
            throw AttestationError(.malformedEvidence, "a nonce has \(Self.nonceBytes) bytes", at: "nonce")
        }
        bytes = Framed.digest("nexus/attestation/report-data/v1", nodeKey, sealingSuite, sealingKey).bytes + nonce
    }

    /// Bytes that were made elsewhere. Throws `attestation.malformed-evidence` unless there are 64.
    public init(expected bytes: [UInt8]) throws {
        guard bytes.count == Self.byteCount else {
            throw AttestationError(.malformedEvidence, "report data has \(Self.byteCount) bytes", at: "reportData")
        }
        self.bytes = bytes
    }

    /// Throws `attestation.key-not-bound` unless the evidence carries exactly these bytes.
    public func requireBound(by evidence: VerifiedEvidence) throws {
        guard evidence.claims.nonce == bytes else {
            throw AttestationError(
                .keyNotBound, "the report data is not the digest of these keys with this nonce",
                at: "evidence.reportData")
        }
    }
}
