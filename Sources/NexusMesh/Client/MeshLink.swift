import NexusBase

/// A session with a rail: the node's or validator's end.
package final class MeshLink: Sendable {
    package let welcome: Welcome
    let core: SessionCore<RailMessage, NodeMessage>

    init(welcome: Welcome, core: SessionCore<RailMessage, NodeMessage>) {
        self.welcome = welcome
        self.core = core
    }

    /// What the rail sends, in order, payloads open; one task at a time may read it.
    package var inbound: MeshInbound<RailMessage> { MeshInbound(queue: core.inbound) }

    /// Queues a message; any task may, at any time. Lists of any length are split over frames.
    ///
    /// Returns when it is queued, and waits while the queue is full. Throws `mesh.too-large` or `mesh.malformed-frame`
    /// for what no frame carries, or the reason for which the session ended.
    package func send(_ message: NodeMessage) async throws {
        try message.check()
        switch message {
        case .answers(let answers) where answers.isEmpty: return
        case .materialRequest(let digests) where digests.isEmpty: return
        default: try await core.send(message)
        }
    }
}
