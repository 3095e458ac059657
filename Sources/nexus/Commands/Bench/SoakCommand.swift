import ArgumentParser
import Foundation
import NexusBase
import NexusClause
import NexusNode
import NexusOrchestration
import NexusRail

/// `nexus bench soak`: a rail under steady work for a long time, with nodes that come, go and lie.
struct SoakCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak", abstract: "Memory and file descriptors over a long time, with churn.",
        discussion: """
            Jobs come at a steady rate. One node after the other is ended and started again, each third time as one that \
            signs wrong results. Prints one JSON line: per process the memory and the file descriptors after the warm-up \
            and at the end, each the middle one of half a minute. In the warm-up the first jobs come and go: a job leaves \
            the rail's memory a minute after its deadline, but for the ids by which a second event is known. Exit status 1: \
            a job was not certified or frozen, file descriptors grew, or a process grew by more than --growth MiB and, the \
            rail, by half a KB for each job.
            """)
    @OptionGroup var options: GlobalOptions
    @Option(help: "Minutes, after two of warm-up.") var minutes = 5
    @Option(help: "Jobs a second.") var rate = 20
    @Option(help: "Seconds between two changes of the nodes.") var churn = 10
    @Option(help: "MiB that a process may grow by, beside the ids of its jobs.") var growth = 8
    @Option(help: "The soak's folder; made anew.") var folder = ".nexus/soak"
    @Option(help: "The module; pays back its input.") var module = "Benchmarks/models/trivial.wasm"
    @Option(help: "A chart (SVG) of what was measured.") var chart: String?

    /// What stays of a job that settled: its ids, in two dictionaries and a list that double when they are full.
    private static let bytesPerJob = 512

    func run(on console: Console) async throws {
        let bytes = try Files.read(module, bytesMax: 8 << 20)
        let clause = try Clause(yaml: Array(DispatchClause.text(module: Digest(of: bytes)).utf8))
        try? FileManager.default.removeItem(atPath: folder)
        let local = try LocalRail(at: folder, validators: 0)
        let samples: [SoakSample]
        do {
            _ = try local.found(name: "soak")
            try await local.start()
            try await local.approveParties(issuer: clause.id.issuer.string, feed: "none")
            for index in local.operators.indices { try await local.startNode(index) }
            try await local.waitForNodes(local.operators.count)
            try await local.activate(clause, module: bytes)
            samples = try await soak(clause, local)
        } catch {
            await local.children.stop()
            throw error
        }
        await local.children.stop()
        let outcome = SoakOutcome(samples, bytesPerJob: Self.bytesPerJob)
        if let chart { try Files.write(Array(SoakChart(samples).svg.utf8), to: chart, replacing: true) }
        print(outcome.json.canonicalString)
        let problems = outcome.problems(growthMax: growth << 20)
        guard problems.isEmpty else {
            throw CommandError(.inputOutput, problems.joined(separator: "; "), at: folder)
        }
    }

    /// Works, changes nodes and measures until the time is over, and then until every job is decided.
    private func soak(_ clause: Clause, _ local: LocalRail) async throws -> [SoakSample] {
        let begun = ContinuousClock.now
        let end = begun + .seconds(60 * minutes + Int(SoakOutcome.warmUpSeconds))
        var samples: [SoakSample] = []
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await submit(clause, local, until: end) }
            group.addTask { try await change(local, until: end) }
            while ContinuousClock.now < end {
                samples.append(try await SoakSample(local, after: begun.duration(to: .now)))
                try await Task.sleep(for: .seconds(5))
            }
            try await group.waitForAll()
        }
        for _ in 0..<120 {
            let last = try await SoakSample(local, after: begun.duration(to: .now))
            if last.openJobs == 0 || ContinuousClock.now > end + .seconds(60) {
                samples.append(last)
                break
            }
            try await Task.sleep(for: .milliseconds(500))
        }
        return samples
    }

    private func submit(_ clause: Clause, _ local: LocalRail, until end: ContinuousClock.Instant) async throws {
        let load = Load(clause: clause, count: 0, window: 1, batch: 1, first: 50_000_000)
        try await local.client.withConnection { [rate] connection in
            var next = 0
            while ContinuousClock.now < end {
                let events = (next..<next + max(1, rate / 4)).map { load.event($0) }
                next += events.count
                for answer in try await connection.submit(events) { _ = try answer.get() }
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    /// Ends one node after the other and starts it again, now and then as a liar.
    private func change(_ local: LocalRail, until end: ContinuousClock.Instant) async throws {
        var turn = 0
        while ContinuousClock.now + .seconds(churn) < end {
            try await Task.sleep(for: .seconds(churn))
            let index = turn % local.operators.count
            let name = "node-\(index + 1)"
            await local.children.stop(name)
            // Never two liars at once: the next node's turn comes after this one is honest again.
            let lies = turn % (local.operators.count + 1) == 0
            try local.children.start(
                name, ["node", "run", local.node(index).path] + (lies ? ["--drill", Drill.wrongOutput.rawValue] : []))
            if lies {
                try await Task.sleep(for: .seconds(max(1, churn / 2)))
                await local.children.stop(name)
                try local.children.start(name, ["node", "run", local.node(index).path])
            }
            turn += 1
        }
    }
}
