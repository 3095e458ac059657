import NexusBase
import NexusGovernance
import NexusTrust

/// A proposal and the ballots about it: what members hand from one to the next, and then to the rail, by the command
/// line, over HTTP or in a browser. The API's body of `POST /v1/governance/entries`.
struct SignedProposal: Sendable {
    let proposal: Proposal
    private(set) var ballots: [Envelope] = []

    init(proposal: Proposal) { self.proposal = proposal }

    init(reading path: String) throws {
        self = try Files.decode(path, bytesMax: 16 << 20) { bytes in
            var fields = try Fields(JSON(parsing: bytes, bytesMax: 16 << 20), at: "")
            var signed = SignedProposal(
                proposal: try Proposal(parsing: fields.bytes("proposal", countMax: GovernanceLimits.entryBytesMax)))
            signed.ballots = try fields.list("ballots", countMax: GovernanceLimits.committeeMax + 1) {
                try Envelope(json: $0, at: $1)
            }
            try fields.finish()
            return signed
        }
    }

    var json: JSON { ["ballots": .array(ballots.map(\.json)), "proposal": .base64(proposal.bytes)] }

    /// Who voted so far, whatever a rail makes of it.
    var voters: [DID] { ballots.flatMap { $0.signatures.map(\.keyID) } }

    mutating func vote(_ vote: Ballot.Vote, by key: SigningKey, at now: Instant) throws {
        ballots.append(try Ballot(proposal: proposal.digest, vote: vote, votedAt: now).sealed(by: key))
    }

    /// Takes in the ballots of another file about the same proposal.
    mutating func add(_ other: SignedProposal) throws {
        guard other.proposal.digest == proposal.digest else {
            throw CommandError(.badInput, "the files are about different proposals")
        }
        for ballot in other.ballots where !ballots.contains(ballot) { ballots.append(ballot) }
    }

    func write(to path: String, replacing: Bool, on console: Console) throws {
        try Files.write(json.canonicalBytes, to: path, replacing: replacing)
        let count = ballots.count == 1 ? "one ballot" : "\(ballots.count) ballots"
        console.say("\(good: console.marks.done) \(path): \(proposal.decision.kind.string), \(count)")
        console.next(["nexus governance sign \(path) --key FILE", "nexus governance hand-in \(path)"])
        console.result(["ballots": .int(ballots.count), "file": .text(path), "proposal": proposal.digest.json])
    }
}
