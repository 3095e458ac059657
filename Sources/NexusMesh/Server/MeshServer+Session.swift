import GRPCCore
import Logging
import NexusBase
import NexusTrust

extension MeshServer {
    /// One session, from hello to the end of the call. Throws why it ended, unless both sides were done.
    func serve(
        _ peer: MeshPeer, _ messages: RPCAsyncSequence<[UInt8], any Error>, _ writer: RPCWriter<[UInt8]>
    ) async throws {
        let core = SessionCore<NodeMessage, RailMessage>()
        let hellos = BoundedQueue<Hello>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { await Self.read(messages, hellos, core) }
            group.addTask {
                // At notAfter whatever the handler does. A cancelled sleep means that the session ended before.
                try? await Task.sleep(for: max(.zero, peer.notAfter - self.clock()))
                if !Task.isCancelled {
                    core.end(MeshError(.certificateExpired, "the certificate ended at \(peer.notAfter)"))
                }
            }
            let session = try await greet(peer, hellos, core)
            try table.insert(session)
            defer { table.remove(session) }
            logger.info("session opened", metadata: ["name": "\(peer.name)"])
            let sealing = try Sealing(session, railID: configuration.railID)
            try await writer.write(sealing.welcome(at: clock()))
            group.addTask {
                var sealing = sealing
                await core.write { try await writer.write(sealing.frame($0).encoded()) }
            }
            await finish(session, writer)
        }
        if let reason = core.reason {
            logger.info("session ended", metadata: ["name": "\(peer.name)", "reason": "\(reason)"])
            throw reason
        }
    }

    /// Reads hello and checks it against the certificate.
    private func greet(
        _ peer: MeshPeer, _ hellos: BoundedQueue<Hello>, _ core: SessionCore<NodeMessage, RailMessage>
    ) async throws -> MeshSession {
        let late = MeshError(.timedOut, "no hello within \(configuration.helloTimeMax)")
        let hello = try await withTimeLimit(configuration.helloTimeMax, late) { try await hellos.take()?.first }
        guard let hello else {
            throw MeshError(.unexpectedFrame, "the stream ended before a hello", at: NodeFrame.place)
        }
        guard peer.name.names(hello.did, as: hello.role) else {
            let message = "the DID and role of hello are not those of \(peer.name)"
            throw MeshError(.wrongName, message, at: "node-frame.hello.did")
        }
        var generator = SystemRandomNumberGenerator()
        let id = (0..<MeshLimits.sessionIDBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return MeshSession(id: id, peer: peer, hello: hello, core: core)
    }

    /// Runs the handler, then lets the peer finish: returning with inbound unread can hang HTTP/2's shutdown.
    private func finish(_ session: MeshSession, _ writer: RPCWriter<[UInt8]>) async {
        let core = session.core
        do {
            try await core.run { try await self.handler(session) }
        } catch {
            core.end(MeshError(handler: error))
            return
        }
        core.outbound.finish()
        let late = MeshError(.timedOut, "the peer did not finish")
        do {
            try await withTimeLimit(configuration.drainTimeMax, late) {
                try await core.untilWritten()
                try await writer.write(RailFrame.goodbye.encoded())
                while try await core.inbound.take() != nil {}
            }
        } catch {
            core.end(MeshError(transport: error))
        }
    }

    private static func read(
        _ messages: RPCAsyncSequence<[UInt8], any Error>, _ hellos: BoundedQueue<Hello>,
        _ core: SessionCore<NodeMessage, RailMessage>
    ) async {
        do {
            var greeted = false
            for try await bytes in messages {
                switch try NodeFrame(decoding: bytes) {
                case .hello(let hello) where !greeted:
                    greeted = true
                    try await hellos.push(hello)
                case .message(let message) where greeted:
                    try await core.inbound.push(message, weight: message.weight)
                case .hello: throw MeshError(.unexpectedFrame, "a second hello", at: "node-frame.hello")
                case .message: throw MeshError(.unexpectedFrame, "the first frame is hello", at: NodeFrame.place)
                }
            }
            hellos.finish()
            core.inbound.finish()
        } catch {
            let reason = MeshError(transport: error)
            hellos.finish(throwing: reason)
            core.end(reason)
        }
    }
}

/// The writing side of a session: seals payloads under its one context, in the order of the frames.
private struct Sealing {
    private let sessionID: [UInt8]
    private let railID: Text
    private var sender: SealingSender?

    init(_ session: MeshSession, railID: Text) throws {
        sessionID = session.id
        self.railID = railID
        if !session.hello.sealingPublicKey.isEmpty {
            let info = SealingInfo(railID: railID, nodeDID: session.hello.did, sessionID: session.id)
            sender = try SealingSender(recipientKey: session.hello.sealingPublicKey, info: info)
        }
    }

    func welcome(at now: Instant) throws -> [UInt8] {
        let welcome = Welcome(
            sessionID: sessionID, encapsulatedKey: sender?.encapsulatedKey ?? [], railID: railID, serverTime: now)
        return try RailFrame.welcome(welcome).encoded()
    }

    mutating func frame(_ message: RailMessage) throws -> RailFrame {
        switch message {
        case .materials(let materials): return .materials(materials)
        case .validationRequest(let bytes): return .validationRequest(bytes)
        case .cancel(let digests): return .cancel(digests)
        case .drain(let reason): return .drain(reason: reason)
        case .assignments(let assignments):
            return .assignments(
                try assignments.map { assignment in
                    guard
                        let sealed = try sender?.seal(assignment.payload, authenticating: assignment.tokenDigest)
                    else { throw MeshError(.unexpectedFrame, "the peer gave no sealing key") }
                    return SealedAssignment(
                        token: assignment.token, tokenDigest: assignment.tokenDigest, sealedPayload: sealed)
                })
        }
    }
}
