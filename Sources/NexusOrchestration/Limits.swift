/// Named maxima of the orchestration room.
public enum OrchestrationLimits {
    /// Jobs that are acknowledged and not yet certified.
    public static let jobsOpenMax = 100_000
    /// Events in one submission.
    public static let eventsMax = 1024
    /// Answers in one message of a node.
    public static let answersMax = 1024
    /// Bytes of a node's words, or of a path, in a quorum statement.
    public static let detailBytesMax = 500
    /// Bytes of a node's refusal message.
    public static let messageBytesMax = 1024
    /// Retries of an action before it is left as `unknown` for people.
    public static let deliveriesMax = 32
}
