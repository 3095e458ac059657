import Foundation
package import Logging
import NIOPosix
package import NexusBase
import Synchronization

/// Who may do what: the tokens of the rail's folder, read again whenever the file changes.
package final class Access: Sendable {
    /// Who sent a request.
    package struct Identity: Sendable {
        package let id: Text
        package let name: Text
        package let roles: [Role]
    }

    private struct State {
        var tokens = TokenFile()
        var stamp = ""
    }

    private let path: String
    private let open: Set<PublicPart>
    let now: @Sendable () -> Instant
    private let logger: Logger
    private let state = Mutex(State())

    package init(path: String, open: Set<PublicPart>, now: @escaping @Sendable () -> Instant, logger: Logger) {
        self.path = path
        self.open = open
        self.now = now
        self.logger = logger
        reload()
    }

    /// Looks at the file four times a second until the task is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(250))
            try await NIOThreadPool.singleton.runIfActive { self.reload() }
        }
    }

    /// A file that cannot be read lets nobody in.
    private func reload() {
        var status = stat()
        let isThere = stat(path, &status) == 0
        let stamp =
            isThere ? "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)" : ""
        guard state.withLock({ $0.stamp }) != stamp else { return }
        var tokens = TokenFile()
        if isThere {
            do { tokens = try TokenFile(parsing: Array(Data(contentsOf: URL(filePath: path)))) } catch {
                logger.error("the token file cannot be read: nobody gets in", metadata: ["reason": "\(error)"])
            }
        }
        state.withLock { $0 = State(tokens: tokens, stamp: stamp) }
    }

    package func identity(token text: some StringProtocol) -> Identity? {
        guard let token = AccessToken(parsing: text) else { return nil }
        return state.withLock { $0.tokens.entry(of: token, at: now()) }.map {
            Identity(id: $0.id, name: $0.name, roles: $0.roles)
        }
    }

    /// Throws `api.unauthenticated` or `api.forbidden`.
    func check(_ permission: Permission, _ identity: Identity?) throws {
        switch permission {
        case .open, .published: return
        case .log where open.contains(.log), .evidence where open.contains(.evidence): return
        default: break
        }
        guard let identity else {
            throw APIError(.unauthenticated, "a token is needed: Authorization: Bearer nxt_…")
        }
        guard identity.roles.contains(where: { $0.allows(permission) }) else {
            let roles = Role.allCases.filter { $0.allows(permission) }.map(\.rawValue).joined(separator: ", ")
            throw APIError(.forbidden, "token \(identity.id) lacks a role that may do this: \(roles)")
        }
    }
}
