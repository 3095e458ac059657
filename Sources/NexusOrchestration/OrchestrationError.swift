public import NexusBase

/// Errors of the orchestration room.
public enum OrchestrationDomain: ErrorDomain { public static let name = "orchestration" }
public typealias OrchestrationError = CodedError<OrchestrationDomain>

extension CodedError<OrchestrationDomain>.Code {
    /// No clause of this name or digest is published on the rail.
    public static let unknownClause: Self = "unknown-clause"
    /// A check of the governance filter failed; the message says which, with its values.
    public static let refused: Self = "refused"
    /// There is no such job.
    public static let unknownJob: Self = "unknown-job"
    /// A job that was decided is not taken back.
    public static let alreadyDecided: Self = "already-decided"
    /// A correction of something that was not certified, or of another occurrence.
    public static let badCorrection: Self = "bad-correction"
    /// More jobs are waiting than the rail takes.
    public static let overloaded: Self = "overloaded"
    /// Something is larger than its named maximum.
    public static let tooLarge: Self = "too-large"
    /// A journal record that cannot be read back.
    public static let badRecord: Self = "bad-record"
    /// A replay that did not come to the recorded decisions.
    public static let replayDiverged: Self = "replay-diverged"
    /// An enrolment secret that was never issued, is past its time, or was used.
    public static let tokenUnknown: Self = "token-unknown"
    public static let tokenExpired: Self = "token-expired"
    public static let tokenSpent: Self = "token-spent"
}
