import ArgumentParser
import Foundation

/// Where the process begins and ends: parses, runs, and turns what went wrong into a status and a sentence.
@main
enum Main {
    static func main() async {
        CrashReport.withoutMemory()
        // A reader that goes away must not end us in the middle of a write.
        signal(SIGPIPE, SIG_IGN)
        let command: any ParsableCommand
        do {
            command = try Nexus.parseAsRoot()
        } catch {
            leave(withUsage: error)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                var synchronous = command
                try synchronous.run()
            }
        } catch {
            // Help, completion scripts and groups of commands are the argument parser's own commands.
            guard let command = command as? any NexusCommand, !ErrorReport.isUsage(error) else {
                leave(withUsage: error)
            }
            let report = ErrorReport(error)
            report.show(on: Console(command.options))
            Foundation.exit(report.status.rawValue)
        }
    }

    /// Help, version and completion scripts are answers; anything else is a usage error.
    private static func leave(withUsage error: any Error) -> Never {
        if let exit = error as? ExitCode { Foundation.exit(exit.rawValue) }
        let text = Nexus.fullMessage(for: error)
        let isAnswer = Nexus.exitCode(for: error).isSuccess
        let stream = isAnswer ? FileHandle.standardOutput : .standardError
        if !text.isEmpty { stream.writeWhole(text + "\n") }
        Foundation.exit(isAnswer ? ExitStatus.done.rawValue : ExitStatus.usage.rawValue)
    }
}

/// A command of ours: it has the global options and is given a console.
protocol NexusCommand: AsyncParsableCommand {
    var options: GlobalOptions { get }
    func run(on console: Console) async throws
}

extension NexusCommand {
    mutating func run() async throws { try await run(on: Console(options)) }
}

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Flag(help: "Print one JSON document on standard output; everything for people goes to standard error.")
    var json = false

    @Flag(name: [.short, .long], help: "Print errors and warnings only.")
    var quiet = false

    @Flag(name: .customLong("no-color"), help: "No colours. So does a NO_COLOR in the environment.")
    var noColor = false
}
