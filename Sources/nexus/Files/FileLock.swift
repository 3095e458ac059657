import Foundation
import NexusBase

/// A lock between processes (`flock`), on a file that only serves as one and is never deleted.
enum FileLock {
    /// Runs `body` while no other process holds the lock. Throws `cli.locked` if others hold it for `limit`, `cli.io`.
    static func holding<Value>(
        _ path: String, within limit: Duration = .seconds(10), _ body: () throws -> Value
    ) async throws -> Value {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandError(.inputOutput, "the lock cannot be opened", at: path) }
        defer { close(descriptor) }
        let end = ContinuousClock.now + limit
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard ContinuousClock.now < end else {
                throw CommandError(.locked, "another command holds the lock; try again", at: path)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        return try body()
    }
}
