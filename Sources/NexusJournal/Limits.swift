/// Named maxima of the journal's room.
public enum JournalLimits {
    /// Bytes of one record.
    public static let recordBytesMax = 16 << 20
    /// Records that wait for their fsync. One more is refused with `journal.queue-full`.
    public static let queueRecordsMax = 65_536
    /// Bytes that wait for their fsync, unless a single call brings more.
    public static let queueBytesMax = 256 << 20
    /// Records in one transaction: bounds how long the first of a group waits for the last.
    public static let groupRecordsMax = 4_096
    /// Bytes in one transaction; a single call may exceed it.
    public static let groupBytesMax = 32 << 20
    /// Entries handed over at once when reading.
    public static let pageRecordsMax = 1_024
    /// Bytes after which a page of entries ends, so that reading needs bounded memory.
    public static let pageBytesMax = 4 << 20
    /// Bytes of a snapshot.
    public static let snapshotBytesMax = 256 << 20
    /// Pages in the write-ahead log before SQLite checkpoints it: larger values stall commits longer.
    static let checkpointPages = 500
}
