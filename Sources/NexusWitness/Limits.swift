/// Named maxima of the witness.
public enum WitnessLimits {
    /// Bytes of an add-checkpoint request: a note, 63 hash lines and the old size.
    public static let requestBytesMax = (1 << 20) + 4_096
    /// Logs that one witness follows.
    public static let logsMax = 10_000
    /// Requests that wait for their turn; one more is answered 503.
    public static let requestsWaitingMax = 1_024
    /// Bytes of a witness's answer that a client reads.
    public static let responseBytesMax = 65_536
    /// Bytes of a proof of misbehaviour: two notes, and the head.
    public static let misbehaviourBytesMax = 2 * (1 << 20) + 65_536
}
