import GRPCCore
import NexusBase
import NexusTrust

/// One session's calls on the client's side.
struct ClientSession: Sendable {
    let credential: MeshCredential
    let hello: Hello
    let sealingKey: [UInt8]
    let finishTimeMax: Duration
    private let core = SessionCore<RailMessage, NodeMessage>()
    private let welcomes = BoundedQueue<Welcome>()

    init(credential: MeshCredential, hello: Hello, sealingKey: [UInt8], finishTimeMax: Duration) {
        self.credential = credential
        self.hello = hello
        self.sealingKey = sealingKey
        self.finishTimeMax = finishTimeMax
    }

    func run<Value: Sendable>(
        over client: Client, connectTimeMax: Duration, _ body: @escaping @Sendable (MeshLink) async throws -> Value
    ) async throws -> Value {
        var options = CallOptions.defaults
        options.waitForReady = false
        // The transport bounds what it decodes by this one too.
        options.maxRequestMessageBytes = MeshLimits.railFrameBytesMax + MeshLimits.frameBytesSlack
        let callOptions = options
        let begun = BoundedQueue<Never>()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                // What `body` threw is inside the outcome and stays as it is.
                let outcome: Result<Value, any Error>
                do {
                    outcome = try await client.bidirectionalStreaming(
                        request: StreamingClientRequest(producer: { try await self.write(to: $0) }),
                        descriptor: Methods.session, serializer: BytesSerializer(), deserializer: BytesSerializer(),
                        options: callOptions
                    ) { await self.answer($0, connectTimeMax: connectTimeMax, begun, body) }
                } catch {
                    throw core.reason ?? MeshError(transport: error)
                }
                return try outcome.get()
            }
            group.addTask {
                // A listener that is silent, before or after TLS, gives no response to wait for.
                let late = MeshError(.timedOut, "no session within \(connectTimeMax)")
                try await withTimeLimit(connectTimeMax, late) { _ = try await begun.take() }
                return nil
            }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let finished { return finished }
            }
            throw MeshError(.closed, "the call ended without an outcome")
        }
    }

    private func write(to writer: RPCWriter<[UInt8]>) async throws {
        try await writer.write(NodeFrame.hello(hello).encoded())
        await core.write { try await writer.write(NodeFrame.message($0).encoded()) }
    }

    private func answer<Value: Sendable>(
        _ response: StreamingClientResponse<[UInt8]>, connectTimeMax: Duration, _ begun: BoundedQueue<Never>,
        _ body: @escaping @Sendable (MeshLink) async throws -> Value
    ) async -> Result<Value, any Error> {
        await withTaskGroup(of: Void.self) { group in
            defer {
                core.outbound.finish()
                group.cancelAll()
            }
            group.addTask { await self.read(response.messages) }
            do {
                let late = MeshError(.timedOut, "no welcome within \(connectTimeMax)")
                let welcome = try await withTimeLimit(connectTimeMax, late) { try await welcomes.take()?.first }
                guard let welcome else {
                    throw MeshError(.unexpectedFrame, "the stream ended before a welcome", at: RailFrame.place)
                }
                begun.finish()
                let link = MeshLink(welcome: welcome, core: core)
                let value = try await core.run { try await body(link) }
                core.outbound.finish()
                try? await withTimeLimit(finishTimeMax, MeshError(.timedOut, "the rail did not finish")) {
                    while try await core.inbound.take() != nil {}
                }
                return .success(value)
            } catch {
                core.end(error as? MeshError ?? MeshError(.closed, "given up on this side"))
                return .failure(error)
            }
        }
    }

    private func read(_ messages: RPCAsyncSequence<[UInt8], any Error>) async {
        do {
            var receiver: SealingReceiver?
            var greeted = false
            for try await bytes in messages {
                let frame = try RailFrame(decoding: bytes)
                guard greeted else {
                    receiver = try await greet(frame)
                    greeted = true
                    continue
                }
                if case .goodbye = frame {
                    core.inbound.finish()
                    continue
                }
                let message = try open(frame, &receiver)
                try await core.inbound.push(message, weight: message.weight)
            }
            welcomes.finish()
            core.inbound.finish()
        } catch {
            let reason = MeshError(transport: error)
            welcomes.finish(throwing: reason)
            core.end(reason)
        }
    }

    private func greet(_ frame: RailFrame) async throws -> SealingReceiver? {
        guard case .welcome(let welcome) = frame else {
            throw MeshError(.unexpectedFrame, "the first frame is welcome", at: RailFrame.place)
        }
        guard welcome.railID == credential.railID else {
            throw MeshError(.wrongRail, "this is the rail \(welcome.railID)", at: "rail-frame.welcome.rail_id")
        }
        var receiver: SealingReceiver?
        if !hello.sealingPublicKey.isEmpty {
            let info = SealingInfo(railID: credential.railID, nodeDID: hello.did, sessionID: welcome.sessionID)
            do {
                receiver = try SealingReceiver(
                    privateKey: sealingKey, encapsulatedKey: welcome.encapsulatedKey, info: info)
            } catch {
                throw MeshError(
                    .sealBroken, "no sealing context", at: "rail-frame.welcome.encapsulated_key", cause: error)
            }
        }
        try await welcomes.push(welcome)
        return receiver
    }

    private func open(_ frame: RailFrame, _ receiver: inout SealingReceiver?) throws -> RailMessage {
        switch frame {
        case .welcome, .goodbye:
            throw MeshError(.unexpectedFrame, "a second welcome, or a goodbye", at: RailFrame.place)
        case .materials(let materials): return .materials(materials)
        case .validationRequest(let bytes): return .validationRequest(bytes)
        case .cancel(let digests): return .cancel(digests)
        case .drain(let reason): return .drain(reason: reason)
        case .assignments(let sealed):
            return .assignments(
                try sealed.enumerated().map { index, item in
                    let place = "rail-frame.assignments.items[\(index)].sealed_payload"
                    do {
                        guard let payload = try receiver?.open(item.sealedPayload, authenticating: item.tokenDigest)
                        else { throw MeshError(.unexpectedFrame, "assignments without a sealing key", at: place) }
                        return Assignment(token: item.token, tokenDigest: item.tokenDigest, payload: payload)
                    } catch let error as SealingError {
                        throw MeshError(.sealBroken, "the payload does not open", at: place, cause: error)
                    }
                })
        }
    }
}
