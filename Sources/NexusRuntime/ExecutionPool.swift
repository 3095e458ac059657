import Foundation
import Synchronization

/// A fixed number of threads for executions, so that a long one never holds a thread of the cooperative pool.
final class ExecutionPool: Sendable {
    private let queue = Queue()

    private struct Work {
        let number: UInt64
        let run: @Sendable () -> ExecutionOutcome
        let continuation: CheckedContinuation<ExecutionOutcome, Never>
    }

    /// SAFETY: the fields are touched only while `condition` is locked.
    private final class Queue: @unchecked Sendable {
        let condition = NSCondition()
        // Taken from the front by moving `first` on, so that a long queue is not moved at each turn.
        private var waiting: [Work] = []
        private var first = 0
        private var stopped = false

        /// False where the queue is full.
        func add(_ work: Work, countMax: Int) -> Bool {
            condition.withLock {
                guard waiting.count - first < countMax else { return false }
                waiting.append(work)
                condition.signal()
                return true
            }
        }

        /// Blocks until there is work; nil once stopped.
        func next() -> Work? {
            condition.withLock {
                // SAFETY: waits on a thread of its own, never on the cooperative pool.
                while first == waiting.count, !stopped { condition.wait() }
                guard first < waiting.count else { return nil }
                let work = waiting[first]
                first += 1
                if first == waiting.count || first > 1_024 {
                    waiting.removeFirst(first)
                    first = 0
                }
                return work
            }
        }

        func remove(_ number: UInt64) -> Work? {
            condition.withLock {
                guard let index = waiting[first...].firstIndex(where: { $0.number == number }) else { return nil }
                return waiting.remove(at: index)
            }
        }

        func stop() {
            condition.withLock {
                stopped = true
                condition.broadcast()
            }
        }
    }

    private let numbers = Atomic<UInt64>(0)
    private let waitingMax: Int

    init(threads: Int, waitingMax: Int = RuntimeLimits.waitingExecutionsMax) {
        self.waitingMax = waitingMax
        for index in 0..<threads {
            let thread = Thread { [queue] in
                while let work = queue.next() { work.continuation.resume(returning: work.run()) }
            }
            thread.name = "nexus-wasm-\(index)"
            thread.stackSize = RuntimeLimits.executionThreadStackBytes
            thread.start()
        }
    }

    deinit { queue.stop() }

    func run(_ body: @escaping @Sendable () -> ExecutionOutcome) async -> ExecutionOutcome {
        let number = numbers.wrappingAdd(1, ordering: .relaxed).newValue
        let cancelled = ExecutionOutcome.indeterminate(.cancelled, detail: "the task was cancelled before its turn")
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { return continuation.resume(returning: cancelled) }
                let work = Work(number: number, run: body, continuation: continuation)
                if !queue.add(work, countMax: waitingMax) {
                    let detail = "\(waitingMax) executions are waiting"
                    continuation.resume(returning: .indeterminate(.overloaded, detail: detail))
                }
            }
        } onCancel: {
            // Whoever takes the work out of the queue resumes it, so it is resumed once.
            queue.remove(number)?.continuation.resume(returning: cancelled)
        }
    }
}
