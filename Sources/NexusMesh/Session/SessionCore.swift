import Synchronization

/// What both ends of a session have: two bounded queues and one end.
final class SessionCore<Incoming: Sendable, Outgoing: Batchable>: Sendable {
    let inbound = BoundedQueue<Incoming>()
    let outbound = BoundedQueue<Outgoing>()
    private let over = BoundedQueue<Never>()
    private let written = BoundedQueue<Never>()
    private let endReason = Mutex<MeshError?>(nil)

    /// Why the session ended, if it was not by both sides being done.
    var reason: MeshError? { endReason.withLock { $0 } }

    /// Ends the session at once. The first reason stays.
    func end(_ reason: MeshError) {
        let first = endReason.withLock { current in
            defer { current = current ?? reason }
            return current ?? reason
        }
        inbound.finish(throwing: first, discarding: true)
        outbound.finish(throwing: first, discarding: true)
        over.finish()
    }

    func send(_ message: Outgoing) async throws {
        try await outbound.push(message, weight: message.weight)
    }

    /// Writes what is queued, in as few frames as the limits allow, until the queue is finished or the session ends.
    func write(_ writeFrame: (Outgoing) async throws -> Void) async {
        do {
            while let messages = try await outbound.take(MeshLimits.queueMessagesMax) {
                for message in Outgoing.batched(messages) { try await writeFrame(message) }
            }
        } catch {
            end(MeshError(transport: error))
        }
        written.finish()
    }

    /// Returns when nothing more will be written.
    func untilWritten() async throws { _ = try await written.take() }

    /// Runs `body` to its end, or cancels it when the session ends and throws the reason.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await body() }
                group.addTask { [over] in
                    _ = try? await over.take()
                    return nil
                }
                defer { group.cancelAll() }
                while let finished = try await group.next() {
                    if let finished { return finished }
                    group.cancelAll()
                }
                throw CancellationError()
            }
        } catch {
            throw reason ?? error
        }
    }
}

/// The messages of a session, in order. One task at a time may read them.
///
/// Ends when the peer is done; throws the `MeshError` that ended the session otherwise.
package struct MeshInbound<Message: Sendable>: AsyncSequence, Sendable {
    package typealias Element = Message

    let queue: BoundedQueue<Message>

    package struct AsyncIterator: AsyncIteratorProtocol {
        let queue: BoundedQueue<Message>

        package mutating func next() async throws -> Message? {
            try await queue.take()?.first
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: queue) }
}

/// Runs `body`, or cancels it after `limit` and throws `failure`.
func withTimeLimit<Value: Sendable>(
    _ limit: Duration, _ failure: MeshError, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        // The group holds two tasks, so there is a first.
        guard let first = try await group.next(), let value = first else { throw failure }
        return value
    }
}
