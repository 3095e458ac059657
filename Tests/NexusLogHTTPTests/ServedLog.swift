import Foundation
import Logging
import NexusBase
import NexusLog
import NexusLogStore
import NexusWitness
import Synchronization

@testable import NexusLogHTTP

/// A log on disk that grows and signs.
final class ServedLog: Sendable {
    let writer: LogWriter
    private let signer: Ed25519NoteSigner

    init(_ folder: String, entries: Int) async throws {
        signer = try Ed25519NoteSigner(name: "rail.example/log", seed: [UInt8](repeating: 1, count: 32))
        writer = try LogWriter(directory: folder, origin: signer.key.name, keys: [signer.key])
        try await grow(by: entries)
    }

    var witnessed: WitnessedLog { WitnessedLog(origin: signer.key.name, keys: [signer.key]) }

    func grow(by count: Int) async throws {
        let size = writer.size
        _ = try await writer.append((size..<size + count).map { Array("entry \($0)".utf8) })
        try await writer.commit(SignedCheckpoint(writer.checkpointToSign(), signedBy: signer))
    }
}

final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
}

final class Folder: Sendable {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "nexus-log-http-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Runs a server on a free port while `body` asks it.
func serving(_ content: LogServer.Content, _ body: (LogURL) async throws -> Void) async throws {
    let (ports, running) = AsyncStream<Int>.makeStream()
    let server = LogServer(content, host: "127.0.0.1", port: 0, logger: Logger(label: "test")) { port in
        running.yield(port)
    }
    let task = Task {
        defer { running.finish() }
        try await server.run()
    }
    defer { task.cancel() }
    guard let port = await ports.first(where: { _ in true }) else {
        try await task.value
        return
    }
    try await body(LogURL("http://127.0.0.1:\(port)"))
    task.cancel()
    _ = await task.result
}

/// Opens a witness's folder once the one before has let go of it: in one process its server's last connection may hold
/// it a moment longer.
func reopened(_ folder: String, _ log: WitnessedLog, _ signer: Ed25519NoteSigner) async throws -> Witness {
    let end = ContinuousClock.now + .seconds(30)
    while true {
        do { return try Witness(directory: folder, logs: [log], signers: [signer]) } catch let error as WitnessError
            where error.code == .locked && ContinuousClock.now < end
        {
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
