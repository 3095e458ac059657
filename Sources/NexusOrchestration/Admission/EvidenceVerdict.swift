public import NexusAttestation
public import NexusBase
public import NexusGovernance
public import NexusTrust

/// What a node's evidence came to, as it is journaled with the session: the document's digest, what verification found,
/// and by which rule it was judged.
public struct EvidenceVerdict: Sendable, Hashable {
    /// SHA-256 of the evidence document.
    public let evidence: Digest
    /// What verification found; `simulated` where it did not get so far.
    public let kind: AttestationKind
    /// Digest of the admission rule; nil where none was in force.
    public let rule: Digest?
    /// When the first certificate, list or piece of collateral ends.
    public let validUntil: Instant?
    /// Why it counts for nothing: a code and a sentence. Nil where it was accepted.
    public let refusal: Text?

    public init(evidence: Digest, kind: AttestationKind, rule: Digest?, validUntil: Instant?, refusal: Text?) {
        self.evidence = evidence
        self.kind = kind
        self.rule = rule
        self.validUntil = validUntil
        self.refusal = refusal
    }

    /// What a node has its hardware sign: its own key, the key that payloads are sealed to, and the rail's nonce.
    public static func reportData(node: DID, sealingKey: [UInt8], nonce: [UInt8]) throws -> ReportData {
        let suite = SealingSuite(publicBytes: sealingKey.count) ?? .x25519
        return try ReportData(
            nodeKey: node.text.bytes, sealingSuite: Text(suite.rawValue).bytes, sealingKey: sealingKey, nonce: nonce
        )
    }

    /// Verifies a document and judges it by the rule in force, or, where none is, by what the genesis says of
    /// `simulated`. Never throws: what speaks against it stands in the verdict.
    public init(
        judging document: [UInt8], of node: DID, sealingKey: [UInt8], nonce: [UInt8], in snapshot: GovernanceSnapshot,
        activations: [TPMActivation] = [], at now: Instant
    ) {
        let inForce = snapshot.admissionRule
        var kind = AttestationKind.simulated
        var validUntil: Instant?
        var refusal: Text?
        do {
            let values = try snapshot.referenceValues
            let verified = try AttestationEvidence(parsing: document).verify(
                in: .init(values, date: now, activations: activations))
            (kind, validUntil) = (verified.kind, verified.validUntil)
            let data = try Self.reportData(node: node, sealingKey: sealingKey, nonce: nonce)
            try values.appraise(verified, expecting: data, at: now).requireAccepted()
        } catch {
            let failure = error as? any CodedFailure
            refusal = Text(
                clipping: "\(failure?.qualifiedCode ?? "attestation.unknown"): \(failure?.message ?? "\(error)")",
                to: OrchestrationLimits.detailBytesMax)
        }
        self.init(
            evidence: Digest(of: document), kind: kind, rule: inForce?.digest, validUntil: validUntil, refusal: refusal)
    }

    var json: JSON {
        [
            "evidence": evidence.json, "kind": .text(kind.rawValue), "refusal": refusal.map { .string($0) },
            "rule": rule?.json, "validUntil": validUntil?.json,
        ]
    }

    init(_ fields: inout Fields) throws {
        self.init(
            evidence: try fields.digest("evidence"), kind: try fields.choice("kind"),
            rule: try fields.optionalDigest("rule"), validUntil: try fields.optionalInstant("validUntil"),
            refusal: try fields.optionalText("refusal", bytesMax: OrchestrationLimits.messageBytesMax))
    }
}
