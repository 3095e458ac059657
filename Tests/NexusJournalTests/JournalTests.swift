import Foundation
import GRDB
import NexusBase
import Synchronization
import Testing

@testable import NexusJournal

/// A folder of its own for each test, gone afterwards.
final class Folder {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "nexus-journal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    var journal: String { path + "/journal" }
}

func record(_ text: String, kind: UInt32 = 1) -> JournalRecord {
    JournalRecord(kind: JournalKind(rawValue: kind), bytes: Array(text.utf8))
}

func texts(_ journal: Journal, from sequence: JournalSequence = 1) async throws -> [String] {
    var out: [String] = []
    for try await entry in journal.entries(from: sequence) { out.append(String(decoding: entry.bytes, as: UTF8.self)) }
    return out
}

func failure(_ result: Result<Range<JournalSequence>, JournalError>) -> JournalError.Code? {
    if case .failure(let error) = result { error.code } else { nil }
}

@Suite struct JournalTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    func code(_ body: () async throws -> Void) async -> JournalError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? JournalError)?.code }
    }

    @Test func `records come back in order after closing and opening again`() async throws {
        let journal = try Journal(path: folder.journal)
        #expect(try await journal.append(record("one")) == 1)
        #expect(try await journal.append([record("two"), record("three")]) == 2..<4)
        let head = journal.head
        await journal.close()
        let again = try Journal(path: folder.journal)
        #expect(again.head == head)
        #expect(try await texts(again) == ["one", "two", "three"])
        #expect(try await texts(again, from: 3) == ["three"])
        #expect(try await again.entry(at: 2).bytes == Array("two".utf8))
        #expect(try await again.append(record("four")) == 4)
        #expect(await code { _ = try await again.entry(at: 5) } == .noSuchRecord)
    }

    @Test func `the digest of a record is what the format page says`() async throws {
        let journal = try Journal(path: folder.journal)
        try await journal.append(record("hello", kind: 7))
        func number(_ value: UInt64) -> [UInt8] { Swift.withUnsafeBytes(of: value.bigEndian) { Array($0) } }
        let expected = Framed.digest(
            "nexus-journal-record-v1", number(1), number(7), [UInt8](repeating: 0, count: 32), Array("hello".utf8))
        #expect(try await journal.entry(at: 1).digest == expected)
        #expect(expected.hex == "60a7f61ca95e551352e9d9b0328c09e898d3160b32fc08135206f52feaf6548e")
    }

    @Test func `many calls at once share few commits and keep their order`() async throws {
        let journal = try Journal(path: folder.journal)
        let answers = Mutex<[Range<JournalSequence>]>([])
        for index in 0..<2_000 {
            journal.enqueue([record("\(index)")]) { result in
                answers.withLock { if let range = try? result.get() { $0.append(range) } }
            }
        }
        #expect(try await journal.append([]).isEmpty)
        #expect(answers.withLock { $0 } == (1...2_000).map { $0..<($0 + 1) })
        #expect(journal.counters.records == 2_000)
        #expect(journal.counters.commits < 2_000)
        #expect(try await texts(journal) == (0..<2_000).map { "\($0)" })
    }

    @Test func `a second opening of the same journal is refused`() async throws {
        let journal = try Journal(path: folder.journal)
        #expect(await code { _ = try Journal(path: folder.journal) } == .locked)
        await journal.close()
        _ = try Journal(path: folder.journal)
    }

    @Test func `durable settings are in force and a lower one is refused`() async throws {
        let journal = try Journal(path: folder.journal)
        try await journal.database.queue.writeWithoutTransaction { database in
            #expect(try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2)
            #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal")
            #expect(try String.fetchOne(database, sql: "PRAGMA locking_mode") == "exclusive")
            #expect(try Int.fetchOne(database, sql: "PRAGMA wal_autocheckpoint") == 500)
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
            #expect(throws: JournalError(.notDurable, "")) {
                try JournalDatabase.checkDurable(database, [("synchronous", "2")])
            }
        }
    }

    @Test func `a file of something else, or of a later version, is refused and left alone`() async throws {
        try Data("not a database at all, but long enough to be read as one ........".utf8)
            .write(to: URL(fileURLWithPath: folder.journal))
        #expect(await code { _ = try Journal(path: folder.journal) } == .notAJournal)
        let other = folder.path + "/other"
        let queue = try DatabaseQueue(path: other)
        try await queue.write { try $0.execute(sql: "CREATE TABLE mine (id INTEGER)") }
        try queue.close()
        #expect(await code { _ = try Journal(path: other) } == .notAJournal)
        let later = folder.path + "/later"
        await (try Journal(path: later)).close()
        let edit = try DatabaseQueue(path: later)
        try await edit.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 2") }
        try edit.close()
        #expect(await code { _ = try Journal(path: later) } == .unknownVersion)
    }

    @Test(arguments: [
        "UPDATE record SET bytes = x'00' WHERE sequence = 2",
        "UPDATE record SET kind = 9 WHERE sequence = 3",
        "DELETE FROM record WHERE sequence = 1",
        "DELETE FROM record WHERE sequence = 2",
        "UPDATE record SET digest = zeroblob(32) WHERE sequence = 3",
        "UPDATE record SET digest = x'00' WHERE sequence = 1",
        "UPDATE record SET kind = -1 WHERE sequence = 1",
    ]) func `a chain that does not check is refused`(change: String) async throws {
        try await writeThree()
        try await edit(change)
        #expect(await code { _ = try Journal(path: folder.journal) } == .brokenChain)
    }

    @Test func `a journal that lost its tail is refused`() async throws {
        try await writeThree()
        try await edit("DELETE FROM record WHERE sequence = 3")
        #expect(await code { _ = try Journal(path: folder.journal) } == .tailLost)
        try FileManager.default.removeItem(atPath: folder.journal + "-head")
        #expect(try Journal(path: folder.journal).head.sequence == 2)
    }

    @Test func `a copy without its write-ahead log is refused`() async throws {
        let journal = try Journal(path: folder.journal)
        try await journal.append([record("one"), record("two")])
        let copy = folder.path + "/copy"
        for suffix in ["", "-head"] {
            try FileManager.default.copyItem(atPath: folder.journal + suffix, toPath: copy + suffix)
        }
        #expect(await code { _ = try Journal(path: copy) } == .tailLost)
        try FileManager.default.removeItem(atPath: copy)
        for suffix in ["", "-wal"] {
            try? FileManager.default.removeItem(atPath: copy + suffix)
            try FileManager.default.copyItem(atPath: folder.journal + suffix, toPath: copy + suffix)
        }
        let whole = try Journal(path: copy)
        #expect(try await texts(whole) == ["one", "two"])
        // What was found is synced into the database before anything is built on it.
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy + "-wal")).isEmpty)
    }

    @Test func `a full disk fails what waits, stops the journal and loses nothing acknowledged`() async throws {
        let journal = try Journal(path: folder.journal)
        try await journal.append(record("kept"))
        try await journal.database.queue.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages)")
        }
        let large = JournalRecord(kind: JournalKind(rawValue: 1), bytes: [UInt8](repeating: 1, count: 100_000))
        // What is queued behind the failed group is not written either, not even by closing.
        let behind = Mutex<[JournalError.Code?]>([])
        journal.enqueue([large]) { result in
            for _ in 0..<3 { journal.enqueue([record("behind")]) { r in behind.withLock { $0.append(failure(r)) } } }
            behind.withLock { $0.append(failure(result)) }
        }
        while behind.withLock({ $0.count }) < 4 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(behind.withLock { $0 } == [.stopped, .stopped, .stopped, .diskFull])
        #expect(await code { try await journal.append(record("small")) } == .stopped)
        await journal.close()
        #expect(await code { try await journal.append(record("late")) } == .stopped)
        #expect(try await texts(try Journal(path: folder.journal)) == ["kept"])
    }

    @Test func `a record at the limit is taken and one byte more is refused without stopping`() async throws {
        let journal = try Journal(path: folder.journal)
        let kind = JournalKind(rawValue: 1)
        let most = JournalLimits.recordBytesMax
        try await journal.append(JournalRecord(kind: kind, bytes: [UInt8](repeating: 5, count: most)))
        let over = JournalRecord(kind: kind, bytes: [UInt8](repeating: 5, count: most + 1))
        #expect(await code { try await journal.append([record("with it"), over]) } == .tooLarge)
        #expect(try await journal.append(record("next")) == 2)
    }

    @Test func `more waiting records than the limit are refused and the journal goes on`() async throws {
        let journal = try Journal(path: folder.journal)
        let most = [JournalRecord](repeating: record(""), count: JournalLimits.queueRecordsMax)
        #expect(await code { try await journal.append(most + [record("")]) } == .queueFull)
        #expect(try await journal.append(most).count == most.count)
    }

    @Test func `closing commits what waits and refuses what comes`() async throws {
        let journal = try Journal(path: folder.journal)
        journal.enqueue([record("waiting")]) { _ in }
        await journal.close()
        await journal.close()
        #expect(await code { try await journal.append(record("late")) } == .closed)
        #expect(try await texts(try Journal(path: folder.journal)) == ["waiting"])
    }

    @Test func `a snapshot comes back, belongs to its record and can be deleted`() async throws {
        let journal = try Journal(path: folder.journal)
        #expect(try await journal.latestSnapshot() == nil)
        #expect(await code { try await journal.putSnapshot(JournalSnapshot(sequence: 1, bytes: [1])) } == .noSuchRecord)
        try await journal.append([record("one"), record("two")])
        try await journal.putSnapshot(JournalSnapshot(sequence: 1, bytes: [1, 2]))
        let second = JournalSnapshot(sequence: 2, bytes: [3])
        try await journal.putSnapshot(second)
        #expect(try await journal.latestSnapshot() == second)
        await journal.close()
        try await edit("UPDATE snapshot SET bytes = x'04'")
        let again = try Journal(path: folder.journal)
        #expect(try await again.latestSnapshot() == nil)
        try await again.deleteSnapshot()
        #expect(try await again.latestSnapshot() == nil)
    }

    @Test func `a copy up to a position is a journal that ends there`() async throws {
        try await writeThree()
        let target = folder.path + "/copy"
        try Journal.copy(of: folder.journal, upTo: 2, to: target)
        let copy = try Journal(path: target)
        #expect(try await texts(copy) == ["one", "two"])
        let source = try Journal(path: folder.journal)
        #expect(try await source.entry(at: 2).digest == copy.head.digest)
        #expect(await code { try Journal.copy(of: folder.journal, upTo: 2, to: target) } == .exists)
        #expect(await code { try Journal.copy(of: folder.journal, upTo: 2, to: target + "2") } == .locked)
        await source.close()
        #expect(await code { try Journal.copy(of: folder.journal, upTo: 4, to: target + "2") } == .noSuchRecord)
        #expect(!FileManager.default.fileExists(atPath: target + "2"))
    }

    private func writeThree() async throws {
        let journal = try Journal(path: folder.journal)
        try await journal.append([record("one"), record("two"), record("three")])
        await journal.close()
    }

    private func edit(_ sql: String) async throws {
        let queue = try DatabaseQueue(path: folder.journal)
        try await queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
