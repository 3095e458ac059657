import Foundation
import NexusBase
import Subprocess
import Synchronization

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// One process of a test, its output in a log file. It is ended by its id, whatever becomes of the test.
final class ChildProcess: Sendable {
    let id: pid_t
    private let task: Task<Void, Never>
    private let ending = Ending()

    private final class Ending: Sendable { let status = Mutex<TerminationStatus?>(nil) }

    /// Returns once the process runs.
    init(_ executable: String, _ arguments: [String], log: String, environment: [String: String] = [:]) async throws {
        let output = try FileDescriptor.open(
            FilePath(log), .writeOnly, options: [.create, .append], permissions: [.ownerReadWrite])
        let (started, announcement) = AsyncStream<pid_t>.makeStream()
        let changes = Dictionary(
            uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), Optional($1)) })
        task = Task { [ending] in
            defer {
                announcement.finish()
                try? output.close()
            }
            let outcome = try? await Subprocess.run(
                .path(FilePath(executable)), arguments: Arguments(arguments), environment: .inherit.updating(changes),
                input: .none, output: .fileDescriptor(output, closeAfterSpawningProcess: false),
                error: .fileDescriptor(output, closeAfterSpawningProcess: false)
            ) { execution in
                announcement.yield(execution.processIdentifier.value)
            }
            ending.status.withLock { $0 = outcome?.terminationStatus }
        }
        var found: pid_t?
        for await process in started {
            found = process
            break
        }
        guard let found else { throw ProcessFailure("\(executable) did not start") }
        id = found
    }

    func signal(_ signal: Int32) { kill(id, signal) }

    /// `kill -9`; returns when the process is gone.
    func kill9() async {
        signal(SIGKILL)
        await task.value
    }

    /// How the process ended, or nil if it did not within `limit`.
    func ended(within limit: Duration) async -> TerminationStatus? {
        let end = ContinuousClock.now + limit
        while true {
            if let status = ending.status.withLock({ $0 }) { return status }
            if ContinuousClock.now >= end { return nil }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}

struct ProcessFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Looks every 25 ms until `condition` holds. Throws with `what` after `limit`.
func eventually(
    _ what: String, within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(25))
    }
    throw ProcessFailure("not within \(limit): \(what)")
}
