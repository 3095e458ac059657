package import NexusAttestation
package import NexusBase
package import NexusGovernance
package import NexusTrust

/// Admission rules, credentials and status lists for tests.
package enum TestAdmission {
    package static let list: Text = "https://rail.example/status/1"

    /// Simulated machines, credentials of the issuer "GRA".
    package static func rule(
        _ kinds: [AttestationKind] = [.simulated], issuers: [Text] = ["GRA"], every: Int = 3600, stale: Int = 7200
    ) throws -> AdmissionRule {
        try AdmissionRule(
            referenceValues: ReferenceValues(rules: kinds.map { .init(kind: $0) }), operatorIssuers: issuers,
            jurisdictionIssuers: issuers, attestEvery: every, staleAfter: stale)
    }

    /// Trust domains of one measurement, which a rail of simulated machines does not take.
    package static func hardwareRule() throws -> AdmissionRule {
        try AdmissionRule(
            referenceValues: ReferenceValues(
                rules: [
                    .init(
                        kind: .tdx, roots: [TrustRoot(name: "A maker", key: Digest(of: [1]))],
                        registers: [.init(name: "mrtd", values: [[1]])])
                ]), operatorIssuers: [], jurisdictionIssuers: [], attestEvery: 60, staleAfter: 60)
    }

    /// A credential of the type about `subject`, signed by the test rail's issuer.
    package static func credential(
        _ type: Text, about subject: DID, _ claims: JSONObject, by issuer: SigningKey = Party.issuer,
        index: Int? = nil, validUntil: Text = "2028-01-01T00:00:00Z"
    ) throws -> [UInt8] {
        var about = claims
        about["id"] = subject.json
        let status = index.map { StatusEntry(purpose: .revocation, index: $0, list: list).json }
        return try DataIntegrity.sign(
            [
                "@context": [.string(CredentialContext.v2), .string(CredentialContext.undefinedTerms)],
                "credentialStatus": status, "credentialSubject": .object(about), "issuer": issuer.did.json,
                "type": ["VerifiableCredential", .string(type)], "validFrom": "2026-01-01T00:00:00Z",
                "validUntil": .string(validUntil),
            ], by: issuer, created: Party.time(0)
        ).canonicalBytes
    }

    /// What the rule above asks of an operator; the jurisdiction's credential has the status entry.
    package static func credentials(of operator: DID, in place: Text, index: Int? = nil) throws -> [[UInt8]] {
        [
            try credential("OperatorCredential", about: `operator`, ["name": "An operator"]),
            try credential("JurisdictionCredential", about: `operator`, ["jurisdiction": .string(place)], index: index),
        ]
    }

    /// The issuer's list with these entries revoked.
    package static func statusList(revoked: [Int], by issuer: SigningKey = Party.issuer) throws -> [UInt8] {
        var bits = StatusList(purpose: .revocation)
        for index in revoked { try bits.set(index, to: true) }
        return try DataIntegrity.sign(
            bits.credential(url: list, issuer: issuer.did.text, validFrom: Party.time(-60)), by: issuer,
            created: Party.time(0)
        ).canonicalBytes
    }

    package static func admit(
        _ node: DID, of operator: DID, _ credentials: [[UInt8]], as kind: AttestationKind = .simulated,
        evidence: Digest? = nil
    ) -> Proposal.Decision {
        .admitNode(
            NodeApplication(
                node: node, operator: `operator`, attestation: kind, evidence: evidence, credentials: credentials),
            note: "looked at")
    }
}
