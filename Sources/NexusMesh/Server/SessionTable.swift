import NexusBase
import Synchronization

/// Who is connected, who is revoked, and whether the server still takes sessions.
final class SessionTable: Sendable {
    private struct State {
        var sessions: [PeerName: MeshSession] = [:]
        var revoked: Set<PeerName>
        var draining = false
    }

    private let state: Mutex<State>
    private let drainStarted = BoundedQueue<Never>()

    init(revoked: Set<PeerName>) { state = Mutex(State(revoked: revoked)) }

    /// Throws `mesh.revoked`, `mesh.draining`.
    func admit(_ name: PeerName) throws {
        try state.withLock { state in try Self.admit(name, state) }
    }

    private static func admit(_ name: PeerName, _ state: State) throws {
        if state.revoked.contains(name) { throw MeshError(.revoked, "\(name) is revoked") }
        if state.draining { throw MeshError(.draining, "the rail is shutting down") }
    }

    /// Takes a session in; an earlier one of the same name ends. Throws as `admit`, and `mesh.busy`.
    func insert(_ session: MeshSession) throws {
        let name = session.peer.name
        let earlier = try state.withLock { state -> MeshSession? in
            try Self.admit(name, state)
            if state.sessions[name] == nil, state.sessions.count >= MeshLimits.sessionsMax {
                throw MeshError(.busy, "\(MeshLimits.sessionsMax) sessions are open")
            }
            return state.sessions.updateValue(session, forKey: name)
        }
        earlier?.close(MeshError(.superseded, "\(name) opened another session"))
    }

    func remove(_ session: MeshSession) {
        state.withLock { state in
            if state.sessions[session.peer.name] === session { state.sessions[session.peer.name] = nil }
        }
    }

    func setRevoked(_ names: Set<PeerName>) {
        let sessions = state.withLock { state in
            state.revoked = names
            return names.compactMap { state.sessions[$0] }
        }
        for session in sessions { session.close(MeshError(.revoked, "\(session.peer.name) is revoked")) }
    }

    var all: [MeshSession] { state.withLock { Array($0.sessions.values) } }

    /// From now on nobody is admitted.
    func startDraining() {
        state.withLock { $0.draining = true }
        drainStarted.finish()
    }

    /// Returns when draining has started; throws `CancellationError`.
    func untilDraining() async throws { _ = try await drainStarted.take() }
}
