import NexusBase
import NexusLog
import NexusSimulation
import Synchronization
import Testing

@testable import NexusLogStore

/// Every file operation of a short life of a log fails in every way, or is the last before the power goes; then the log
/// is opened again and must go on. After each: nothing acknowledged is lost, the full check passes, no two roots were
/// signed for one size, no smaller tree after a larger one, and the life can be finished.
@Suite struct CrashSweepTests {
    /// What the outside has seen.
    struct Witnessed {
        var acknowledged: [Digest: Int] = [:]
        var signed: [Int: Digest] = [:]
        var committed = 0
    }

    /// The batches: within a bundle, over its edge, with repeats, onto an edge exactly, and past it.
    static let batches: [Range<Int>] = [0..<3, 3..<4, 2..<254, 254..<258, 256..<512, 512..<514]

    /// Lives until the end or the first failure; true at the end.
    func live(_ files: FaultyFileSystem, _ seen: inout Witnessed) async throws -> Bool {
        let signer = try testSigner()
        let log: LogWriter
        do { log = try LogWriter(files: files, origin: origin, keys: [signer.key]) } catch {
            guard error is FaultyFileSystem.Crash || (error as? LogStoreError)?.code == .inputOutput else {
                throw error
            }
            return false
        }
        for (leaf, index) in seen.acknowledged {
            #expect(try await log.index(of: leaf) == index, "an acknowledged entry moved or is gone")
        }
        #expect(log.latestCheckpoint?.checkpoint.size ?? 0 >= seen.committed, "a committed checkpoint is gone")
        for batch in Self.batches {
            let batch = entries(batch)
            do {
                let places = try await log.append(batch)
                for (entry, place) in zip(batch, places) { seen.acknowledged[Merkle.leaf(entry)] = place }
                let checkpoint = try await log.checkpointToSign()
                if let earlier = seen.signed[checkpoint.size] {
                    #expect(earlier == checkpoint.root, "two roots for one size")
                }
                #expect(checkpoint.size >= seen.signed.keys.max() ?? 0, "a smaller tree after a larger")
                seen.signed[checkpoint.size] = checkpoint.root
                try await log.commit(try SignedCheckpoint(checkpoint, signedBy: signer))
                seen.committed = checkpoint.size
            } catch {
                // What failed stays failed until the log is opened again.
                #expect(await code { _ = try await log.append([[0xFF]]) } == .stopped)
                await log.close()
                return false
            }
        }
        await log.close()
        return true
    }

    func checkWhole(_ files: FaultyFileSystem, _ seen: Witnessed) throws {
        let report = try LogCheck.run(LogReader(files: files), origin: origin, keys: [try testSigner().key])
        #expect(report.size >= seen.acknowledged.count)
        #expect(report.checkpoint?.size ?? 0 >= seen.committed)
        for (size, root) in seen.signed where size <= report.size {
            #expect(try LogReader(files: files).root(size: size) == root)
        }
    }

    @Test func `the log goes on after a failure or crash at any file operation`() async throws {
        let whole = FaultyFileSystem()
        var seen = Witnessed()
        #expect(try await live(whole, &seen))
        let operations = whole.log.count
        #expect(seen.acknowledged.count == 514 && operations > 60)
        var runs = 0
        for index in 0..<operations {
            for fault in FaultyFileSystem.Fault.allCases {
                // After a crash: of the names that were not synced none, all, or one half or the other survive.
                let survivors = fault == .crashBefore || fault == .crashAfter ? 4 : 1
                for survivor in 0..<survivors {
                    let files = FaultyFileSystem()
                    var seen = Witnessed()
                    files.inject(fault, at: index)
                    let finished = try await live(files, &seen)
                    // Removing what nobody needs may fail without harm.
                    if finished { #expect(whole.log[index].hasPrefix("remove")) }
                    restart(files, fault, survivor)
                    try checkWhole(files, seen)
                    #expect(try await live(files, &seen), "\(fault) at \(index): \(whole.log[index])")
                    try checkWhole(files, seen)
                    runs += 1
                }
            }
        }
        print("crash sweep: \(operations) file operations, \(runs) runs")
    }

    func restart(_ files: FaultyFileSystem, _ fault: FaultyFileSystem.Fault, _ survivor: Int) {
        guard fault == .crashBefore || fault == .crashAfter else { return files.restartProcess() }
        files.restart { path in
            switch survivor {
            case 0: false
            case 1: true
            case 2: path.utf8.reduce(0) { $0 &+ Int($1) }.isMultiple(of: 2)
            default: !path.utf8.reduce(0) { $0 &+ Int($1) }.isMultiple(of: 2)
            }
        }
    }

    @Test func `what a restarted process found and signed survives a power cut`() async throws {
        let whole = FaultyFileSystem()
        var all = Witnessed()
        #expect(try await live(whole, &all))
        for index in whole.log.indices {
            let files = FaultyFileSystem()
            var seen = Witnessed()
            files.inject(.crashAfter, at: index)
            _ = try await live(files, &seen)
            // The process ends with names that are not durable; the next one finds them and signs what it found.
            files.restartProcess()
            let key = try testSigner().key
            let found = try await LogWriter(files: files, origin: origin, keys: [key]).checkpointToSign()
            files.restart { _ in false }
            let after = LogReader(files: files)
            let log = try LogWriter(files: files, origin: origin, keys: [key])
            #expect(log.size >= found.size, "after \(whole.log[index])")
            if log.size >= found.size { #expect(try after.root(size: found.size) == found.root) }
        }
    }

    @Test func `a second crash while recovering changes nothing`() async throws {
        let whole = FaultyFileSystem()
        var all = Witnessed()
        #expect(try await live(whole, &all))
        var runs = 0
        for first in stride(from: 3, to: whole.log.count, by: 11) {
            for second in stride(from: 0, to: 12, by: 2) {
                for survivor in 0..<4 {
                    let files = FaultyFileSystem()
                    var seen = Witnessed()
                    files.inject(.crashAfter, at: first)
                    _ = try await live(files, &seen)
                    restart(files, .crashAfter, survivor)
                    files.inject(.crashBefore, at: second)
                    _ = try await live(files, &seen)
                    restart(files, .crashBefore, 3 - survivor)
                    try checkWhole(files, seen)
                    #expect(try await live(files, &seen))
                    try checkWhole(files, seen)
                    runs += 1
                }
            }
        }
        print("crash sweep: \(runs) runs with two crashes")
    }
}
