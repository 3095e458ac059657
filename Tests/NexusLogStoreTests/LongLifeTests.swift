import Foundation
import NexusBase
import NexusLog
import NexusSimulation
import Testing

@testable import NexusLogStore

/// A log that outlives its keys and sheds its old entries.
@Suite struct LongLifeTests {
    /// Method: five keys, one after the other, each with its entries and its cosigned checkpoint. After every rotation,
    /// and after the log is opened again, each earlier checkpoint verifies under the key of its time, and each grew
    /// into the next.
    @Test func `checkpoints cosigned before keep verifying over five rotations of the log's key`() async throws {
        let folder = try Folder()
        let witness = try Ed25519NoteSigner(
            name: "witness.example", seed: [UInt8](repeating: 77, count: 32), type: .cosignatureEd25519)
        let signers = try (1...5).map { try testSigner(UInt8($0)) }
        var log = try LogWriter(directory: folder.path, origin: origin, keys: [signers[0].key])
        var kept: [(signed: SignedCheckpoint, key: VerifierKey)] = []
        for (turn, signer) in signers.enumerated() {
            if turn > 0 {
                let old = try SignedCheckpoint(await log.checkpointToSign(), signedBy: signer)
                #expect(await code { try await log.commit(old) } == .wrongCheckpoint, "not admitted yet")
                _ = try await log.append([Array("rotation \(turn)".utf8)])
                try await log.admit(signer.key)
            }
            _ = try await log.append(entries(turn * 300..<turn * 300 + 300))
            var signed = try await log.publish(signer)
            signed.add([try witness.sign(signed.note.text, time: 1_700_000_000 + Int64(turn))])
            try await log.commit(signed)
            kept.append((signed, signer.key))
            for (earlier, key) in kept {
                let verified = try earlier.verify(origin: origin, by: [key, witness.key])
                #expect(verified.keys == [key, witness.key])
                #expect(throws: LogError.self) { try earlier.verify(origin: origin, by: [testSigner(99).key]) }
                let (old, new) = (earlier.checkpoint, signed.checkpoint)
                try TreeProof.verifyConsistency(
                    oldSize: old.size, oldRoot: old.root, newSize: new.size, newRoot: new.root,
                    proof: await log.consistencyProof(from: old.size, to: new.size))
            }
            await log.close()
            // The newest checkpoint is by the newest key: the old one alone does not open the log.
            if turn > 0 {
                #expect(
                    await code {
                        _ = try LogWriter(directory: folder.path, origin: origin, keys: [signers[turn - 1].key])
                    } == .damaged)
            }
            log = try LogWriter(
                directory: folder.path, origin: origin, keys: signers[...turn].map(\.key))
        }
        #expect(log.size == 5 * 300 + 4)
        let report = try LogCheck.run(LogReader(directory: folder.path), origin: origin, keys: signers.map(\.key))
        #expect(report.size == log.size && report.pruned == 0)
    }

    @Test func `a pruned log proves, checks, appends and opens as before; only old entries are gone`() async throws {
        let folder = try Folder()
        let signer = try testSigner()
        var log = try LogWriter(directory: folder.path, origin: origin, keys: [signer.key])
        _ = try await log.append(entries(0..<2_000))
        let signed = try await log.publish(signer)
        #expect(await code { _ = try LogPruner.prune(directory: folder.path, before: 1_000, keeping: []) } == .locked)
        await log.close()
        #expect(
            await code { _ = try LogPruner.prune(directory: folder.path, before: 2_001, keeping: []) } == .outOfRange)

        // Entry 300, of bundle 1, stays; bundle 3 ends past 1,000.
        #expect(try LogPruner.prune(directory: folder.path, before: 1_000, keeping: [300]) == 2)
        #expect(try LogPruner.prune(directory: folder.path, before: 1_000, keeping: [300]) == 0)
        let reader = try LogReader(directory: folder.path)
        #expect(try reader.prunedBundles() == [0, 2])
        #expect(try LogCheck.run(reader, origin: origin, keys: [signer.key]).pruned == 2)

        log = try LogWriter(directory: folder.path, origin: origin, keys: [signer.key])
        #expect(await code { _ = try await log.entry(at: 5) } == .pruned)
        #expect(try await log.entry(at: 300) == entries(300..<301)[0])
        // A repeated entry is still known, since its hash is.
        #expect(try await log.append(entries(5..<6)) == [5])
        #expect(try await log.append(entries(2_000..<2_100)) == Array(2_000..<2_100))
        let later = try await log.publish(signer)
        for index in [0, 5, 255, 300, 513, 999, 1_999] {
            try TreeProof.verifyInclusion(
                leaf: Merkle.leaf(entries(index..<index + 1)[0]), index: index, size: 2_100,
                path: await log.inclusionProof(of: index, size: 2_100), root: later.checkpoint.root)
        }
        try TreeProof.verifyConsistency(
            oldSize: 2_000, oldRoot: signed.checkpoint.root, newSize: 2_100, newRoot: later.checkpoint.root,
            proof: await log.consistencyProof(from: 2_000, to: 2_100))
        await log.close()
        #expect(try LogCheck.run(reader, origin: origin, keys: [signer.key]).size == 2_100)
    }

    @Test func `a bundle that is missing without being listed is damage, and so is a list that does not read`()
        async throws
    {
        let folder = try Folder()
        let signer = try testSigner()
        let log = try LogWriter(directory: folder.path, origin: origin, keys: [signer.key])
        _ = try await log.append(entries(0..<600))
        _ = try await log.publish(signer)
        await log.close()
        let reader = try LogReader(directory: folder.path)
        try "nexus-log-pruned-v1\nx\n".write(toFile: folder.path + "/pruned", atomically: true, encoding: .utf8)
        #expect(await code { _ = try LogCheck.run(reader, origin: origin, keys: [signer.key]) } == .damaged)
        try FileManager.default.removeItem(atPath: folder.path + "/pruned")
        try FileManager.default.removeItem(atPath: folder.path + "/tile/entries/000")
        #expect(await code { _ = try reader.entry(at: 3, size: 600) } == .damaged)
        #expect(await code { _ = try LogCheck.run(reader, origin: origin, keys: [signer.key]) } != nil)
        // A tile whose bundle was taken out is still checked against those above it.
        try "nexus-log-pruned-v1\n0\n".write(toFile: folder.path + "/pruned", atomically: true, encoding: .utf8)
        #expect(try LogCheck.run(reader, origin: origin, keys: [signer.key]).pruned == 1)
        let tile = URL(fileURLWithPath: folder.path + "/tile/0/000")
        var bytes = try Data(contentsOf: tile)
        bytes[40] ^= 1
        try bytes.write(to: tile)
        #expect(await code { _ = try LogCheck.run(reader, origin: origin, keys: [signer.key]) } == .damaged)
    }

    @Test func `a crash at any file operation of pruning leaves a log that checks and is pruned again`() async throws {
        let signer = try testSigner()
        func made() async throws -> FaultyFileSystem {
            let files = FaultyFileSystem()
            let log = try LogWriter(files: files, origin: origin, keys: [signer.key])
            _ = try await log.append(entries(0..<1_100))
            _ = try await log.publish(signer)
            await log.close()
            return files
        }
        let whole = try await made()
        let before = whole.log.count
        #expect(try LogPruner.prune(files: whole, before: 1_024, keeping: []) == 4)
        let operations = whole.log.count - before
        #expect(operations >= 7)
        for index in 0..<operations {
            for survivor in [false, true] {
                let files = try await made()
                files.inject(.crashBefore, at: index)
                _ = try? LogPruner.prune(files: files, before: 1_024, keeping: [])
                files.restart { _ in survivor }
                let reader = LogReader(files: files)
                _ = try LogCheck.run(reader, origin: origin, keys: [signer.key])
                _ = try LogPruner.prune(files: files, before: 1_024, keeping: [])
                #expect(try reader.prunedBundles() == [0, 1, 2, 3])
                #expect(try LogCheck.run(reader, origin: origin, keys: [signer.key]).pruned == 4)
                _ = try LogWriter(files: files, origin: origin, keys: [signer.key])
            }
        }
    }
}
