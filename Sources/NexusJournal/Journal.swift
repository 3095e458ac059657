import GRDB
public import NexusBase

/// What the journal has done since it was opened.
public struct JournalCounters: Hashable, Sendable {
    /// Transactions committed; each is one fsync of the write-ahead log (SQLite's checkpoints sync beside these).
    public internal(set) var commits = 0
    /// Records made durable.
    public internal(set) var records = 0
    /// Bytes of those records.
    public internal(set) var bytes = 0

    mutating func add(commits: Int, records: Int, bytes: Int) {
        self.commits += commits
        self.records += records
        self.bytes += bytes
    }
}

/// The durable journal: an append-only chain of records, each acknowledged after its fsync and never before.
///
/// One process opens it, once. Records are numbered in the order of the calls. After a failed write it acknowledges
/// nothing and takes nothing more; what a failed call carried may or may not be there when it is opened again.
/// Format: journal-v1. Errors: `JournalError`.
public final class Journal: Sendable {
    let database: JournalDatabase
    private let groupCommit: GroupCommit

    /// Opens the journal at `path`, or makes an empty one, and checks its whole chain. Blocks; call it at start.
    ///
    /// Throws `journal.locked`, `.not-a-journal`, `.unknown-version`, `.not-durable`, `.broken-chain`, `.tail-lost`,
    /// `.damaged` or `.input-output`.
    public convenience init(path: String) throws {
        try self.init(path: path, visit: { _ in })
    }

    /// The same; `visit` is given every entry in order as the chain is checked, so that a start reads the file once.
    public init(path: String, visit: (JournalEntry) throws -> Void) throws {
        database = try JournalDatabase(path: path)
        do {
            let headFile = try HeadFile(path: path + "-head")
            let remembered = headFile.read()
            var wasFound = remembered == nil || remembered?.sequence == 0
            let head: JournalHead
            do {
                head = try database.checkChain { entry in
                    if let remembered, entry.sequence == remembered.sequence {
                        wasFound = entry.digest == remembered.digest
                    }
                    try visit(entry)
                }
            } catch let error as DatabaseError {
                throw JournalError(error, doing: "reading the journal \(path)")
            }
            guard wasFound else {
                throw JournalError(
                    .tailLost,
                    "record \(remembered?.sequence ?? 0) was acknowledged and is not here: the journal ends at"
                        + " \(head.sequence); was it copied without its -wal file?", at: path)
            }
            groupCommit = GroupCommit(database: database, headFile: headFile, head: head)
        } catch {
            try? database.close()
            throw error
        }
    }

    deinit { groupCommit.close {} }

    /// The last durable record.
    public var head: JournalHead { groupCommit.head }
    public var counters: JournalCounters { groupCommit.counters }

    /// Hands `records` to the writer's thread without waiting. `whenDurable` is called on that thread, in the order of
    /// the calls, after the fsync that covers them: it must be short. No records at all are answered, with an empty
    /// range, once everything before is durable. All of a call's records go into one transaction, or none.
    ///
    /// Failures: `journal.too-large` and `.queue-full` (nothing was taken, the journal goes on), `.disk-full` and
    /// `.input-output` (the journal stopped), `.stopped`, `.closed`.
    public func enqueue(
        _ records: [JournalRecord],
        whenDurable: @escaping @Sendable (Result<Range<JournalSequence>, JournalError>) -> Void
    ) {
        groupCommit.enqueue(records, whenDurable)
    }

    /// As `enqueue`, for callers that hold a lock which `whenDurable` takes: what is refused at once is given back, and
    /// `whenDurable` is then not called.
    package func offer(
        _ records: [JournalRecord],
        whenDurable: @escaping @Sendable (Result<Range<JournalSequence>, JournalError>) -> Void
    ) -> JournalError? {
        groupCommit.offer(records, whenDurable)
    }

    /// Appends `records` together; durable on return. Throws as `enqueue` fails.
    @discardableResult
    public func append(_ records: [JournalRecord]) async throws -> Range<JournalSequence> {
        try await withCheckedThrowingContinuation { continuation in
            groupCommit.enqueue(records) { continuation.resume(with: $0) }
        }
    }

    /// Appends one record; durable on return. Throws as `enqueue` fails.
    @discardableResult
    public func append(_ record: JournalRecord) async throws -> JournalSequence {
        try await append([record]).lowerBound
    }

    /// Commits what waits, refuses what comes, and lets go of the file. Idempotent.
    public func close() async {
        await withCheckedContinuation { continuation in
            groupCommit.close { continuation.resume() }
        }
    }
}
