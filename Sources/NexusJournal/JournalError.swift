import GRDB
public import NexusBase

/// The journal's errors.
public enum JournalDomain: ErrorDomain { public static let name = "journal" }
public typealias JournalError = CodedError<JournalDomain>

extension CodedError<JournalDomain>.Code {
    /// Another connection, in this process or another, has the journal open.
    public static let locked: Self = "locked"
    /// The file is not a journal.
    public static let notAJournal: Self = "not-a-journal"
    /// A journal of a format version that this build does not know.
    public static let unknownVersion: Self = "unknown-version"
    /// SQLite would not take a setting that durability rests on.
    public static let notDurable: Self = "not-durable"
    /// A record is missing, or its digest does not follow from the record before it.
    public static let brokenChain: Self = "broken-chain"
    /// Records that were acknowledged are no longer there.
    public static let tailLost: Self = "tail-lost"
    /// SQLite says that the file is damaged.
    public static let damaged: Self = "damaged"
    /// No room on the disk. Nothing of the group was acknowledged; the journal has stopped.
    public static let diskFull: Self = "disk-full"
    /// Reading or writing failed. Nothing of the group was acknowledged; the journal has stopped.
    public static let inputOutput: Self = "input-output"
    /// The journal stopped after a failed write, and must be opened again.
    public static let stopped: Self = "stopped"
    /// The journal was closed.
    public static let closed: Self = "closed"
    /// Too much waits for its fsync already; try again later.
    public static let queueFull: Self = "queue-full"
    /// A record or snapshot over its limit.
    public static let tooLarge: Self = "too-large"
    /// No record has this sequence number.
    public static let noSuchRecord: Self = "no-such-record"
    /// The target of a copy is there already.
    public static let exists: Self = "exists"
}

extension CodedError<JournalDomain> {
    /// What SQLite's result code means to a user of the journal.
    init(_ error: any Error, doing task: String) {
        if let known = error as? JournalError {
            self = known
            return
        }
        let code: Code =
            switch (error as? DatabaseError)?.resultCode {
            case .SQLITE_BUSY?, .SQLITE_LOCKED?: .locked
            case .SQLITE_FULL?: .diskFull
            case .SQLITE_NOTADB?: .notAJournal
            case .SQLITE_CORRUPT?: .damaged
            default: .inputOutput
            }
        let message = code == .locked ? "another connection has the journal open" : "\(task) failed"
        self.init(code, message, cause: error)
    }
}
