import Foundation
import GRDB
import NexusBase

extension Journal {
    /// Copies the records up to `sequence` into a new journal at `target`: a rail rolled back to that position, for an
    /// audit. The source is checked and locked meanwhile and keeps its records. Blocks. The target appears whole or
    /// not at all.
    ///
    /// Throws as opening does, `journal.exists` if the target is there, `journal.no-such-record` if the source is
    /// shorter.
    public static func copy(of source: String, upTo sequence: JournalSequence, to target: String) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: source) else {
            throw JournalError(.notAJournal, "there is no journal", at: source)
        }
        guard !files.fileExists(atPath: target) else {
            throw JournalError(.exists, "the target is there already", at: target)
        }
        let partial = target + "-partial"
        for suffix in ["", "-wal", "-shm"] { try? files.removeItem(atPath: partial + suffix) }
        let from = try JournalDatabase(path: source)
        defer { try? from.close() }
        do {
            try copy(from, upTo: sequence, to: partial)
        } catch {
            for suffix in ["", "-wal", "-shm"] { try? files.removeItem(atPath: partial + suffix) }
            throw JournalError(error, doing: "copying the journal \(source)")
        }
        guard rename(partial, target) == 0 else {
            throw JournalError(.inputOutput, "cannot rename the copy", at: target)
        }
        try synchronizeDirectory(of: target)
    }

    private static func copy(_ from: JournalDatabase, upTo sequence: JournalSequence, to path: String) throws {
        let copy = try JournalDatabase(path: path)
        defer { try? copy.close() }
        var head = JournalHead.empty
        var group: [JournalRecord] = []
        var size = 0
        func flush() throws {
            if group.isEmpty { return }
            head = try copy.append(group, after: head)
            group = []
            size = 0
        }
        _ = try from.checkChain { entry in
            guard entry.sequence <= sequence else { return }
            group.append(JournalRecord(kind: entry.kind, bytes: entry.bytes))
            size += entry.bytes.count
            if group.count == JournalLimits.groupRecordsMax || size > JournalLimits.groupBytesMax { try flush() }
        }
        try flush()
        guard head.sequence == sequence else {
            throw JournalError(.noSuchRecord, "the journal ends at \(head.sequence)", at: "record \(sequence)")
        }
    }
}
