import NexusBase
import NexusLog
import Synchronization
import Testing

@testable import NexusWitness

@Suite struct LogMonitorTests {
    func monitor(_ latest: SignedCheckpoint? = nil) throws -> LogMonitor {
        try LogMonitor(log: WitnessedLog(origin: origin, keys: [try logSigner().key]), latest: latest)
    }

    @Test func `a growing log is followed and each entry seen once, in order`() async throws {
        var monitor = try monitor()
        let seen = Mutex<[[UInt8]]>([])
        var known = 0
        for size in [0, 3, 3, 256, 300, 513, 700] {
            let log = TestLog(size)
            let finding = try await monitor.look(fetch: try log.fetch()) { index, entry in
                seen.withLock { seen in
                    #expect(index == seen.count)
                    seen.append(entry)
                }
            }
            #expect(finding == (size == known && size > 0 ? .unchanged : .grown(from: known, to: size)))
            known = size
            monitor = try self.monitor(monitor.latest)
        }
        #expect(seen.withLock { $0 } == TestLog(700).entries)
    }

    @Test func `a rewritten history is proved to anyone who has the log's key`() async throws {
        for (old, new) in [(1, 2), (5, 9), (8, 9), (256, 600), (300, 301), (7, 7), (511, 512)] {
            var monitor = try monitor()
            _ = try await monitor.look(fetch: try TestLog(old).fetch())
            var rewritten = TestLog(new)
            rewritten.entries[old / 2] = [0xFF]
            let finding = try await monitor.look(fetch: try rewritten.fetch())
            guard case .misbehaviour(let proof) = finding else {
                Issue.record("\(old) to \(new): \(finding)")
                continue
            }
            #expect(monitor.latest?.checkpoint.size == old)
            let read = try MisbehaviourProof(parsing: proof.bytes)
            #expect(read == proof)
            #expect(try read.verify(origin: origin, keys: [try logSigner().key]) == [try logSigner().key])
        }
    }

    @Test func `a split view that comes through another monitor is proved`() async throws {
        let (ours, theirs) = (TestLog(20), TestLog(30, "their entry"))
        var monitor = try monitor()
        _ = try await monitor.look(fetch: try ours.fetch())
        // The larger tree's tiles prove it, whichever side they come from.
        let finding = try await monitor.compare(try theirs.checkpoint(), fetch: try theirs.fetch())
        guard case .misbehaviour = finding else { return #expect(Bool(false), "\(finding)") }
        let smaller = try await monitor.compare(try TestLog(10, "their entry").checkpoint(), fetch: try ours.fetch())
        guard case .misbehaviour = smaller else { return #expect(Bool(false), "\(smaller)") }
    }

    @Test func `an honest log never gives a proof, and no file shows misbehaviour that was not`() async throws {
        let log = TestLog(30)
        let (old, new) = (try log.checkpoint(10), try log.checkpoint(30))
        let proof = MisbehaviourProof(
            old: old, new: new, root: old.checkpoint.root, proof: try log.proof(10, 30))
        let keys = [try logSigner().key]
        #expect(await code { _ = try proof.verify(origin: origin, keys: keys) } == .notMisbehaviour)
        for root in [Digest(of: [1]), new.checkpoint.root] {
            let made = MisbehaviourProof(old: old, new: new, root: root, proof: proof.proof)
            #expect(await code { _ = try made.verify(origin: origin, keys: keys) } == .notMisbehaviour)
        }
        // Signed by two different keys of the log: neither signed both.
        let other = try TestLog(10, "other").checkpoint(10, seed: 9)
        let two = MisbehaviourProof(old: other, new: new, root: old.checkpoint.root, proof: proof.proof)
        #expect(
            await code { _ = try two.verify(origin: origin, keys: keys + [try logSigner(9).key]) } == .notMisbehaviour)
        var monitor = try monitor(new)
        #expect(try await monitor.compare(old, fetch: try log.fetch()) == .behind(size: 10))
    }

    @Test func `a changed byte anywhere in a proof of misbehaviour is refused`() async throws {
        var monitor = try monitor()
        _ = try await monitor.look(fetch: try TestLog(5).fetch())
        guard case .misbehaviour(let proof) = try await monitor.look(fetch: try TestLog(9, "other").fetch()) else {
            return #expect(Bool(false))
        }
        let keys = [try logSigner().key]
        for index in proof.bytes.indices {
            var changed = proof.bytes
            changed[index] ^= 1
            #expect(throws: (any Error).self, "byte \(index)") {
                try MisbehaviourProof(parsing: changed).verify(origin: origin, keys: keys)
            }
        }
        #expect(throws: WitnessError(.badProofFile, "")) { try MisbehaviourProof(parsing: proof.bytes + [0x0A]) }
        #expect(throws: WitnessError(.tooLarge, "")) {
            try MisbehaviourProof(parsing: [UInt8](repeating: 0x61, count: WitnessLimits.misbehaviourBytesMax + 1))
        }
    }

    @Test func `a log that does not serve what it signed is reported`() async throws {
        let log = TestLog(600)
        let whole = try log.files()
        // The hashes of new full bundles are not fetched: their entries are, and hash to the tile above.
        for path in whole.keys.sorted() where path != "tile/0/001" {
            for isMissing in [true, false] {
                var files = whole
                if isMissing { files[path] = nil } else { files[path]?[7] ^= 1 }
                var monitor = try monitor(try log.checkpoint(100))
                let served = files
                do {
                    let finding = try await monitor.look(fetch: { served[$0] }) { _, _ in }
                    Issue.record("\(path): \(finding)")
                } catch {
                    #expect((error as? WitnessError)?.code == .notServed || (path == "checkpoint" && error is LogError))
                }
                #expect(monitor.latest?.checkpoint.size == 100)
            }
        }
    }
}
