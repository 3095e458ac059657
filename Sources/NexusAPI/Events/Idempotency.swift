import NexusBase
import NexusIndex
import Synchronization

/// Remembers what was answered under each key of each token. What was forgotten, or was before a restart, is in the
/// journal: the digest of the body, and the job of its occurrence.
final class Idempotency: Sendable {
    private struct Name: Hashable {
        let token: Text
        let key: Text
    }

    private enum Entry {
        case running(Digest)
        case done(Digest, Reply)
    }

    private struct State {
        var entries: [Name: Entry] = [:]
        /// Names of answered requests, oldest first.
        var order: [Name] = []
    }

    private let state = Mutex(State())

    /// Runs `body`, or gives the answer that the same request had. Throws `api.key-reused` if the body is another one,
    /// `api.key-in-use` while the first is being answered. Nothing is remembered of a request that threw.
    func once(
        _ key: Text?, _ identity: Access.Identity?, _ digest: Digest, _ index: RailIndex,
        _ body: () async throws -> Reply
    ) async throws -> Reply {
        guard let key, let identity else { return try await body() }
        let name = Name(token: identity.id, key: key)
        if let known = try begin(name, digest) { return known }
        do {
            if let first = try await index.request(of: identity.id.string, key: key.string), first != digest.description
            {
                throw Self.reused
            }
            let reply = try await body()
            finish(name, .done(digest, reply))
            return reply
        } catch {
            finish(name, nil)
            throw error
        }
    }

    private static var reused: APIError {
        APIError(.keyReused, "this key came before with another body", at: "idempotency-key")
    }

    private func begin(_ name: Name, _ digest: Digest) throws -> Reply? {
        try state.withLock { state in
            switch state.entries[name] {
            case .running(let first):
                if first != digest { throw Self.reused }
                throw APIError(.keyInUse, "the first request with this key is being answered", at: "idempotency-key")
            case .done(let first, let reply):
                if first != digest { throw Self.reused }
                return reply
            case nil:
                state.entries[name] = .running(digest)
                return nil
            }
        }
    }

    private func finish(_ name: Name, _ entry: Entry?) {
        state.withLock { state in
            state.entries[name] = entry
            guard entry != nil else { return }
            state.order.append(name)
            guard state.order.count > APILimits.keysKeptMax else { return }
            let old = state.order.prefix(state.order.count / 2)
            for name in old { state.entries[name] = nil }
            state.order.removeFirst(old.count)
        }
    }
}
