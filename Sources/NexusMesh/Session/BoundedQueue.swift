import NexusBase
import Synchronization

/// A queue between tasks that is bounded in elements and in weight: many may push, one may take.
final class BoundedQueue<Element: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Void, any Error>

    private struct State {
        var elements: [(element: Element, weight: Int)] = []
        var weight = 0
        var finished = false
        var failure: (any Error)?
        var lastID: UInt64 = 0
        var producers: [(id: UInt64, waiter: Waiter)] = []
        var consumer: (id: UInt64, waiter: Waiter)?
    }

    private let state = Mutex(State())
    private let countMax: Int
    private let weightMax: Int

    init(countMax: Int = MeshLimits.queueMessagesMax, weightMax: Int = MeshLimits.queueBytesMax) {
        self.countMax = countMax
        self.weightMax = weightMax
    }

    /// Waits while the queue is full; one element heavier than the whole queue may enter an empty one.
    /// Throws what the queue was finished with, `mesh.closed`, or `CancellationError`.
    func push(_ element: Element, weight: Int = 1) async throws {
        while true {
            let pushed = try state.withLock { state -> (Bool, Waiter?) in
                if state.finished { throw state.failure ?? MeshError(.closed, "the session is over") }
                guard hasSpace(state) else { return (false, nil) }
                state.elements.append((element, weight))
                state.weight += weight
                defer { state.consumer = nil }
                return (true, state.consumer?.waiter)
            }
            pushed.1?.resume()
            if pushed.0 { return }
            try await wait(unless: { $0.finished || self.hasSpace($0) }, as: { $0.producers.append(($1, $2)) })
        }
    }

    /// Up to `countMax` elements, at least one; nil once the queue is finished and empty.
    /// Throws what it was finished with, `CancellationError`, or `mesh.two-readers`.
    func take(_ countMax: Int = 1) async throws -> [Element]? {
        while true {
            let (taken, waiters) = try state.withLock { state -> ([Element]?, [Waiter]) in
                if state.consumer != nil { throw MeshError(.twoReaders, "one task at a time may read a session") }
                guard !state.elements.isEmpty else {
                    if !state.finished { return ([], []) }
                    if let failure = state.failure { throw failure }
                    return (nil, [])
                }
                let first = state.elements.prefix(countMax)
                state.weight -= first.reduce(0) { $0 + $1.weight }
                let taken = first.map(\.element)
                state.elements.removeFirst(taken.count)
                defer { state.producers = [] }
                return (taken, state.producers.map(\.waiter))
            }
            for waiter in waiters { waiter.resume() }
            guard let taken else { return nil }
            if !taken.isEmpty { return taken }
            try await wait(unless: { $0.finished || !$0.elements.isEmpty }, as: { $0.consumer = ($1, $2) })
        }
    }

    /// No more pushes. The first call decides how; `discarding` drops what is queued.
    func finish(throwing failure: (any Error)? = nil, discarding: Bool = false) {
        let waiters = state.withLock { state -> [Waiter] in
            if !state.finished {
                state.finished = true
                state.failure = failure
            }
            if discarding {
                state.elements = []
                state.weight = 0
                state.failure = state.failure ?? failure
            }
            let waiters = state.producers.map(\.waiter) + (state.consumer.map { [$0.waiter] } ?? [])
            state.producers = []
            state.consumer = nil
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func hasSpace(_ state: State) -> Bool {
        state.elements.isEmpty || (state.elements.count < countMax && state.weight < weightMax)
    }

    private func wait(
        unless ready: (State) -> Bool, as register: (inout State, UInt64, Waiter) -> Void
    ) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                // A task is marked cancelled before its handler runs, so one of the two sees the other.
                let now = state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if ready(state) { return .success(()) }
                    register(&state, id, waiter)
                    return nil
                }
                if let now { waiter.resume(with: now) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                if state.consumer?.id == id {
                    defer { state.consumer = nil }
                    return state.consumer?.waiter
                }
                guard let index = state.producers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.producers.remove(at: index).waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }
}
