import NexusBase

/// One node or validator, connected: the rail's end of a session.
package final class MeshSession: Sendable {
    /// 16 bytes, drawn for this session.
    package let id: [UInt8]
    /// Who it is, by its certificate.
    package let peer: MeshPeer
    /// What it said of itself; role and DID are the certificate's.
    package let hello: Hello
    let core: SessionCore<NodeMessage, RailMessage>

    init(id: [UInt8], peer: MeshPeer, hello: Hello, core: SessionCore<NodeMessage, RailMessage>) {
        self.id = id
        self.peer = peer
        self.hello = hello
        self.core = core
    }

    /// What the peer sends, in order; one task at a time may read it.
    package var inbound: MeshInbound<NodeMessage> { MeshInbound(queue: core.inbound) }

    /// Queues a message; any task may, at any time. Lists of any length are split over frames.
    ///
    /// Returns when it is queued, and waits while the queue is full. Payloads are sealed in the order in which
    /// they are written. Throws `mesh.too-large` or `mesh.malformed-frame` for what no frame carries,
    /// `mesh.unexpected-frame`
    /// for assignments to a peer without a sealing key, or the reason for which the session ended.
    package func send(_ message: RailMessage) async throws {
        try message.check()
        if case .assignments = message, hello.sealingPublicKey.isEmpty {
            throw MeshError(.unexpectedFrame, "the peer gave no sealing key, so it gets no assignments")
        }
        if message.isEmpty { return }
        try await core.send(message)
    }

    /// Ends the session at once, with a reason that the peer sees. What is queued is dropped.
    package func close(_ reason: MeshError) { core.end(reason) }
}

extension RailMessage {
    /// A list without elements says nothing and is not sent.
    fileprivate var isEmpty: Bool {
        switch self {
        case .materials(let items): items.isEmpty
        case .assignments(let items): items.isEmpty
        case .cancel(let digests): digests.isEmpty
        case .validationRequest, .drain: false
        }
    }
}
