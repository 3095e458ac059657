public import NexusBase

/// The log store's errors.
public enum LogStoreDomain: ErrorDomain { public static let name = "log-store" }
public typealias LogStoreError = CodedError<LogStoreDomain>

extension CodedError<LogStoreDomain>.Code {
    /// Another writer has the log open.
    public static let locked: Self = "locked"
    /// What is on disk is not the log that it should be; the place names the file.
    public static let damaged: Self = "damaged"
    /// The checkpoint is larger than the log that is on disk.
    public static let tailLost: Self = "tail-lost"
    /// No room on the disk; the writer has stopped.
    public static let diskFull: Self = "disk-full"
    /// A file operation failed; after a failed write the writer has stopped.
    public static let inputOutput: Self = "input-output"
    /// The writer stopped after a failed write, and must be opened again.
    public static let stopped: Self = "stopped"
    /// The writer was closed.
    public static let closed: Self = "closed"
    /// Too many entries wait already; try again later.
    public static let queueFull: Self = "queue-full"
    /// An entry over its limit.
    public static let tooLarge: Self = "too-large"
    /// The log has no such entry, or is not that long.
    public static let outOfRange: Self = "out-of-range"
    /// Entries that were taken out of the log's folder.
    public static let pruned: Self = "pruned"
    /// A checkpoint that is not this log's, or smaller than the one that is there.
    public static let wrongCheckpoint: Self = "wrong-checkpoint"
}
