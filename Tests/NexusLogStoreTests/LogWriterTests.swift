import Foundation
import NexusBase
import NexusLog
import NexusSimulation
import Testing

@testable import NexusLogStore

/// A folder of its own for each test, gone afterwards.
final class Folder {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "nexus-log-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

let origin: Text = "rail.example/log"

func testSigner(_ seed: UInt8 = 1) throws -> Ed25519NoteSigner {
    try Ed25519NoteSigner(name: origin, seed: [UInt8](repeating: seed, count: 32))
}

func entries(_ range: Range<Int>) -> [[UInt8]] { range.map { Array("entry \($0)".utf8) } }

func code(_ body: () async throws -> Void) async -> LogStoreError.Code? {
    do {
        try await body()
        return nil
    } catch { return (error as? LogStoreError)?.code }
}

extension LogWriter {
    func publish(_ signer: Ed25519NoteSigner) async throws -> SignedCheckpoint {
        let signed = try SignedCheckpoint(try await checkpointToSign(), signedBy: signer)
        try await commit(signed)
        return signed
    }
}

@Suite struct LogWriterTests {
    let folder: Folder
    let signer: Ed25519NoteSigner
    init() throws {
        folder = try Folder()
        signer = try testSigner()
    }

    func open(_ directory: String? = nil) throws -> LogWriter {
        try LogWriter(directory: directory ?? folder.path, origin: origin, keys: [signer.key])
    }

    @Test func `a log grows over restarts, proves every entry, and checks`() async throws {
        var roots: [(size: Int, root: Digest)] = []
        var next = 0
        for step in [1, 4, 250, 1, 1, 300, 0, 700] {
            let log = try open()
            #expect(try await log.append(entries(next..<(next + step))) == Array(next..<(next + step)))
            next += step
            #expect(log.size == next)
            let signed = try await log.publish(signer)
            #expect(signed.checkpoint.root == Merkle.root(entries(0..<next).map { Merkle.leaf($0) }))
            roots.append((next, signed.checkpoint.root))
            await log.close()
        }
        let log = try open()
        #expect(log.latestCheckpoint?.checkpoint.size == next)
        let last = try #require(roots.last)
        for index in stride(from: 0, to: next, by: 37) {
            let entry = try await log.entry(at: index)
            #expect(entry == entries(index..<(index + 1))[0])
            for (size, root) in roots where index < size {
                let path = try await log.inclusionProof(of: index, size: size)
                try TreeProof.verifyInclusion(
                    leaf: Merkle.leaf(entry), index: index, size: size, path: path, root: root)
            }
        }
        for (size, root) in roots {
            let proof = try await log.consistencyProof(from: size, to: last.size)
            try TreeProof.verifyConsistency(
                oldSize: size, oldRoot: root, newSize: last.size, newRoot: last.root, proof: proof)
        }
        let report = try LogCheck.run(log.reader, origin: origin, keys: [signer.key])
        #expect(report.size == next && report.root == last.root && report.checkpoint?.size == next)
    }

    @Test func `an entry that the log has keeps its index, in one batch, later, and after a restart`() async throws {
        let log = try open()
        #expect(try await log.append([[1], [2], [1]]) == [0, 1, 0])
        #expect(try await log.append([[2], [3]]) == [1, 2])
        await log.close()
        let again = try open()
        #expect(try await again.append([[3], [4], [1]]) == [2, 3, 0])
        #expect(again.size == 4)
        #expect(try await again.index(of: Merkle.leaf([4])) == 3)
    }

    @Test func `appends that come together are each given their own indices`() async throws {
        let log = try open()
        let places = try await withThrowingTaskGroup(of: (Int, [Int]).self) { group in
            for number in 0..<100 {
                group.addTask { (number, try await log.append(entries((3 * number)..<(3 * number + 3)))) }
            }
            return try await group.reduce(into: [Int: [Int]]()) { $0[$1.0] = $1.1 }
        }
        #expect(log.size == 300)
        for (number, indices) in places {
            #expect(indices == Array(indices[0]..<(indices[0] + 3)))
            #expect(try await log.entry(at: indices[1]) == entries((3 * number + 1)..<(3 * number + 2))[0])
        }
    }

    @Test func `a second writer is refused until the first is closed`() async throws {
        let log = try open()
        #expect(await code { _ = try open() } == .locked)
        await log.close()
        #expect(await code { _ = try await log.append([[1]]) } == .closed)
        #expect(await code { _ = try await log.checkpointToSign() } == .closed)
        _ = try open()
    }

    @Test func `a checkpoint that is not this log's, or goes back, is refused`() async throws {
        let log = try open()
        _ = try await log.append(entries(0..<3))
        let old = try SignedCheckpoint(try await log.checkpointToSign(), signedBy: signer)
        _ = try await log.append(entries(3..<5))
        try await log.commit(old)
        _ = try await log.publish(signer)
        #expect(await code { try await log.commit(old) } == .wrongCheckpoint)
        let root = try await log.checkpointToSign().root
        for (origin, size, root, seed) in [
            (origin, 6, root, 1), (origin, 5, Digest(of: [1]), 1), ("other.example/log", 5, root, 1),
            (origin, 5, root, 2),
        ] as [(Text, Int, Digest, UInt8)] {
            let signed = try SignedCheckpoint(
                Checkpoint(origin: origin, size: size, root: root), signedBy: testSigner(seed))
            #expect(await code { try await log.commit(signed) } == .wrongCheckpoint)
        }
    }

    @Test func `cosignatures are added to the checkpoint that is there`() async throws {
        let log = try open()
        _ = try await log.append([[1]])
        var signed = try await log.publish(signer)
        let witness = try Ed25519NoteSigner(
            name: "witness.example", seed: [UInt8](repeating: 9, count: 32), type: .cosignatureEd25519)
        signed.add([try witness.sign(signed.note.text, time: 17)])
        try await log.commit(signed)
        await log.close()
        let found = try #require(try open().latestCheckpoint)
        #expect(try found.verify(origin: origin, by: [signer.key, witness.key]).keys == [signer.key, witness.key])
    }

    @Test func `an entry at the limit is kept and one byte more is refused`() async throws {
        let log = try open()
        let most = [UInt8](repeating: 7, count: LogLimits.entryBytesMax)
        #expect(await code { _ = try await log.append([[1], most + [1]]) } == .tooLarge)
        #expect(try await log.append([most]) == [0])
        #expect(try await log.entry(at: 0) == most)
        #expect(await code { _ = try await log.entry(at: 1) } == .outOfRange)
        #expect(await code { _ = try await log.inclusionProof(of: 0, size: 2) } == .outOfRange)
        let many = [[UInt8]](repeating: [], count: LogStoreLimits.queueEntriesMax)
        #expect(await code { _ = try await log.append(many + [[]]) } == .queueFull)
        #expect(try await log.append(many).count == many.count)
    }

    @Test func `partial files of sizes without a checkpoint go, those of signed sizes stay until the full one`()
        async throws
    {
        let log = try open()
        _ = try await log.append(entries(0..<5))
        _ = try await log.append(entries(5..<9))
        _ = try await log.publish(signer)
        _ = try await log.append(entries(9..<12))
        func widths(_ kind: String) -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/tile/\(kind)/000.p")) ?? []).sorted()
        }
        #expect(widths("0") == ["12", "9"] && widths("entries") == ["12", "9"])
        // A size whose own files are gone is still provable from wider ones.
        let path = try await log.inclusionProof(of: 2, size: 5)
        let leaves = entries(0..<5).map { Merkle.leaf($0) }
        #expect(path == Merkle.path(leaves, at: 2))
        _ = try await log.append(entries(12..<300))
        #expect(widths("0").isEmpty && widths("entries").isEmpty)
    }
}

@Suite struct LogDamageTests {
    /// 600 entries in five batches, a checkpoint at 500 and at 600.
    func make() async throws -> FaultyFileSystem {
        let files = FaultyFileSystem()
        let log = try LogWriter(files: files, origin: origin, keys: [try testSigner().key])
        for start in stride(from: 0, to: 500, by: 125) { _ = try await log.append(entries(start..<(start + 125))) }
        _ = try await log.publish(try testSigner())
        _ = try await log.append(entries(500..<600))
        _ = try await log.publish(try testSigner())
        return files
    }

    func check(_ files: FaultyFileSystem) throws {
        _ = try LogCheck.run(LogReader(files: files), origin: origin, keys: [try testSigner().key])
    }

    @Test func `a changed byte in any file of the log is found by the full check`() async throws {
        let whole = try await make()
        try check(whole)
        var checked = 0
        for path in whole.paths where path != "lock" {
            let count = try #require(try whole.contents(of: path)).count
            for offset in Set([0, 1, count / 2, count - 1]) {
                let files = try await make()
                files.tamper(path) { $0[offset] ^= 1 }
                #expect(throws: LogStoreError.self, "\(path) at \(offset)") { try check(files) }
                checked += 1
            }
        }
        #expect(checked > 20)
    }

    @Test(arguments: [
        "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000", "tile/entries/001",
        "tile/entries/002.p/88",
    ]) func `a missing file is found by the full check`(path: String) async throws {
        let files = try await make()
        #expect(files.paths.contains(path))
        files.delete(path)
        #expect(throws: LogStoreError.self) { try check(files) }
    }

    @Test(arguments: [
        ("tile/0/001", "damaged"), ("tile/0/002.p/88", "damaged"), ("tile/1/000.p/2", "damaged"),
        ("tile/entries/002.p/88", "damaged"), ("checkpoint", "damaged"),
    ]) func `a writer refuses to start on an edge that does not check`(path: String, expected: String) async throws {
        for offset in [0, 40, 100] {
            let files = try await make()
            files.tamper(path) { $0[min(offset, $0.count - 1)] ^= 1 }
            #expect(
                await code { _ = try LogWriter(files: files, origin: origin, keys: [try testSigner().key]) }?.rawValue
                    == expected)
        }
    }

    @Test func `a writer refuses to start where the checkpoint is larger than the log, or of another log`() async throws
    {
        let files = try await make()
        for path in files.paths where path.contains("002") || path.contains("001") { files.delete(path) }
        #expect(
            await code { _ = try LogWriter(files: files, origin: origin, keys: [try testSigner().key]) } == .tailLost)
        let whole = try await make()
        #expect(
            await code { _ = try LogWriter(files: whole, origin: "other", keys: [try testSigner().key]) } == .damaged)
        #expect(
            await code { _ = try LogWriter(files: whole, origin: origin, keys: [try testSigner(2).key]) } == .damaged)
    }
}
