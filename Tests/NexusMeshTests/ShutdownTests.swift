import Crypto
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NexusBase
import Testing

@testable import NexusMesh

@Suite(.timeLimit(.minutes(3))) struct ShutdownTests {
    @Test func `graceful shutdown asks a node to drain and ends when it has`() async throws {
        let rig = try Rig(configured { $0.drainTimeMax = .seconds(100) }) { session in
            for try await _ in session.inbound {}
        }
        let drained = Flag()
        let begun = BoundedQueue<Never>()
        let party = Party("a")
        let started = ContinuousClock.now
        let node = try await rig.serving {
            let client = try await rig.enrol(party)
            let node = Task {
                try await party.session(client) { link in
                    begun.finish()
                    for try await message in link.inbound {
                        guard case .drain = message else { continue }
                        try await Task.sleep(for: .milliseconds(300))
                        try await link.send(.drained)
                        drained.raise()
                        return
                    }
                }
            }
            _ = try await begun.take()
            return node
        }
        try await node.value
        #expect(drained.isRaised)
        #expect(ContinuousClock.now - started < .seconds(60))
    }

    @Test func `a node that never finishes is cut off after the drain time`() async throws {
        let rig = try Rig(configured { $0.drainTimeMax = .milliseconds(500) }) { session in
            for try await _ in session.inbound {}
        }
        let begun = BoundedQueue<Never>()
        let party = Party("a")
        let node = try await rig.serving {
            let client = try await rig.enrol(party)
            let node = Task {
                await meshCode {
                    try await party.session(client) { link in
                        begun.finish()
                        for try await _ in link.inbound {}
                    }
                }
            }
            _ = try await begun.take()
            return node
        }
        #expect(await node.value == .draining)
    }

    @Test func `graceful shutdown with inbound unread does not hang`() async throws {
        // The handler reads nothing while the node sends far more than queue and window hold.
        let rig = try Rig(configured { $0.drainTimeMax = .milliseconds(500) }) { _ in
            try await Task.sleep(for: .seconds(60))
        }
        let sending = BoundedQueue<Never>()
        let party = Party("a")
        let started = ContinuousClock.now
        let node = try await rig.serving {
            let client = try await rig.enrol(party)
            let node = Task {
                await failure {
                    try await party.session(client) { link in
                        let answer = Answer(
                            tokenDigest: NexusBase.Digest(of: [1]), outcome: .cac([UInt8](repeating: 7, count: 1 << 20))
                        )
                        for count in 0... {
                            if count == 60 { sending.finish() }
                            try await link.send(.answers([answer]))
                        }
                    }
                }
            }
            try? await withTimeLimit(.seconds(3), MeshError(.timedOut, "")) { _ = try await sending.take() }
            return node
        }
        _ = await node.value
        #expect(ContinuousClock.now - started < .seconds(60))
    }

    @Test func `a handler that returns with inbound unread ends the session, and the server still shuts down`()
        async throws
    {
        let rig = try Rig(configured { $0.drainTimeMax = .milliseconds(500) }) { _ in }
        let party = Party("a")
        let started = ContinuousClock.now
        try await rig.serving {
            let client = try await rig.enrol(party)
            _ = await failure {
                try await party.session(client) { link in
                    let answer = Answer(
                        tokenDigest: NexusBase.Digest(of: [1]), outcome: .cac([UInt8](repeating: 7, count: 1 << 20)))
                    for _ in 0..<200 { try await link.send(.answers([answer])) }
                }
            }
        }
        #expect(ContinuousClock.now - started < .seconds(60))
    }

    @Test func `a stopped rail is unreachable, and a node reconnects to the next one`() async throws {
        let party = Party("a")
        let first = try Rig()
        let client = try await first.serving { try await first.enrol(party) }
        #expect(await meshCode { try await party.session(client) { _ in } } == .unreachable)
        // The same rail again: same CA, same port.
        let registry = first.registry
        let server = try MeshServer(
            configuration: configured { $0.port = client.credential.address.port }, authority: first.authority,
            registry: registry, clock: wallClock, logger: quiet, handler: Rig.echo)
        let second = Rig(rail: first.rail, authority: first.authority, registry: registry, server: server)
        try await second.serving {
            var backoff = Backoff(initial: .milliseconds(20))
            var generator = SystemRandomNumberGenerator()
            for attempt in 1... {
                do {
                    try await party.session(client) { _ in }
                    return
                } catch let error as MeshError where error.code == .unreachable && attempt < 50 {
                    try await Task.sleep(for: backoff.wait(using: &generator))
                }
            }
        }
    }
}
