import ArgumentParser
import Foundation
import NexusAPI
import NexusBase
import NexusClause
import NexusMesh
import NexusOrchestration
import NexusRail

/// `nexus bench face`: what the HTTP API and the dashboard do on a rail with many jobs.
struct FaceCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "face", abstract: "The HTTP API and the dashboard of a rail with many jobs.",
        discussion: """
            Founds a rail with three node processes, fills it with certified jobs, and measures over HTTP on the loopback \
            address: submissions one by one and in batches, reads of a job, a list and a pack, each page and document \
            that people and monitors ask for, and the rail's memory with open event streams. Prints one JSON line each. \
            The client is this process, on the same processors.
            """)
    @OptionGroup var options: GlobalOptions
    @Option(help: "Jobs in the index before anything is measured.") var jobs = 100_000
    @Option(help: "Seconds of each kind of request.") var seconds = 5
    @Option(help: "Connections that send at once.") var connections = 16
    @Option(help: "Events in one batch.") var batch = 64
    @Option(help: "Event streams.") var streams = 1_000
    @Option(help: "The benchmark's folder; made anew.") var folder = ".nexus/bench-face"
    @Option(help: "The module; pays back its input.") var module = "Benchmarks/models/trivial.wasm"
    @Flag(help: "Then say where the rail is, and leave it up until interrupted.") var stay = false

    func run(on console: Console) async throws {
        let bytes = try Files.read(module, bytesMax: 8 << 20)
        let clause = try Clause(yaml: Array(DispatchClause.text(module: Digest(of: bytes)).utf8))
        try? FileManager.default.removeItem(atPath: folder)
        let local = try LocalRail(at: folder, validators: 0)
        do {
            let token = try found(local)
            let port = try LoopbackPort.free()
            let serving = ["--http", "\(port)", "--rate", "1000000"]
            try await local.start(serving)
            try await local.approveParties(issuer: clause.id.issuer.string, feed: "none")
            for index in local.operators.indices { try await local.startNode(index) }
            try await local.waitForNodes(local.operators.count)
            try await local.activate(clause, module: bytes)
            let client = FaceClient(base: "http://127.0.0.1:\(port)", token: token, connections: connections)
            do {
                try await measure(clause, local, client, serving)
            } catch {
                try? await client.close()
                throw error
            }
            try await client.close()
        } catch {
            await local.children.stop()
            throw error
        }
        await local.children.stop()
    }

    /// Makes the rail, and a token that may do everything that is measured.
    private func found(_ local: LocalRail) throws -> String {
        _ = try local.found(name: "bench")
        var generator = SystemRandomNumberGenerator()
        let token = AccessToken(drawn: (0..<38).map { _ in UInt8.random(in: 0...255, using: &generator) })
        var file = TokenFile()
        try file.add(token, name: "bench", roles: [.submitter], now: .now, expiresAt: nil)
        try local.folder.write(file.bytes, "tokens.json")
        return token.text
    }

    private func measure(
        _ clause: Clause, _ local: LocalRail, _ client: FaceClient, _ serving: [String]
    ) async throws {
        let load = Load(clause: clause, count: jobs, window: 1024, batch: 64, first: 0)
        let began = ContinuousClock.now
        _ = try await load.run(local.client)
        try await client.settle()
        say(["benchmark": "face.fill", "jobs": .int(jobs), "seconds": .text(began.duration(to: .now).inSeconds)])
        let run = FaceRun(clause: clause, local: local, client: client, seconds: seconds, connections: connections)
        // A process that has just started: what the filling left in its memory would hide what streams take.
        let stopped = ContinuousClock.now
        try await local.restart(serving)
        try await client.ready()
        say(["benchmark": "face.restart", "seconds": .text(stopped.duration(to: .now).inSeconds)])
        say(try await run.streams(streams, "streams"))
        for line in try await run.reads() { say(line) }
        for line in try await run.documents() { say(line) }
        say(try await run.streams(streams, "streamsAfterReads"))
        say(try await run.submissions())
        say(try await run.batches(of: batch))
        guard stay else { return }
        let places = try await run.places()
        say([
            "benchmark": "face.ready", "pages": .array(places.map { .text($0) }), "token": .text(client.token),
            "url": .text(client.base),
        ])
        try await untilToldToStop { try await Task.sleep(for: .seconds(86_400)) }
    }

    private func say(_ line: JSON) { FileHandle.standardOutput.writeWhole(line.canonicalString + "\n") }
}

extension Duration {
    /// Seconds with three places.
    var inSeconds: String { String(format: "%.3f", Double(wholeMilliseconds) / 1000) }
}
