import Foundation
import NexusBase
import NexusEvidence
import NexusIndex
import NexusJournal
import NexusMesh
import NexusOrchestration
import NexusTrust
import Synchronization

/// The one owner of the core: journals each input, steps, and lets the effects out once the record is durable.
final class RailEngine: Sendable {
    static let inputKind = JournalKind(rawValue: 1)
    static let decisionKind = JournalKind(rawValue: 2)

    private struct Core {
        var orchestrator: Orchestrator
        var nextSequence: Int
        var clock = RailClock(last: Instant(milliseconds: 0))
        var nextRequest = 1
        var isStopped = false
        /// What stopped it first.
        var failure: (any Error)?
    }

    private let core: Mutex<Core>
    private let index: RailIndex?
    private let archive: JobArchive
    private let begun = ContinuousClock.now
    let journal: Journal
    /// Effects whose inputs are durable, in order.
    let effects: AsyncStream<[Effect]>
    private let outlet: AsyncStream<[Effect]>.Continuation
    private let answers = Mutex<[RequestID: AnswerCollector]>([:])

    /// Replays the folder's journal. Blocks. Throws `rail.replay-diverged` if a step decides something else than it
    /// did.
    init(folder: RailFolder, trust: TrustFile, index: RailIndex? = nil) throws {
        self.index = index
        let archive = try JobArchive(path: folder.settledJobs)
        self.archive = archive
        let replay = Mutex(JournalReplay(trust: trust, archive: archive) { step in try index?.replay(step) })
        journal = try Journal(path: folder.journal) { entry in try replay.withLock { try $0.take(entry) } }
        let orchestrator = try replay.withLock { try $0.finish() }
        try index?.finishReplay(last: Int(journal.head.sequence))
        core = Mutex(
            Core(
                orchestrator: orchestrator, nextSequence: Int(journal.head.sequence) + 1,
                clock: RailClock(last: replay.withLock { $0.lastNow })))
        (effects, outlet) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Reads the state. Keep it short: inputs wait.
    func read<Value>(_ body: (Orchestrator) throws -> Value) rethrows -> Value {
        try core.withLock { try body($0.orchestrator) }
    }

    /// A job, wherever it is by now; nil if there is none. Throws `rail.input-output`.
    func job(_ id: Digest) throws -> Job? {
        let (job, place) = read { core in (core.jobs[id], core.jobs.place(of: id)) }
        if let job { return job }
        guard let place, let bytes = try archive.bytes(of: .job(place)) else { return nil }
        return try read { core in try core.job(putAway: bytes) }
    }

    /// The dispute at a place in the order of opening, wherever it is by now. Throws `rail.input-output`.
    func dispute(at place: Int) throws -> Dispute? {
        if let dispute = read({ $0.dispute(at: place) }) { return dispute }
        return try archive.bytes(of: .dispute(place)).map { try Dispute(putAway: $0) }
    }

    /// Disputes of these places.
    func disputes(_ places: some Sequence<Int>) throws -> [Dispute] { try places.compactMap(dispute(at:)) }

    /// The delivery at a place in the order of release, as people are shown it. Throws `rail.input-output`.
    func delivery(at place: Int) throws -> JSON? {
        if let delivery = read({ $0.deliveries[place] }) { return delivery.json }
        return try archive.bytes(of: .delivery(place)).map { try JSON(parsing: $0) }
    }

    /// Journals and steps one input; its effects come out of `effects` after the fsync.
    func submit(_ input: Input, caller: Caller? = nil) {
        let inputBytes = InputRecord.inputBytes(input)
        let entropy = Self.draw()
        let refusal: JournalError? = core.withLock { core in
            guard !core.isStopped else { return nil }
            // Time never runs backwards in the journal, whatever the clock does.
            let now = core.clock.read(wall: .now, elapsed: begun.duration(to: .now))
            let context = StepContext(now: now, entropy: entropy, sequence: core.nextSequence, caller: caller)
            let effects = core.orchestrator.step(input, at: context)
            let indexed = index.map { _ in IndexStep(input, context, core.orchestrator) }
            // What cannot be put away stays in memory: nothing is lost by it.
            try? archive.putAway(&core.orchestrator)
            var records = [JournalRecord(kind: Self.inputKind, bytes: InputRecord.bytes(input: inputBytes, context))]
            if !core.orchestrator.decisions.isEmpty {
                let decisions = JSON.array(core.orchestrator.decisions).canonicalBytes
                records.append(JournalRecord(kind: Self.decisionKind, bytes: decisions))
            }
            core.nextSequence += records.count
            let expected = JournalSequence(context.sequence)
            let refusal = journal.offer(records) { [outlet, index] result in
                switch result {
                case .success(let range):
                    precondition(range.lowerBound == expected, "the journal counts differently from the core")
                    outlet.yield(effects)
                    if let indexed { index?.follow(indexed) }
                case .failure(let error): self.stop(error)
                }
            }
            if let refusal {
                // The core has taken what the journal has not: nothing may come after it.
                core.isStopped = true
                core.failure = core.failure ?? refusal.cause ?? refusal
            }
            return refusal
        }
        if let refusal { stop(refusal) }
    }

    /// Submits an input that nothing answers; it is durable on return. Throws `journal.*`.
    func record(_ input: Input, caller: Caller? = nil) async throws {
        submit(input, caller: caller)
        // No records: answered once everything before is durable.
        _ = try await journal.append([])
        if core.withLock({ $0.isStopped }) { throw RailError(.stopped, "the rail has stopped") }
    }

    /// Submits an input that is answered, and waits for the answer, which comes after the fsync.
    func ask(caller: Caller? = nil, _ input: (RequestID) -> Input) async throws -> RequestAnswer {
        try await ask(1, caller: caller) { input($0[0]) }[0].get()
    }

    /// The same for many requests under one journal record.
    func ask(
        _ count: Int, caller: Caller? = nil, _ input: ([RequestID]) -> Input
    ) async -> [Result<RequestAnswer, any Error>] {
        let (requests, isStopped) = core.withLock { core in
            let first = core.nextRequest
            core.nextRequest += count
            return ((first..<first + count).map { RequestID($0) }, core.isStopped)
        }
        if isStopped { return requests.map { _ in .failure(RailError(.stopped, "the rail's journal stopped")) } }
        return await withCheckedContinuation { continuation in
            let collector = AnswerCollector(requests, continuation)
            answers.withLock { answers in for request in requests { answers[request] = collector } }
            submit(input(requests), caller: caller)
            // Stopped in between: whoever stopped it did not know of these.
            if let failure = core.withLock({ $0.isStopped ? $0.failure : nil }) { stop(failure) }
        }
    }

    func answer(_ request: RequestID, _ result: Result<RequestAnswer, any Error>) {
        answers.withLock { $0.removeValue(forKey: request) }?.take(request, result)
    }

    /// The input that was journaled at `sequence`.
    func input(at sequence: Int) async throws -> InputRecord {
        let entry = try await journal.entry(at: JournalSequence(sequence))
        return try InputRecord(parsing: entry.bytes, sequence: sequence)
    }

    /// The record at `sequence`, of which only parts are read: it may be of a thousand jobs.
    func excerpt(at sequence: Int) async throws -> RecordExcerpt {
        try RecordExcerpt(await journal.entry(at: JournalSequence(sequence)).bytes, sequence: sequence)
    }

    /// The statements of nodes that were journaled at `sequences`, in order; only those for `tokens`, if any are given.
    func statements(in sequences: [Int], of tokens: Set<Digest>? = nil) async throws -> [Envelope] {
        var found: [Envelope] = []
        for sequence in sequences { found += try await excerpt(at: sequence).statements(of: tokens) }
        return found
    }

    /// The proof of a job's certified result, where a model was computed.
    func proof(of job: Job) async throws -> [UInt8]? {
        for sequence in job.committedInputName == nil ? [] : job.sequences {
            if let proof = job.proof(from: try await input(at: sequence)) { return proof }
        }
        return nil
    }

    /// Journals a tick if something is due.
    func tick() {
        let elapsed = begun.duration(to: .now)
        if core.withLock({ $0.orchestrator.isDue(at: $0.clock.peek(wall: .now, elapsed: elapsed)) }) { submit(.tick) }
    }

    /// Takes nothing more, and tells everyone who waits for an answer.
    func stop(_ error: any Error) {
        core.withLock { core in
            core.isStopped = true
            core.failure = core.failure ?? error
        }
        let waiting = answers.withLock { answers in
            defer { answers = [:] }
            return answers
        }
        for (request, collector) in waiting { collector.take(request, .failure(error)) }
        outlet.finish()
    }

    /// Why nothing more is taken, if that is so.
    var failure: (any Error)? { core.withLock { $0.failure } }

    func close() async {
        await journal.close()
        outlet.finish()
    }

    static func draw() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
    }
}
