import GRDB
import NexusBase

extension Journal {
    /// The entries from `sequence` on that are durable when they are reached, in order. Memory stays within a page
    /// (`JournalLimits.pageRecordsMax`, `.pageBytesMax`). Throws `journal.input-output` or `.damaged`.
    public func entries(from sequence: JournalSequence = 1) -> JournalEntries {
        JournalEntries(database: database, next: max(1, sequence))
    }

    /// The entry at `sequence`. Throws `journal.no-such-record`.
    public func entry(at sequence: JournalSequence) async throws -> JournalEntry {
        guard let entry = try await database.page(from: sequence, countMax: 1).first, entry.sequence == sequence else {
            throw JournalError(.noSuchRecord, "the journal has no such record", at: "record \(sequence)")
        }
        return entry
    }
}

/// Entries of a journal, read page by page.
public struct JournalEntries: AsyncSequence, Sendable {
    public typealias Element = JournalEntry
    let database: JournalDatabase
    let next: JournalSequence

    public func makeAsyncIterator() -> Iterator { Iterator(database: database, next: next) }

    public struct Iterator: AsyncIteratorProtocol {
        let database: JournalDatabase
        var next: JournalSequence
        var page: ArraySlice<JournalEntry> = []

        public mutating func next() async throws -> JournalEntry? {
            if page.isEmpty {
                page = try await database.page(from: next, countMax: JournalLimits.pageRecordsMax)[...]
                next = (page.last?.sequence ?? next - 1) + 1
            }
            return page.popFirst()
        }
    }
}

extension JournalDatabase {
    /// A page, read on the connection's queue: the calling thread does not wait.
    func page(from sequence: JournalSequence, countMax: Int) async throws -> [JournalEntry] {
        do {
            return try await queue.unsafeRead { try Self.page(from: sequence, countMax: countMax, $0) }
        } catch {
            throw JournalError(error, doing: "reading the journal \(path)")
        }
    }
}
