import ArgumentParser
import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusMesh
import NexusOrchestration
import NexusRail
import NexusTrust
import Synchronization

/// `nexus bench`: measurements of a whole rail on this machine.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure a rail on this machine.",
        subcommands: [Dispatch.self, FaceCommand.self, SoakCommand.self])

    /// Certified jobs a second: three node processes, 2-of-3, durable, a trivial model.
    struct Dispatch: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Certified jobs a second, 2-of-3, durable, three node processes, a trivial model.",
            discussion: """
                Prints one JSON line: jobs a second, latency from submission to certificate, fsyncs of the rail's journal, \
                and processor time per job by process. The rail has no validators unless --validators asks for them, so that \
                figures of other versions and of the prototype compare; --window sets how many jobs are in flight.
                """)
        @OptionGroup var options: GlobalOptions
        @Option(help: "Jobs to certify.") var jobs = 20_000
        @Option(help: "Jobs in flight at most.") var window = 1024
        @Option(help: "Jobs in one submission.") var batch = 64
        @Option(help: "Validators that must all cosign.") var validators = 0
        @Option(help: "The benchmark's folder; made anew.") var folder = ".nexus/bench"
        @Option(help: "The module; pays back its input.") var module = "Benchmarks/models/trivial.wasm"

        func run(on console: Console) async throws {
            let bytes = try Files.read(module, bytesMax: 8 << 20)
            let clause = try Clause(yaml: Array(DispatchClause.text(module: Digest(of: bytes)).utf8))
            try? FileManager.default.removeItem(atPath: folder)
            let local = try LocalRail(at: folder, validators: max(0, validators))
            do {
                _ = try local.found(name: "bench")
                try await local.start()
                try await local.startValidators()
                try await local.approveParties(issuer: clause.id.issuer.string, feed: "none")
                for index in local.operators.indices { try await local.startNode(index) }
                try await local.waitForNodes(local.operators.count)
                try await local.activate(clause, module: bytes)
                // A warm-up that is not counted: modules are compiled, sessions are filled.
                _ = try await Load(clause: clause, count: min(jobs, 2000), window: window, batch: batch, first: 0)
                    .run(local.client)
                let line = try await measure(clause, local)
                print(line.canonicalString)
            } catch {
                await local.children.stop()
                throw error
            }
            await local.children.stop()
        }

        private func measure(_ clause: Clause, _ local: LocalRail) async throws -> JSON {
            let before = try await Counters(local)
            let load = Load(clause: clause, count: jobs, window: window, batch: batch, first: 1_000_000)
            let outcome = try await load.run(local.client)
            let after = try await Counters(local)
            let perJob = after.processor.merging(before.processor) { $0 - $1 }.mapValues { $0 / Double(jobs) * 1e6 }
            let cpu = perJob.keys.sorted().map { (Text($0), JSON.int(Int((perJob[$0] ?? 0).rounded()))) }
            return [
                "batch": .int(batch), "benchmark": "dispatch", "certified": .int(outcome.latencies.count),
                "cores": .int(ProcessInfo.processInfo.activeProcessorCount),
                "cpuMicrosecondsPerJob": .object(JSONObject(cpu)),
                "fsyncsJournal": .int(after.commits - before.commits),
                "jobsPerSecond": .int(Int(Double(outcome.latencies.count) / outcome.seconds)),
                "journalBytesPerJob": .int((after.bytes - before.bytes) / jobs),
                "p50Milliseconds": .int(outcome.percentile(50)), "p99Milliseconds": .int(outcome.percentile(99)),
                "rollups": .int(after.logSize - before.logSize), "window": .int(window),
            ]
        }
    }
}

extension LocalRail {
    /// Publishes a clause of a benchmark and takes it to `active`.
    func activate(_ clause: Clause, module: [UInt8]) async throws {
        let governor = try Governor(folder)
        _ = try await ClausePublisher.publish(clause, module: module, by: issuer, on: folder)
        for stage in [LifecycleStage.simulated, .reviewed, .active] {
            try await governor.decide(
                .advanceClause(
                    digest: clause.digest, stage: stage, report: stage == .simulated ? clause.digest : nil,
                    note: "benchmark"), approving: Array(committee.prefix(3)))
        }
    }
}

/// What the rail and the operating system count.
private struct Counters {
    let commits: Int
    let bytes: Int
    let logSize: Int
    let processor: [String: Double]

    init(_ local: LocalRail) async throws {
        var fields = try Fields(await local.client.call(["operation": "status"]), at: "status")
        (commits, bytes) = try fields.object("journal") { fields in
            _ = fields.optional("records")
            return (try fields.integer("commits"), try fields.integer("bytes"))
        }
        logSize = try fields.integer("logSize")
        var times = local.children.processorTime()
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        times["client"] =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
        processor = times
    }
}

/// A stream of submissions with a bounded number in flight.
struct Load {
    let clause: Clause
    let count: Int
    let window: Int
    let batch: Int
    let first: Int

    struct Outcome: Sendable {
        let seconds: Double
        /// Milliseconds, sorted.
        let latencies: [Int]

        func percentile(_ percent: Int) -> Int {
            latencies.isEmpty ? 0 : latencies[min(latencies.count - 1, latencies.count * percent / 100)]
        }
    }

    private final class Progress: Sendable {
        struct State {
            var submitted: [Digest: ContinuousClock.Instant] = [:]
            var certified: [Digest: ContinuousClock.Instant] = [:]
        }
        let state = Mutex(State())
        var certified: Int { state.withLock { $0.certified.count } }
    }

    func run(_ client: ControlClient) async throws -> Outcome {
        let progress = Progress()
        let start = ContinuousClock.now
        try await client.withConnection { [count, window, batch] connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await connection.watch { news in
                        guard case .object(let object) = news, case .array(let jobs)? = object["certified"] else {
                            return true
                        }
                        let now = ContinuousClock.now
                        let done = try progress.state.withLock { state in
                            for case .string(let text) in jobs { state.certified[try Digest(parsing: text)] = now }
                            return state.certified.count
                        }
                        return done < count
                    }
                }
                for from in stride(from: 0, to: count, by: batch) {
                    while from - progress.certified >= window { try await Task.sleep(for: .milliseconds(1)) }
                    let events = (from..<min(from + batch, count)).map { event($0) }
                    group.addTask {
                        let began = ContinuousClock.now
                        for answer in try await connection.submit(events) {
                            let job = try answer.get().id
                            progress.state.withLock { $0.submitted[job] = began }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let elapsed = ContinuousClock.now - start
        let latencies = progress.state.withLock { state in
            state.certified.compactMap { job, end in
                state.submitted[job].map { Int((end - $0).wholeMilliseconds) }
            }.sorted()
        }
        return Outcome(
            seconds: Double(elapsed.wholeMilliseconds) / 1000, latencies: latencies)
    }

    func event(_ index: Int) -> Event {
        let number = Text(String(first + index))
        return Event(
            clause: clause.digest.text, occurrence: number,
            trigger: TriggerEvent(kind: "manual", source: "nexus bench", eventID: number),
            inputs: [.init(name: "x", value: number.bytes, edition: "", retrievedAt: .now, reading: nil)])
    }
}

/// The benchmark's clause: gives back its input.
enum DispatchClause {
    static func text(module: Digest) -> String {
        """
        format: nexus.clause/v1
        id: BENCH::Dispatch@1.0.0
        title: Benchmark of dispatch
        language: en
        text: Nothing is owed under this clause.
        domain: benchmark
        jurisdiction: PE
        parties: []
        validity: { from: 1950-01-01T00:00:00.000Z }
        trigger: { kinds: [manual], source: nexus bench }
        occurrence: { name: number, kind: text }
        inputs: [ { name: x, kind: decimal, editions: [] } ]
        parameters: [ { name: bound, value: 999999999 } ]
        computation:
          kind: wasm
          module: \(module)
          fuel: 10000000
          memoryBytes: 4194304
          outputBytes: 4096
          wallTimeMilliseconds: 1000
        outputs: [ { name: y } ]
        terms: [ { name: above, expression: y > bound, role: trigger } ]
        execution:
          riskClass: financial
          tier: quorum
          nodes: 3
          quorum: 2
          unanimous: false
          retryMax: 2
          deadlineMilliseconds: 30000
          distinct: [operator]
          jurisdictions: []
          attestation: [simulated]
          onRevocation: fence
          priority: 5
        actions: []
        correctionActions: []
        governance: { policies: [], contact: bench@example.org }
        """
    }
}
