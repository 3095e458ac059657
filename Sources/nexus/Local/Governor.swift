import NexusBase
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusMesh
import NexusRail
import NexusTrust

/// Makes a proposal, has the given keys vote, and hands it to a running rail.
struct Governor: Sendable {
    let rail: Digest
    let client: ControlClient

    init(_ folder: RailFolder) throws {
        rail = try folder.trust().rail
        client = ControlClient(folder)
    }

    /// The entry's number. Throws what the rail refused with.
    @discardableResult
    func decide(
        _ decision: Proposal.Decision, approving: [SigningKey], rejecting: [SigningKey] = []
    ) async throws -> Int {
        let now = Instant.now
        let proposal = Proposal(rail: rail, proposedAt: now, decision: decision)
        let ballots =
            try approving.map { try Ballot(proposal: proposal.digest, vote: .approve, votedAt: now).sealed(by: $0) }
            + rejecting.map { try Ballot(proposal: proposal.digest, vote: .reject, votedAt: now).sealed(by: $0) }
        let answer = try await client.call([
            "ballots": .array(ballots.map(\.json)), "operation": "govern", "proposal": .base64(proposal.bytes),
        ])
        var fields = try Fields(answer, at: "answer")
        return try fields.integer("entry")
    }
}

extension SigningKey {
    /// The key in a key file, of any suite that signs.
    init(keyFile path: String) throws { self = try KeyFile.read(path).signer() }

    /// A fresh key, written to a key file first.
    static func make(_ path: String, _ suite: KeySuite = .ed25519) throws -> SigningKey {
        try KeyFile.signingKey(path, orMade: suite, now: .now).signer()
    }
}
