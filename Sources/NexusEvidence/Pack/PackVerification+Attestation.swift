import NexusAttestation
import NexusBase
import NexusClause
import NexusGovernance
import NexusTrust

extension PackVerification {
    /// evidence-pack-v1, check 13: kinds that clause and trust file take, and the documents of the admissions.
    mutating func verifyAttestation() throws -> String {
        let kinds = Set(agreeing.map(\.attestation.kind)).sorted()
        for kind in kinds {
            try require(
                clause.execution.attestation.contains(kind), .attestationNotAllowed, "the clause takes no \(kind)")
            try require(
                trust.attestation.contains(kind), .attestationNotAllowed, "the trust file allows no \(kind) attestation"
            )
        }
        var named: [Digest] = []
        for statement in agreeing {
            guard let found = try verifyEvidence(of: statement) else { continue }
            if !named.contains(found.evidence) { named.append(found.evidence) }
            attested.append(found)
        }
        try require(
            pack.attestations.map { Digest(of: $0) } == named, .mismatch,
            "not the evidence of the agreeing nodes' admissions, in their order", at: "pack.attestations")
        let verified = named.isEmpty ? "" : ", \(named.count) documents verified"
        return (kinds.isEmpty ? "none" : kinds.map(\.string).joined(separator: ", ")) + verified
    }

    /// What the document of the node's admission shows; nil where the admission names none.
    private func verifyEvidence(of statement: CAC) throws -> VerificationReport.AttestedNode? {
        let said = statement.attestation.kind
        guard let snapshot = snapshot(of: statement), let admission = snapshot.admission(of: statement.node),
            let digest = admission.evidence
        else {
            try require(
                said == "simulated", .attestationNotAllowed, "\(said), and no evidence that the node was admitted with")
            return nil
        }
        guard let index = pack.attestations.firstIndex(where: { Digest(of: $0) == digest }) else {
            throw EvidenceError(.mismatch, "evidence \(digest.short) is not shown", at: "pack.attestations")
        }
        let admitted = admission.attestation
        try require(
            said == Text(admitted.rawValue) || said == "simulated", .attestationNotAllowed,
            "\(said), and the node was admitted with \(admitted.rawValue)")
        let verified: VerifiedEvidence
        do { verified = try judge(pack.attestations[index], admission, statement.node, snapshot) } catch let error
            as AttestationError
        {
            throw error.at("pack.attestations[\(index)]")
        }
        return VerificationReport.AttestedNode(
            node: statement.node, kind: verified.kind, evidence: digest, admission: admission.entry,
            at: admission.proposedAt, roots: verified.roots.map(\.name), notShown: verified.notShown)
    }

    /// The evidence as the committee could judge it when it admitted the node, by the rule the node acted under.
    private func judge(
        _ document: [UInt8], _ admission: GovernanceSnapshot.Admission, _ node: DID, _ snapshot: GovernanceSnapshot
    ) throws -> VerifiedEvidence {
        let values = try snapshot.referenceValues
        let evidence = try AttestationEvidence(parsing: document)
        var activations: [TPMActivation] = []
        if admission.attestation == .tpm, case .tpm(let quote) = evidence {
            // Nothing of a challenge is left for others to verify: the committee's word stands for it.
            activations = try [TPMActivation(neededBy: quote)].compactMap(\.self)
        }
        let verified = try evidence.verify(
            in: .init(values, date: admission.proposedAt, activations: activations))
        try require(
            verified.kind == admission.attestation, .attestationNotAllowed,
            "the evidence is \(verified.kind.rawValue), and the node was admitted with \(admission.attestation.rawValue)"
        )
        guard let binding = bindings[node] else { preconditionFailure("a statement without its binding") }
        let data = try ReportData(
            nodeKey: node.text.bytes, sealingSuite: Text(binding.sealingSuite.rawValue).bytes,
            sealingKey: binding.sealingKey,
            nonce: Array(verified.claims.nonce.suffix(ReportData.nonceBytes)))
        try values.appraise(verified, expecting: data, at: admission.proposedAt).requireAccepted()
        return verified
    }

    /// Kinds that were verified, and `simulated` wherever a statement says so.
    func shownKinds(_ agreed: [CAC]) -> [Text] {
        let simulated = statements.map(\.attestation.kind).filter { $0 == "simulated" }
        return Set(agreed.map(\.attestation.kind) + simulated).sorted()
    }
}
