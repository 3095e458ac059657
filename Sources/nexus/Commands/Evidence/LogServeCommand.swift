import ArgumentParser
import Logging
import NexusBase
import NexusLogHTTP
import NexusLogStore
import ServiceLifecycle
import UnixSignals

/// `nexus log serve`: a log's folder over HTTP.
struct LogServeCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a log's folder over HTTP, read-only, until told to stop.",
        discussion: """
            EXAMPLE
              nexus log serve .nexus/demo/log --port 8080

            The files of c2sp.org/tlog-tiles with cache headers: full tiles and bundles never change, the checkpoint and \
            partial tiles may be kept for seconds. Nothing else of the folder is served. Any web server or object store \
            can serve the same folder. TLS is for what stands before it.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @Argument(help: "The log's folder.", completion: .directory) var folder: String
    @OptionGroup var listener: ListenerOptions

    func run(on console: Console) async throws {
        guard Files.isFolder(folder) else { throw CommandError(.notFound, "there is no such folder", at: folder) }
        try await listener.serve(.log(LogReader(directory: folder)), label: "nexus.log", on: console)
    }
}

/// Where a server listens.
struct ListenerOptions: ParsableArguments {
    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; any free one if 0.") var port = 0

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535.") }
    }

    /// Says where it serves, and serves until SIGTERM or SIGINT.
    func serve(_ content: LogServer.Content, label: String, on console: Console) async throws {
        let logger = Logger.shell(label)
        let server = LogServer(content, host: host, port: port, logger: logger) { [host] port in
            let url = "http://\(host):\(port)"
            console.say("\(good: console.marks.done) serving at \(bold: url)")
            console.result(["url": .text(url)])
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: server)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }
}
