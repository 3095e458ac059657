import NexusBase
import NexusTestInputs
import Synchronization
import Testing

@testable import NexusMesh

@Suite struct NameTests {
    @Test(arguments: ["a", "demo", "rail-1", String(repeating: "r", count: 40)])
    func `a rail's name is a DNS label`(_ name: String) throws { #expect(try RailName(name).label == name) }

    @Test(arguments: ["", "-a", "a-", "A", "a.b", "a_b", "é", String(repeating: "r", count: 41)])
    func `anything else is refused`(_ name: String) { #expect(throws: MeshError(.badName, "")) { try RailName(name) } }

    @Test func `a peer's name reads as it was written and names only its DID and role`() throws {
        let name = PeerName(role: .validator, did: "did:example:a", rail: try RailName("demo"))
        #expect(name.dnsName.hasPrefix("validator-"))
        #expect(name.dnsName.hasSuffix(".demo.nexus.internal"))
        #expect(try PeerName(parsing: name.dnsName) == name)
        #expect(name.names("did:example:a", as: .validator))
        #expect(!name.names("did:example:a", as: .node))
        #expect(!name.names("did:example:b", as: .validator))
        let digits = String(repeating: "0", count: 32)
        for bad in [
            "", "rail.demo.nexus.internal", "node-\(digits.dropLast()).demo.nexus.internal",
            "node-\(digits).demo.nexus",
            "node-\(digits).demo.nexus.internal.", "owner-\(digits).demo.nexus.internal",
            "node-\(digits).demo.nexus.external", "node-\(digits.dropLast())A.demo.nexus.internal",
        ] { #expect(throws: MeshError(.badName, "")) { try PeerName(parsing: bad) } }
    }

    @Test func `an address reads as it was written`() throws {
        for text in ["127.0.0.1:1", "[::1]:65535", "rail.example:7000"] {
            #expect(try MeshAddress(parsing: text).description == text)
        }
        for text in ["", ":1", "a:", "a:0", "a:65536", "::1:5", "a:+1", "a b:1", "a"] {
            #expect(throws: MeshError(.badName, "")) { try MeshAddress(parsing: text) }
        }
    }
}

@Suite struct BackoffTests {
    @Test func `waits double up to the greatest, shortened by up to half, and are the same for one seed`() {
        func waits(_ seed: UInt64) -> [Duration] {
            var backoff = Backoff(initial: .milliseconds(100), max: .seconds(1))
            var generator = SplitMix64(seed: seed)
            return (0..<8).map { _ in backoff.wait(using: &generator) }
        }
        #expect(waits(1) == waits(1))
        #expect(waits(1) != waits(2))
        for (wait, full) in zip(waits(3), [100, 200, 400, 800, 1000, 1000, 1000, 1000]) {
            #expect(wait >= .milliseconds(full / 2) && wait <= .milliseconds(full))
        }
    }

    @Test func `after a reset waits begin anew`() {
        var backoff = Backoff(initial: .milliseconds(100), max: .seconds(1))
        var generator = SplitMix64(seed: 1)
        for _ in 0..<5 { _ = backoff.wait(using: &generator) }
        backoff.reset()
        #expect(backoff.wait(using: &generator) <= .milliseconds(100))
    }
}

@Suite struct BatchingTests {
    @Test func `neighbours of one kind share frames of at most 64, and order is kept`() {
        let digests = (0..<200).map { NexusBase.Digest(of: [UInt8($0)]) }
        let messages = digests.map { RailMessage.cancel([$0]) } + [.drain(reason: ""), .cancel([digests[0]])]
        let frames = RailMessage.batched(messages)
        #expect(frames.count == 6)
        #expect(frames[4] == .drain(reason: ""))
        let flat = frames.flatMap { if case .cancel(let digests) = $0 { digests } else { [] as [NexusBase.Digest] } }
        #expect(flat == digests + [digests[0]])
    }

    @Test func `a frame closes before it weighs more than its target, and one heavy item stands alone`() {
        let heavy = MeshLimits.frameBytesTarget + 1
        #expect(runs(of: [1, heavy, 1, 1]) { $0 } == [[1], [heavy], [1, 1]])
        #expect(runs(of: [Int]()) { $0 }.isEmpty)
    }
}

@Suite(.timeLimit(.minutes(3))) struct BoundedQueueTests {
    @Test func `what is pushed is taken in order`() async throws {
        let queue = BoundedQueue<Int>(countMax: 4)
        async let pushed: Void = {
            for number in 0..<1000 { try await queue.push(number) }; queue.finish()
        }()
        var taken: [Int] = []
        while let numbers = try await queue.take(3) { taken += numbers }
        try await pushed
        #expect(taken == Array(0..<1000))
    }

    @Test func `a push waits at the limit of elements and of weight`() async throws {
        for (queue, weight) in [
            (BoundedQueue<Int>(countMax: 2), 1), (BoundedQueue<Int>(countMax: 100, weightMax: 20), 10),
        ] {
            try await queue.push(1, weight: weight)
            try await queue.push(2, weight: weight)
            let third = Flag()
            let push = Task {
                try await queue.push(3, weight: weight)
                third.raise()
            }
            try await Task.sleep(for: .milliseconds(50))
            #expect(!third.isRaised)
            #expect(try await queue.take() == [1])
            try await push.value
            #expect(third.isRaised)
        }
    }

    @Test func `one element heavier than the queue enters an empty one`() async throws {
        let queue = BoundedQueue<Int>(countMax: 2, weightMax: 1)
        try await queue.push(1, weight: 100)
        #expect(try await queue.take() == [1])
    }

    @Test func `cancellation ends a waiting push and a waiting take`() async throws {
        let queue = BoundedQueue<Int>(countMax: 1)
        let take = Task { try await queue.take() }
        try await Task.sleep(for: .milliseconds(20))
        take.cancel()
        await #expect(throws: CancellationError.self) { try await take.value }
        try await queue.push(1)
        let push = Task { try await queue.push(2) }
        try await Task.sleep(for: .milliseconds(20))
        push.cancel()
        await #expect(throws: CancellationError.self) { try await push.value }
        #expect(try await queue.take() == [1])
    }

    @Test func `a finish drains first unless it discards, and its failure stays`() async throws {
        let queue = BoundedQueue<Int>()
        try await queue.push(1)
        queue.finish(throwing: MeshError(.revoked, ""))
        #expect(try await queue.take() == [1])
        await #expect(throws: MeshError(.revoked, "")) { try await queue.take() }
        await #expect(throws: MeshError(.revoked, "")) { try await queue.push(2) }
        let discarded = BoundedQueue<Int>()
        try await discarded.push(1)
        discarded.finish(throwing: MeshError(.draining, ""), discarding: true)
        await #expect(throws: MeshError(.draining, "")) { try await discarded.take() }
    }

    @Test func `two readers at once are refused`() async throws {
        let queue = BoundedQueue<Int>()
        let first = Task { try await queue.take() }
        try await Task.sleep(for: .milliseconds(20))
        await #expect(throws: MeshError(.twoReaders, "")) { try await queue.take() }
        try await queue.push(1)
        #expect(try await first.value == [1])
    }

    @Test func `many producers lose nothing`() async throws {
        let queue = BoundedQueue<Int>(countMax: 3)
        let producers = Task {
            await withTaskGroup(of: Void.self) { group in
                for producer in 0..<20 {
                    group.addTask { for number in 0..<100 { try? await queue.push(producer * 100 + number) } }
                }
            }
            queue.finish()
        }
        var taken: Set<Int> = []
        while let numbers = try await queue.take(7) { taken.formUnion(numbers) }
        await producers.value
        #expect(taken.count == 2000)
    }
}

@Suite struct LedgerTests {
    @Test func `a token is spent once, by its role, before its end`() throws {
        var ledger = EnrolmentLedger()
        let digest = NexusBase.Digest(of: [1])
        let end = Instant(milliseconds: 1000)
        ledger.issue(secretDigest: digest, role: .node, expires: end)
        func redeem(_ ledger: inout EnrolmentLedger, _ role: PeerRole, _ now: Int64) throws {
            try ledger.redeem(secretDigest: digest, role: role, did: "d", now: Instant(milliseconds: now))
        }
        #expect(throws: MeshError(.tokenUnknown, "")) { try redeem(&ledger, .validator, 0) }
        #expect(throws: MeshError(.tokenExpired, "")) { try redeem(&ledger, .node, 1000) }
        try redeem(&ledger, .node, 999)
        #expect(throws: MeshError(.tokenSpent, "")) { try redeem(&ledger, .node, 999) }
        // Issuing the same secret again does not make it new.
        ledger.issue(secretDigest: digest, role: .node, expires: end)
        #expect(throws: MeshError(.tokenSpent, "")) { try redeem(&ledger, .node, 999) }
    }
}

@Suite struct SessionTableTests {
    private func session(_ index: Int) throws -> MeshSession {
        let did = Text("did:example:\(index)")
        let name = PeerName(role: .node, did: did, rail: try RailName("demo"))
        let hello = Hello(
            role: .node, did: did, identityDocument: [], sealingPublicKey: [], runtimeDescription: [], logIndex: 0)
        return MeshSession(
            id: [], peer: MeshPeer(name: name, serial: "01", notAfter: Instant(milliseconds: 0)), hello: hello,
            core: SessionCore())
    }

    @Test func `as many sessions as the limit are taken and one more is refused`() async throws {
        let table = SessionTable(revoked: [])
        let first = try session(0)
        try table.insert(first)
        for index in 1..<MeshLimits.sessionsMax {
            if index % 100 == 0 { await Task.yield() }
            try table.insert(session(index))
        }
        #expect(throws: MeshError(.busy, "")) { try table.insert(session(MeshLimits.sessionsMax)) }
        // A name that is there already takes no more room.
        try table.insert(session(0))
        #expect(first.core.reason?.code == .superseded)
        table.remove(first)
        #expect(table.all.count == MeshLimits.sessionsMax)
    }

    @Test func `after the start of draining nobody is taken`() throws {
        let table = SessionTable(revoked: [])
        table.startDraining()
        #expect(throws: MeshError(.draining, "")) { try table.insert(session(0)) }
    }
}
