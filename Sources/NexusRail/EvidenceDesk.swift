import NexusBase
import NexusMesh
import Synchronization

/// The nonces that a session's node was challenged with. Each is taken once: evidence over an older one is of no use.
final class EvidenceDesk: Sendable {
    static let challengeKind = "attestation-challenge"
    /// How long a node may take for its first evidence: a TPM's signature takes most of a second.
    static let patience = Duration.seconds(20)

    private let nonce = Mutex<[UInt8]?>(nil)

    /// Draws a nonce; the one before counts no more.
    func challenge() -> Material {
        let drawn = RailEngine.draw()
        nonce.withLock { $0 = drawn }
        return Material(kind: Self.challengeKind, digest: Digest(of: drawn), bytes: drawn)
    }

    /// Throws `mesh.unexpected-frame` for evidence that nobody asked for.
    func take() throws -> [UInt8] {
        let taken = nonce.withLock { nonce in
            defer { nonce = nil }
            return nonce
        }
        guard let taken else {
            throw MeshError(.unexpectedFrame, "evidence without a challenge", at: "node-frame.evidence")
        }
        return taken
    }

    /// The session's first message must be evidence. Throws `mesh.timed-out`, `mesh.unexpected-frame`.
    func firstEvidence(of session: MeshSession) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                for try await message in session.inbound {
                    guard case .evidence(let bytes) = message else {
                        throw MeshError(.unexpectedFrame, "the first message is evidence", at: "node-frame")
                    }
                    return bytes
                }
                throw MeshError(.closed, "the session ended before its evidence")
            }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw MeshError(.timedOut, "no evidence within \(Self.patience)")
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() else { throw MeshError(.closed, "no evidence") }
            return bytes
        }
    }
}
