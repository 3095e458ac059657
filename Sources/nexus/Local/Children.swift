import Foundation
import NexusBase
import Subprocess
import Synchronization

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// The processes that a command starts beside itself: each logs to a file, all end with the command.
final class Children: Sendable {
    private let folder: String
    private let tasks = Mutex<[String: Task<Void, Never>]>([:])
    private let processes = Mutex<[String: pid_t]>([:])

    /// `folder` takes the logs.
    init(logs folder: String) throws {
        self.folder = folder
        try Files.makeFolder(folder)
    }

    /// Starts `nexus` with these arguments.
    func start(_ name: String, _ arguments: [String]) throws {
        let log = try FileDescriptor.open(
            FilePath("\(folder)/\(name).log"), .writeOnly, options: [.create, .append], permissions: [.ownerReadWrite])
        let executable = Self.executable
        let task = Task { [self] in
            var options = PlatformOptions()
            options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
            _ = try? await Subprocess.run(
                .path(FilePath(executable)), arguments: Arguments(arguments), platformOptions: options, input: .none,
                output: .fileDescriptor(log, closeAfterSpawningProcess: false),
                error: .fileDescriptor(log, closeAfterSpawningProcess: false)
            ) { execution in
                let process = execution.processIdentifier.value
                processes.withLock { $0[name] = process }
            }
            try? log.close()
        }
        tasks.withLock { $0[name] = task }
    }

    /// Ends one and waits until it is gone.
    func stop(_ name: String) async {
        processes.withLock { $0[name] = nil }
        let task = tasks.withLock { $0.removeValue(forKey: name) }
        task?.cancel()
        await task?.value
    }

    /// The ids of those that run, by name.
    var identifiers: [String: Int32] { processes.withLock { $0 } }

    /// Ends all and waits until they are gone.
    func stop() async {
        let running = tasks.withLock { tasks in
            defer { tasks = [:] }
            return tasks
        }
        for task in running.values { task.cancel() }
        for task in running.values { await task.value }
    }

    /// Processor seconds that the processes used so far, by name (Linux).
    func processorTime() -> [String: Double] {
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        return processes.withLock { $0 }.compactMapValues { process in
            guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { return nil }
            let fields = text[text.index(after: end)...].split(separator: " ")
            guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
            return (user + system) / ticks
        }
    }

    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }
}
