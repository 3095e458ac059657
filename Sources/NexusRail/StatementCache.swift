import NexusBase
import NexusTrust
import Synchronization

/// Statements of open jobs, for validators that check each quorum before they cosign. What is not here is in the
/// journal.
final class StatementCache: Sendable {
    /// Two generations: the older goes when the newer is full, and with it statements that came too late for a quorum.
    private struct Generations {
        var newer: [Digest: Envelope] = [:]
        var older: [Digest: Envelope] = [:]
    }

    private static let generationMax = 4096

    private let statements = Mutex(Generations())
    private let isUsed: Bool

    /// Keeps nothing on a rail without validators.
    init(isUsed: Bool) { self.isUsed = isUsed }

    func keep(_ envelope: Envelope) {
        guard isUsed else { return }
        let digest = envelope.payloadDigest
        statements.withLock { statements in
            statements.newer[digest] = envelope
            guard statements.newer.count >= Self.generationMax else { return }
            statements.older = statements.newer
            statements.newer = [:]
        }
    }

    /// Those of `digests` that are here, in order. They are let go of.
    func take(_ digests: [Digest]) -> [Envelope] {
        statements.withLock { statements in
            digests.compactMap { digest in
                statements.newer.removeValue(forKey: digest) ?? statements.older.removeValue(forKey: digest)
            }
        }
    }
}
