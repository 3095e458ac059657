public import NexusBase

/// The witness's errors.
public enum WitnessDomain: ErrorDomain { public static let name = "witness" }
public typealias WitnessError = CodedError<WitnessDomain>

extension CodedError<WitnessDomain>.Code {
    /// Not a request of tlog-witness.
    public static let badRequest: Self = "bad-request"
    /// Not an answer of tlog-witness, or one without a cosignature by the witness.
    public static let badResponse: Self = "bad-response"
    /// The witness has seen another size than the request says.
    public static let conflict: Self = "conflict"
    /// The witness refused for another reason.
    public static let refused: Self = "refused"
    /// More logs, bytes or lines than the limit.
    public static let tooLarge: Self = "too-large"
    /// A stored checkpoint that is not what the witness stored.
    public static let damaged: Self = "damaged"
    /// Another process has the witness's folder.
    public static let locked: Self = "locked"
    /// A file operation failed.
    public static let inputOutput: Self = "input-output"
    /// Not a file of log-misbehaviour-v1.
    public static let badProofFile: Self = "bad-proof-file"
    /// A file that does not show misbehaviour.
    public static let notMisbehaviour: Self = "not-misbehaviour"
    /// The log's files do not lead to what it signed, or are not there.
    public static let notServed: Self = "not-served"
    /// This log is behind what a witness has cosigned: a restored or copied data folder.
    public static let rolledBack: Self = "rolled-back"
    /// Not a URL under which a log or a witness can be reached.
    public static let badURL: Self = "bad-url"
    /// No answer over the network, or one that is no answer to the question.
    public static let unreachable: Self = "unreachable"
    /// Too few witnesses answered.
    public static let tooFewWitnesses: Self = "too-few-witnesses"
}
