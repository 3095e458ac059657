import Foundation
package import NexusBase
package import NexusEvidence
package import NexusJournal
import NexusMesh
package import NexusOrchestration
import Synchronization

/// The one owner of the core: journals each input, steps, and lets the effects out once the record is durable.
final class RailEngine: Sendable {
    static let inputKind = JournalKind(rawValue: 1)
    static let decisionKind = JournalKind(rawValue: 2)

    private struct Core {
        var orchestrator: Orchestrator
        var nextSequence: Int
        var lastNow = Instant(milliseconds: 0)
        var nextRequest = 1
        var isStopped = false
    }

    private let core: Mutex<Core>
    let journal: Journal
    /// Effects whose inputs are durable, in order.
    let effects: AsyncStream<[Effect]>
    private let outlet: AsyncStream<[Effect]>.Continuation
    private let answers = Mutex<[RequestID: AnswerCollector]>([:])

    /// Replays the journal at `path`. Blocks. Throws `rail.replay-diverged` if a step decides something else than it did.
    init(path: String, trust: TrustFile) throws {
        let replay = Mutex(JournalReplay(trust: trust))
        journal = try Journal(path: path) { entry in try replay.withLock { try $0.take(entry) } }
        let orchestrator = try replay.withLock { try $0.finish() }
        core = Mutex(
            Core(
                orchestrator: orchestrator, nextSequence: Int(journal.head.sequence) + 1,
                lastNow: replay.withLock { $0.lastNow }))
        (effects, outlet) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Reads the state. Keep it short: inputs wait.
    func read<Value>(_ body: (Orchestrator) throws -> Value) rethrows -> Value {
        try core.withLock { try body($0.orchestrator) }
    }

    /// Journals and steps one input; its effects come out of `effects` after the fsync.
    func submit(_ input: Input) {
        let inputBytes = InputRecord.inputBytes(input)
        let entropy = Self.draw()
        core.withLock { core in
            guard !core.isStopped else { return }
            // Time never runs backwards in the journal, whatever the clock does.
            core.lastNow = max(core.lastNow, .now)
            let context = StepContext(now: core.lastNow, entropy: entropy, sequence: core.nextSequence)
            let effects = core.orchestrator.step(input, at: context)
            var records = [JournalRecord(kind: Self.inputKind, bytes: InputRecord.bytes(input: inputBytes, context))]
            if !core.orchestrator.decisions.isEmpty {
                let decisions = JSON.array(core.orchestrator.decisions).canonicalBytes
                records.append(JournalRecord(kind: Self.decisionKind, bytes: decisions))
            }
            core.nextSequence += records.count
            let expected = JournalSequence(context.sequence)
            journal.enqueue(records) { [outlet] result in
                switch result {
                case .success(let range):
                    precondition(range.lowerBound == expected, "the journal counts differently from the core")
                    outlet.yield(effects)
                case .failure(let error): self.stop(error)
                }
            }
        }
    }

    /// Submits an input that is answered, and waits for the answer, which comes after the fsync.
    func ask(_ input: (RequestID) -> Input) async throws -> RequestAnswer {
        try await ask(1) { input($0[0]) }[0].get()
    }

    /// The same for many requests under one journal record.
    func ask(_ count: Int, _ input: ([RequestID]) -> Input) async -> [Result<RequestAnswer, any Error>] {
        let (requests, isStopped) = core.withLock { core in
            let first = core.nextRequest
            core.nextRequest += count
            return ((first..<first + count).map { RequestID($0) }, core.isStopped)
        }
        if isStopped { return requests.map { _ in .failure(RailError(.stopped, "the rail's journal stopped")) } }
        return await withCheckedContinuation { continuation in
            let collector = AnswerCollector(requests, continuation)
            answers.withLock { answers in for request in requests { answers[request] = collector } }
            submit(input(requests))
        }
    }

    func answer(_ request: RequestID, _ result: Result<RequestAnswer, any Error>) {
        answers.withLock { $0.removeValue(forKey: request) }?.take(request, result)
    }

    /// Journals a tick if something is due.
    func tick() {
        if core.withLock({ $0.orchestrator.isDue(at: .now) }) { submit(.tick) }
    }

    private func stop(_ error: any Error) {
        core.withLock { $0.isStopped = true }
        let waiting = answers.withLock { answers in
            defer { answers = [:] }
            return answers
        }
        for (request, collector) in waiting { collector.take(request, .failure(error)) }
        outlet.finish()
    }

    func close() async {
        await journal.close()
        outlet.finish()
    }

    static func draw() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
    }
}

/// Gathers the answers to the requests of one record.
private final class AnswerCollector: Sendable {
    private let first: Int
    private let results: Mutex<(answers: [Result<RequestAnswer, any Error>?], missing: Int)>
    private let continuation: CheckedContinuation<[Result<RequestAnswer, any Error>], Never>

    init(
        _ requests: [RequestID], _ continuation: CheckedContinuation<[Result<RequestAnswer, any Error>], Never>
    ) {
        first = requests.first?.value ?? 0
        results = Mutex((Array(repeating: nil, count: requests.count), requests.count))
        self.continuation = continuation
    }

    func take(_ request: RequestID, _ result: Result<RequestAnswer, any Error>) {
        let complete = results.withLock { results -> [Result<RequestAnswer, any Error>]? in
            guard results.answers[request.value - first] == nil else { return nil }
            results.answers[request.value - first] = result
            results.missing -= 1
            return results.missing == 0 ? results.answers.compactMap { $0 } : nil
        }
        if let complete { continuation.resume(returning: complete) }
    }
}

/// What a request comes to.
enum RequestAnswer: Sendable {
    case job(Digest, isNew: Bool)
    case governed(number: Int, digest: Digest)
    case enrolled
}

/// Steps a journal's inputs through a fresh core and holds the decisions against the recorded ones.
package struct JournalReplay: Sendable {
    private var orchestrator: Orchestrator
    private var pending: [UInt8]?
    private var pendingSequence: JournalSequence = 0
    package private(set) var inputs = 0
    package private(set) var effects = 0
    package private(set) var lastNow = Instant(milliseconds: 0)

    package init(trust: TrustFile) { orchestrator = Orchestrator(genesis: trust.genesis) }

    package mutating func take(_ entry: JournalEntry) throws {
        switch entry.kind {
        case RailEngine.inputKind:
            try expectNothing()
            let record = try InputRecord(parsing: entry.bytes, sequence: Int(entry.sequence))
            effects += orchestrator.step(record.input, at: record.context).count
            lastNow = record.context.now
            inputs += 1
            guard !orchestrator.decisions.isEmpty else { return }
            pending = JSON.array(orchestrator.decisions).canonicalBytes
            pendingSequence = entry.sequence
        case RailEngine.decisionKind:
            guard pending == entry.bytes else {
                throw RailError(.replayDiverged, "the replay decided something else", at: "record \(entry.sequence)")
            }
            pending = nil
        default: throw RailError(.replayDiverged, "a record of an unknown kind", at: "record \(entry.sequence)")
        }
    }

    private func expectNothing() throws {
        guard pending == nil else {
            throw RailError(.replayDiverged, "the decisions are missing", at: "record \(pendingSequence)")
        }
    }

    /// The state at the end. Decisions of the last input may be missing if the journal was cut there.
    package func finish() throws -> Orchestrator { orchestrator }
    package var stateDigest: Digest { orchestrator.stateDigest }
}
