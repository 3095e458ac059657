package import NexusAttestation

/// What makes a machine vouch for a node's keys. What it is worth is for the rail to find.
package protocol EvidenceProvider: Sendable {
    /// Evidence over these 64 bytes. Throws `keys.no-evidence`.
    func evidence(over reportData: ReportData) async throws -> AttestationEvidence
}

/// A machine that nothing vouches for: it says which keys it uses, and every certificate says `simulated`.
package struct SimulatedProvider: EvidenceProvider {
    package init() {}

    package func evidence(over reportData: ReportData) -> AttestationEvidence {
        .simulated(reportData: reportData.bytes)
    }
}
