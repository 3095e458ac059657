import NexusBase
import NexusTrust
import Synchronization

/// Statements of open jobs, for validators that check each quorum before they cosign.
final class StatementCache: Sendable {
    private let statements = Mutex<[Digest: Envelope]>([:])
    private let isUsed: Bool

    /// Keeps nothing on a rail without validators.
    init(isUsed: Bool) { self.isUsed = isUsed }

    func keep(_ envelope: Envelope) {
        guard isUsed else { return }
        statements.withLock { $0[envelope.payloadDigest] = envelope }
    }

    func take(_ digests: [Digest]) -> [Envelope] {
        statements.withLock { statements in digests.compactMap { statements[$0] } }
    }

    func forget(_ digests: [Digest]) {
        statements.withLock { statements in for digest in digests { statements[digest] = nil } }
    }
}
