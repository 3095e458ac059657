import Foundation
import GRDB
import NexusBase

/// The SQLite side of the journal: one connection, opened with the settings that durability rests on.
struct JournalDatabase: Sendable {
    static let applicationID: Int64 = 0x4E58_4A4C  // NXJL
    static let formatVersion: Int64 = 1

    let queue: DatabaseQueue
    let path: String

    /// Opens the journal at `path`, or makes one. The chain is not checked here.
    init(path: String) throws {
        self.path = path
        var configuration = Configuration()
        configuration.label = "nexus.journal"
        // The wal-index stays in memory and no second connection gets in, if this comes before the first access.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { database in
                try Self.recognise(database)
                try Self.makeDurable(database)
                try Self.createTables(database)
                // A process that was killed may have left a commit that was written and not synced; SQLite has taken it
                // up. Checkpointing syncs it before anything is built on it.
                _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            try synchronizeDirectory(of: path)
        } catch {
            throw JournalError(error, doing: "opening the journal \(path)")
        }
    }

    /// Refuses what is not a journal before the first byte is written.
    private static func recognise(_ database: Database) throws {
        let application = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let objects = try Int64.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if application == 0, version == 0, objects == 0 { return }
        guard application == applicationID else {
            throw JournalError(.notAJournal, "a database of something else (application id \(application))")
        }
        guard version == formatVersion else {
            throw JournalError(.unknownVersion, "format version \(version); this build knows \(formatVersion)")
        }
    }

    /// Asks for each setting and reads it back: SQLite ignores what it cannot do without an error.
    private static func makeDurable(_ database: Database) throws {
        let settings: [(name: String, value: String, readBack: String)] = [
            ("journal_mode", "WAL", "wal"),
            ("synchronous", "FULL", "2"),
            ("wal_autocheckpoint", "\(JournalLimits.checkpointPages)", "\(JournalLimits.checkpointPages)"),
            ("locking_mode", "EXCLUSIVE", "exclusive"),
        ]
        for setting in settings {
            _ = try Row.fetchAll(database, sql: "PRAGMA \(setting.name) = \(setting.value)")
        }
        try checkDurable(database, settings.map { ($0.name, $0.readBack) })
    }

    static func checkDurable(_ database: Database, _ expected: [(name: String, value: String)]) throws {
        for setting in expected {
            let found = try String.fetchOne(database, sql: "PRAGMA \(setting.name)") ?? "nothing"
            guard found == setting.value else {
                throw JournalError(.notDurable, "\(setting.name) is \(found), not \(setting.value)")
            }
        }
    }

    private static func createTables(_ database: Database) throws {
        // The transaction takes the exclusive lock even where there is nothing to create.
        try database.execute(sql: "BEGIN IMMEDIATE")
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS record (
                    sequence INTEGER PRIMARY KEY,
                    kind INTEGER NOT NULL,
                    bytes BLOB NOT NULL,
                    digest BLOB NOT NULL
                ) STRICT;
                CREATE TABLE IF NOT EXISTS snapshot (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    sequence INTEGER NOT NULL,
                    bytes BLOB NOT NULL,
                    digest BLOB NOT NULL
                ) STRICT;
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(formatVersion);
                COMMIT;
                """)
    }

    func close() throws { try queue.close() }
}

extension JournalDatabase {
    /// Appends `records` after `head` in one transaction. Durable on return. Call it on the writer's thread only.
    func append(_ records: some Sequence<JournalRecord>, after head: JournalHead) throws -> JournalHead {
        try queue.writeWithoutTransaction { database in
            var head = head
            try database.execute(sql: "BEGIN IMMEDIATE")
            do {
                let insert = try database.cachedStatement(sql: "INSERT INTO record VALUES (?, ?, ?, ?)")
                for record in records {
                    head = head.following(kind: record.kind, bytes: record.bytes)
                    try insert.execute(arguments: [
                        head.sequence, Int64(record.kind.rawValue), Data(record.bytes), Data(head.digest.bytes),
                    ])
                }
                try database.execute(sql: "COMMIT")
            } catch {
                try? database.execute(sql: "ROLLBACK")
                throw error
            }
            return head
        }
    }

    /// Entries from `sequence` on, as many as a page holds.
    static func page(
        from sequence: JournalSequence, countMax: Int, _ database: Database
    ) throws -> [JournalEntry] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT sequence, kind, bytes, digest FROM record WHERE sequence >= ? ORDER BY sequence LIMIT ?"),
            arguments: [sequence, countMax])
        var page: [JournalEntry] = []
        var size = 0
        while size < JournalLimits.pageBytesMax, let row = try rows.next() {
            let entry = try entry(row)
            size += entry.bytes.count
            page.append(entry)
        }
        return page
    }

    private static func entry(_ row: Row) throws -> JournalEntry {
        let sequence: JournalSequence = row[0]
        let kind: Int64 = row[1]
        guard let kind = UInt32(exactly: kind), let digest = try? Digest(bytes: row[3] as Data) else {
            throw JournalError(.brokenChain, "not a record", at: "record \(sequence)")
        }
        return JournalEntry(
            sequence: sequence, kind: JournalKind(rawValue: kind), bytes: [UInt8](row[2] as Data), digest: digest)
    }

    /// Follows the chain from the first record and returns where it ends, or throws `journal.broken-chain`.
    /// `visit` is given each entry once it is checked.
    func checkChain(visit: (JournalEntry) throws -> Void = { _ in }) throws -> JournalHead {
        var head = JournalHead.empty
        while true {
            let page = try queue.unsafeRead {
                try Self.page(from: head.sequence + 1, countMax: JournalLimits.pageRecordsMax, $0)
            }
            if page.isEmpty { return head }
            for entry in page {
                head = try Self.follow(head, by: entry)
                try visit(entry)
            }
        }
    }

    static func follow(_ head: JournalHead, by entry: JournalEntry) throws -> JournalHead {
        guard entry.sequence == head.sequence + 1 else {
            throw JournalError(
                .brokenChain, "record \(head.sequence + 1) is missing", at: "record \(entry.sequence)")
        }
        let next = head.following(kind: entry.kind, bytes: entry.bytes)
        guard next.digest == entry.digest else {
            throw JournalError(
                .brokenChain, "the digest does not follow from the record before", at: "record \(entry.sequence)")
        }
        return next
    }
}

/// Makes the names in the directory of `path` durable.
func synchronizeDirectory(of path: String) throws {
    let directory = (path as NSString).deletingLastPathComponent
    let descriptor = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw JournalError(.inputOutput, "cannot open \(directory)", at: path) }
    defer { _ = Foundation.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw JournalError(.inputOutput, "cannot sync \(directory)", at: path) }
}
