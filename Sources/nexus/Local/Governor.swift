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
        try await handIn(signed(decision, approving: approving, rejecting: rejecting))
    }

    /// A proposal with the ballots of these keys.
    func signed(
        _ decision: Proposal.Decision, approving: [SigningKey], rejecting: [SigningKey]
    ) throws -> SignedProposal {
        let now = Instant.now
        var signed = SignedProposal(proposal: Proposal(rail: rail, proposedAt: now, decision: decision))
        for key in approving { try signed.vote(.approve, by: key, at: now) }
        for key in rejecting { try signed.vote(.reject, by: key, at: now) }
        return signed
    }

    /// The entry's number. Throws what the rail refused with.
    func handIn(_ signed: SignedProposal) async throws -> Int {
        guard case .object(var request) = signed.json else { preconditionFailure("a signed proposal is an object") }
        request["operation"] = "govern"
        let answer = try await client.call(.object(request))
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
