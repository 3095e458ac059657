import Synchronization

/// Wakes those who follow the changes, and keeps the newest so that they need not be read from the tables.
package final class ChangeFeed: Sendable {
    private struct State {
        var last: Int
        /// The newest changes, in order, ending with `last`.
        var recent: [Change] = []
        var next = 0
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>

    init(last: Int) { state = Mutex(State(last: last)) }

    /// The number of the newest change.
    package var last: Int { state.withLock { $0.last } }
    package var watcherCount: Int { state.withLock { $0.watchers.count } }

    func add(_ changes: [Change]) {
        guard let last = changes.last else { return }
        let watchers = state.withLock { state in
            state.last = last.number
            state.recent.append(contentsOf: changes)
            if state.recent.count > 2 * IndexLimits.recentMax {
                state.recent.removeFirst(state.recent.count - IndexLimits.recentMax)
            }
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.yield() }
    }

    /// Yields whenever there may be more; ends when the rail stops.
    package func watch() -> AsyncStream<Void> {
        let (stream, outlet) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.watchers[state.next] = outlet
            return state.next
        }
        guard let number else {
            outlet.finish()
            return stream
        }
        outlet.onTermination = { [self] _ in state.withLock { _ = $0.watchers.removeValue(forKey: number) } }
        // Something may have come between the last look and the registration.
        outlet.yield()
        return stream
    }

    /// Changes after `number` if they are all in memory, else nil.
    func recent(after number: Int) -> [Change]? {
        state.withLock { state in
            if number >= state.last { return [] }
            guard let first = state.recent.first?.number, number >= first - 1 else { return nil }
            return Array(state.recent[(number - first + 1)...].prefix(IndexLimits.changesPageMax))
        }
    }

    /// Wakes everyone though nothing changed, so that quiet connections are heard of.
    package func beat() {
        for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.yield() }
    }

    /// Ends every watch.
    package func close() {
        let watchers = state.withLock { state in
            state.isClosed = true
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.finish() }
    }
}
