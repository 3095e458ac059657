import Foundation
import GRDB
import NexusBase

/// A state after a record, kept to shorten a start. A cache: it can be deleted at any time.
public struct JournalSnapshot: Hashable, Sendable {
    public let sequence: JournalSequence
    public let bytes: [UInt8]

    public init(sequence: JournalSequence, bytes: [UInt8]) {
        self.sequence = sequence
        self.bytes = bytes
    }
}

extension Journal {
    /// Replaces the snapshot. Throws `journal.too-large`, `.no-such-record`, `.disk-full` or `.input-output`.
    public func putSnapshot(_ snapshot: JournalSnapshot) async throws {
        guard snapshot.bytes.count <= JournalLimits.snapshotBytesMax else {
            throw JournalError(.tooLarge, "a snapshot has at most \(JournalLimits.snapshotBytesMax) bytes")
        }
        try await access("writing a snapshot") { database in
            guard let digest = try Self.digest(of: snapshot, database) else {
                throw JournalError(.noSuchRecord, "no such record", at: "record \(snapshot.sequence)")
            }
            try database.execute(
                sql: "INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?, ?)",
                arguments: [snapshot.sequence, Data(snapshot.bytes), Data(digest.bytes)])
        }
    }

    /// The snapshot, or nil if there is none or it does not belong to this journal.
    public func latestSnapshot() async throws -> JournalSnapshot? {
        try await access("reading the snapshot") { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT sequence, bytes, digest FROM snapshot") else {
                return nil
            }
            let snapshot = JournalSnapshot(sequence: row[0], bytes: [UInt8](row[1] as Data))
            guard try Self.digest(of: snapshot, database)?.bytes == [UInt8](row[2] as Data) else { return nil }
            return snapshot
        }
    }

    public func deleteSnapshot() async throws {
        try await access("deleting the snapshot") { try $0.execute(sql: "DELETE FROM snapshot") }
    }

    private static func digest(of snapshot: JournalSnapshot, _ database: Database) throws -> Digest? {
        let record = try Data.fetchOne(
            database, sql: "SELECT digest FROM record WHERE sequence = ?", arguments: [snapshot.sequence])
        return record.map { Framed.digest("nexus-journal-snapshot-v1", [UInt8]($0), snapshot.bytes) }
    }

    private func access<Value: Sendable>(
        _ task: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await database.queue.writeWithoutTransaction(body)
        } catch {
            throw JournalError(error, doing: task)
        }
    }
}
