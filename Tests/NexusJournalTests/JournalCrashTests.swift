import Foundation
import NexusBase
import Testing

@testable import NexusJournal

/// A process that writes to a journal is killed at some moment, again and again; and files are cut and changed. Either
/// all that was acknowledged is there, or the journal refuses to open.
@Suite(.serialized) struct JournalCrashTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    func text(_ entry: JournalEntry) -> String { String(decoding: entry.bytes.prefix { $0 != 1 }, as: UTF8.self) }

    @Test func `every record acknowledged before a kill is there afterwards`() async throws {
        let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("JournalCrasher").path
        try #require(FileManager.default.isExecutableFile(atPath: binary), "no crasher at \(binary)")
        var acknowledged: JournalSequence = 0
        for round in 0..<12 {
            let path = folder.journal
            let told = try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(with: Result { try Self.runAndKill(binary, path, afterLines: 1 + round * 17) })
                }
            }
            #expect(told > acknowledged)
            acknowledged = max(acknowledged, told)
            var count: JournalSequence = 0
            let journal = try Journal(path: path) { entry in
                count += 1
                #expect(entry.sequence == count)
                #expect(text(entry) == "record \(count) ")
            }
            #expect(count >= acknowledged)
            #expect(journal.head.sequence == count)
            await journal.close()
        }
        print("journal: killed 12 times, \(acknowledged) acknowledged records all there")
    }

    /// Starts the writer, reads `lines` acknowledgements, kills it; the last sequence that it acknowledged.
    static func runAndKill(_ binary: String, _ journal: String, afterLines lines: Int) throws -> JournalSequence {
        var ends: [CInt] = [0, 0]
        guard pipe(&ends) == 0 else { throw JournalError(.inputOutput, "no pipe") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var child: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(binary), strdup(journal), nil]
        defer { for argument in arguments { free(argument) } }
        let started = posix_spawn(&child, binary, &actions, nil, &arguments, environ)
        Foundation.close(ends[1])
        guard started == 0 else { throw JournalError(.inputOutput, "cannot start \(binary)") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        var isKilled = false
        while true {
            let got = Foundation.read(ends[0], &buffer, buffer.count)
            if got <= 0 { break }
            output += buffer.prefix(got)
            if !isKilled, output.count(where: { $0 == 0x0A }) >= lines {
                kill(child, SIGKILL)
                isKilled = true
            }
        }
        Foundation.close(ends[0])
        var status: CInt = 0
        waitpid(child, &status, 0)
        guard status & 0x7F == SIGKILL else {
            throw JournalError(.inputOutput, "the writer ended by itself: \(status)")
        }
        // What the writer said before it died counts, the last line only if it is whole.
        let whole = output.prefix((output.lastIndex(of: 0x0A) ?? -1) + 1)
        let last = whole.split(separator: 0x0A).compactMap { JournalSequence(String(decoding: $0, as: UTF8.self)) }
            .max()
        return last ?? 0
    }

    /// A journal as a killed process leaves it: most records in the write-ahead log.
    func makeUnclosed() async throws -> (files: [String: Data], entries: [JournalEntry]) {
        let journal = try Journal(path: folder.journal)
        for number in 0..<60 {
            try await journal.append(record("number \(number) " + String(repeating: "x", count: 300)))
        }
        var entries: [JournalEntry] = []
        for try await entry in journal.entries() { entries.append(entry) }
        let files = try ["", "-wal", "-head"].reduce(into: [String: Data]()) {
            $0[$1] = try Data(contentsOf: URL(fileURLWithPath: folder.journal + $1))
        }
        await journal.close()
        return (files, entries)
    }

    /// Opens the journal in `files`: its entries, or nil if it was refused.
    func read(_ files: [String: Data]) throws -> [JournalEntry]? {
        let path = folder.path + "/" + UUID().uuidString
        for (suffix, data) in files { try data.write(to: URL(fileURLWithPath: path + suffix)) }
        defer { for suffix in ["", "-wal", "-head"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        var entries: [JournalEntry] = []
        do {
            _ = try Journal(path: path) { entries.append($0) }
        } catch is JournalError { return nil }
        return entries
    }

    @Test func `a write-ahead log cut anywhere is refused or whole`() async throws {
        let (files, entries) = try await makeUnclosed()
        #expect(try read(files) == entries)
        let whole = try #require(files["-wal"])
        var refused = 0
        for length in stride(from: 0, to: whole.count, by: 3_001) {
            var cut = files
            cut["-wal"] = whole.prefix(length)
            if let found = try read(cut) { #expect(found == entries) } else { refused += 1 }
        }
        #expect(refused > 10)
    }

    @Test func `a changed byte anywhere is refused or without effect`() async throws {
        let (files, entries) = try await makeUnclosed()
        var refused = 0
        var trials = 0
        for (suffix, data) in files.sorted(by: { $0.key < $1.key }) {
            var position = 7
            while position < data.count {
                var changed = files
                changed[suffix]?[position] ^= 0x40
                if let found = try read(changed) {
                    #expect(found == entries, "\(suffix) at \(position)")
                } else {
                    refused += 1
                }
                trials += 1
                position += suffix == "-head" ? 5 : data.count / 150 + 1
            }
        }
        print("journal: \(trials) changed bytes, \(refused) refused, the others without effect")
        #expect(refused > 20)
    }
}
