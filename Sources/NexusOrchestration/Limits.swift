import NexusClause
import NexusEvidence

/// Named maxima of the orchestration room.
public enum OrchestrationLimits {
    /// Jobs that are acknowledged and not yet certified.
    public static let jobsOpenMax = 100_000
    /// Events in one submission.
    public static let eventsMax = 1024
    /// Inputs of one event.
    public static let eventInputsMax = 256
    /// Answers in one message of a node.
    public static let answersMax = 1024
    /// Bytes of one input's value.
    public static let inputBytesMax = ClauseLimits.inputBytesMax
    /// Bytes of what opens a committed input.
    public static let openingBytesMax = EvidenceLimits.payloadBytesMax
    /// Bytes of one proposal.
    public static let proposalBytesMax = 8 << 20
    /// Ballots on one proposal.
    public static let ballotsMax = 256
    /// Quorum statements of one rollup.
    public static let statementsMax = EvidenceLimits.rollupMax
    /// Bytes of a clause's name, an occurrence, an edition, an input's name or an answer's code.
    public static let nameBytesMax = 256
    /// Bytes of a node's refusal message.
    public static let messageBytesMax = 4096
    /// Bytes of what is kept of a node's words in an attempt or a dispute: a quorum statement takes 1024.
    public static let detailBytesMax = 500
    /// Bytes of one journal record.
    public static let recordBytesMax = 48 << 20
    /// How long after its end a token is remembered: two statements for it are found out until then.
    public static let tokenGraceMilliseconds = 60_000
    /// Entries, and bytes, of the trace that a refusal of the governance filter leaves in the journal.
    public static let traceEntriesMax = 256
    public static let traceBytesMax = 64 << 10
    /// Steps of all rules of one policy at one step of a job.
    public static let policyCostMax: UInt64 = 1_000_000
    /// Nodes that a rail knows, connected or not.
    public static let nodesMax = 4096
    /// Bindings that one node has had.
    public static let bindingsMax = 4096
    /// Retries of an action before it is left as `unknown` for people.
    public static let deliveriesMax = 32
}
