package import NexusAttestation
import NexusBase

/// What makes a machine vouch for a node's keys. What it is worth is for the rail to find.
package protocol EvidenceProvider: Sendable {
    /// Evidence over these 64 bytes. Throws `keys.no-evidence`.
    func evidence(over reportData: ReportData) async throws -> AttestationEvidence
    /// The secret that only a TPM with the endorsement key and the attestation key opens. Throws `keys.no-evidence`.
    func activate(_ challenge: TPMChallenge) async throws -> [UInt8]
}

/// A machine that nothing vouches for: it says which keys it uses, and every certificate says `simulated`.
package struct SimulatedProvider: EvidenceProvider {
    package init() {}

    package func evidence(over reportData: ReportData) -> AttestationEvidence {
        .simulated(reportData: reportData.bytes)
    }

    package func activate(_ challenge: TPMChallenge) throws -> [UInt8] {
        throw KeyError(.noEvidence, "there is no TPM to open a challenge")
    }
}
