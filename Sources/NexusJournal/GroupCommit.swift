import Foundation
import NexusBase
import Synchronization

/// One thread that takes what waits, commits it as one transaction, and answers each call after the fsync.
final class GroupCommit: Sendable {
    typealias Answer = @Sendable (Result<Range<JournalSequence>, JournalError>) -> Void

    private struct Waiting {
        let records: [JournalRecord]
        let size: Int
        let answer: Answer
    }

    private struct State {
        var waiting: [Waiting] = []
        var records = 0
        var size = 0
        /// Why nothing more is taken: closed, or stopped.
        var refusal: JournalError?
        /// Set by a failed write: what still waits is not written either.
        var failure: JournalError?
        var isClosing = false
        var whenClosed: [@Sendable () -> Void] = []
        var hasEnded = false
        var head: JournalHead
        var counters = JournalCounters()
    }

    private let state: Mutex<State>
    // SAFETY: waits on a thread of its own, never on the cooperative pool.
    private let wake = DispatchSemaphore(value: 0)
    private let database: JournalDatabase
    private let headFile: HeadFile

    init(database: JournalDatabase, headFile: HeadFile, head: JournalHead) {
        self.database = database
        self.headFile = headFile
        state = Mutex(State(head: head))
        let thread = Thread { [self] in run() }
        thread.name = "nexus.journal"
        thread.start()
    }

    var head: JournalHead { state.withLock { $0.head } }
    var counters: JournalCounters { state.withLock { $0.counters } }

    func enqueue(_ records: [JournalRecord], _ answer: @escaping Answer) {
        if let refusal = offer(records, answer) { answer(.failure(refusal)) }
    }

    /// As `enqueue`, but what is refused at once is given back and not answered.
    func offer(_ records: [JournalRecord], _ answer: @escaping Answer) -> JournalError? {
        let size = records.reduce(0) { $0 + $1.bytes.count }
        let tooLarge = records.contains { $0.bytes.count > JournalLimits.recordBytesMax }
        let refusal: JournalError? = state.withLock { state in
            if let refusal = state.refusal { return refusal }
            if tooLarge {
                return JournalError(.tooLarge, "a record has more than \(JournalLimits.recordBytesMax) bytes")
            }
            guard state.records + records.count <= JournalLimits.queueRecordsMax,
                state.size == 0 || state.size + size <= JournalLimits.queueBytesMax
            else { return JournalError(.queueFull, "\(state.records) records wait for their fsync") }
            state.waiting.append(Waiting(records: records, size: size, answer: answer))
            state.records += records.count
            state.size += size
            return nil
        }
        if refusal == nil { wake.signal() }
        return refusal
    }

    /// Commits what waits, ends the thread, closes the database, then calls `whenClosed`.
    func close(_ whenClosed: @escaping @Sendable () -> Void) {
        let hasEnded = state.withLock { state in
            if state.hasEnded { return true }
            state.isClosing = true
            state.refusal = state.refusal ?? JournalError(.closed, "the journal is closed")
            state.whenClosed.append(whenClosed)
            return false
        }
        if hasEnded { whenClosed() } else { wake.signal() }
    }

    private func run() {
        while true {
            // SAFETY: waits on a thread of its own, never on the cooperative pool.
            wake.wait()
            while let group = nextGroup() { commit(group) }
            guard state.withLock({ $0.isClosing && $0.waiting.isEmpty }) else { continue }
            headFile.synchronize()
            try? database.close()
            let answers = state.withLock { state in
                state.hasEnded = true
                defer { state.whenClosed = [] }
                return state.whenClosed
            }
            for answer in answers { answer() }
            return
        }
    }

    private func nextGroup() -> [Waiting]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else { return nil }
            var records = 0
            var size = 0
            var count = 0
            for call in state.waiting {
                records += call.records.count
                size += call.size
                if count > 0, records > JournalLimits.groupRecordsMax || size > JournalLimits.groupBytesMax { break }
                count += 1
            }
            // Taking all is the rule; then nothing is moved.
            if count == state.waiting.count {
                defer { state.waiting = [] }
                return state.waiting
            }
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting.prefix(count))
        }
    }

    private func commit(_ group: [Waiting]) {
        let before = state.withLock { $0.head }
        let records = group.reduce(0) { $0 + $1.records.count }
        let size = group.reduce(0) { $0 + $1.size }
        do {
            if let failure = state.withLock({ $0.failure }) { throw failure }
            let after = records == 0 ? before : try database.append(group.lazy.flatMap(\.records), after: before)
            if records > 0 { headFile.write(after) }
            state.withLock { state in
                state.head = after
                state.records -= records
                state.size -= size
                state.counters.add(commits: records == 0 ? 0 : 1, records: records, bytes: size)
            }
        } catch {
            fail(group, records, size, JournalError(error, doing: "writing to the journal"))
            return
        }
        var first = before.sequence + 1
        for call in group {
            let next = first + JournalSequence(call.records.count)
            call.answer(.success(first..<next))
            first = next
        }
    }

    /// After a failed commit nobody knows what the disk holds: nothing more is taken until the journal is opened again.
    private func fail(_ group: [Waiting], _ records: Int, _ size: Int, _ error: JournalError) {
        state.withLock { state in
            state.records -= records
            state.size -= size
            let stopped =
                state.failure ?? JournalError(.stopped, "the journal stopped after a failed write", cause: error)
            state.failure = stopped
            state.refusal = stopped
        }
        for call in group { call.answer(.failure(error)) }
    }
}
