public import NexusBase

/// Errors of the governance room.
public enum GovernanceDomain: ErrorDomain { public static let name = "governance" }
public typealias GovernanceError = CodedError<GovernanceDomain>

extension CodedError<GovernanceDomain>.Code {
    /// Fewer valid votes for a proposal than the rail's rule asks.
    public static let tooFewVotes: Self = "too-few-votes"
    /// A vote by a key that has none, or two votes by one key.
    public static let badVote: Self = "bad-vote"
    /// A proposal for another rail.
    public static let otherRail: Self = "other-rail"
    /// A proposal that was decided before.
    public static let alreadyDecided: Self = "already-decided"
    /// A step that the lifecycle or the state does not allow.
    public static let notAllowed: Self = "not-allowed"
    /// The subject of the proposal is not known to the rail.
    public static let unknownSubject: Self = "unknown-subject"
    /// An entry that does not follow the one before it.
    public static let brokenChain: Self = "broken-chain"
    /// A node binding that its operator did not sign, or that names other parties.
    public static let badBinding: Self = "bad-binding"
    /// The operator or node is not approved, or was revoked.
    public static let notApproved: Self = "not-approved"
}
