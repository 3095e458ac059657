public import NexusBase
public import NexusTrust

/// One key's vote on a proposal.
public struct Ballot: Sendable, Hashable {
    static let predicateType: Text = "urn:nexus:ballot:v1"
    public enum Vote: String, Sendable, Hashable, CaseIterable { case approve, reject }

    public let proposal: Digest
    public let vote: Vote
    public let votedAt: Instant

    public init(proposal: Digest, vote: Vote, votedAt: Instant) {
        self.proposal = proposal
        self.vote = vote
        self.votedAt = votedAt
    }

    /// Signs the ballot.
    public func sealed(by key: SigningKey) throws -> Envelope {
        let statement = Statement(
            predicateType: Self.predicateType, subjects: [.init(name: "proposal", digest: proposal)],
            predicate: [
                "proposal": proposal.json, "vote": .text(vote.rawValue), "votedAt": votedAt.json,
            ])
        return try Envelope.sign(statement.bytes, by: key)
    }

    init(in envelope: Envelope) throws {
        let statement = try Statement(in: envelope, predicateType: Self.predicateType)
        var fields = try Fields(statement.predicate, at: "ballot")
        proposal = try fields.digest("proposal")
        vote = try fields.choice("vote")
        votedAt = try fields.instant("votedAt")
        try fields.finish()
        guard statement.subjects == [.init(name: "proposal", digest: proposal)] else {
            throw GovernanceError(.badVote, "the statement's subject is not the proposal", at: "ballot.subject")
        }
    }
}

/// A decided proposal in the log: its number, the digest of the entry before it, the proposal and every ballot cast.
///
/// The chain of entries makes an evidence pack's governance complete: nobody can leave a revocation out of the middle.
public struct GovernanceEntry: Sendable, Hashable {
    static let format: Text = "nexus.governance-entry/v1"

    public let number: Int
    public let previous: Digest
    public let proposal: Proposal
    public let ballots: [Envelope]
    /// The bytes that are a leaf of the log.
    public let bytes: [UInt8]

    public init(number: Int, previous: Digest, proposal: Proposal, ballots: [Envelope]) {
        self.number = number
        self.previous = previous
        self.proposal = proposal
        self.ballots = ballots
        let json: JSON = [
            "ballots": .array(ballots.map(\.json)), "format": .string(Self.format), "number": .int(number),
            "previous": previous.json, "proposal": .base64(proposal.bytes),
        ]
        bytes = json.canonicalBytes
    }

    public var digest: Digest { Digest(of: bytes) }

    public init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(
            JSON(parsingCanonical: bytes, bytesMax: GovernanceLimits.entryBytesMax), at: "governanceEntry")
        guard try fields.text("format") == Self.format else {
            throw BaseError(.wrongType, "\(Self.format) is needed", at: "governanceEntry.format")
        }
        number = try fields.integer("number", in: 1...Int64(GovernanceLimits.entriesMax))
        previous = try fields.digest("previous")
        proposal = try Proposal(parsing: fields.bytes("proposal", countMax: GovernanceLimits.entryBytesMax))
        ballots = try fields.list("ballots", countMax: GovernanceLimits.committeeMax + 1) {
            try Envelope(json: $0, at: $1)
        }
        try fields.finish()
        self.bytes = bytes
    }
}
