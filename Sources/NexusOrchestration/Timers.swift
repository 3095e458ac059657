import NexusBase

/// A binary heap of times and what is due at each; among equal times what was set first comes first.
struct Timers<Matter: Sendable>: Sendable {
    private struct Entry {
        let time: Instant
        let order: Int
        let matter: Matter

        static func < (left: Entry, right: Entry) -> Bool {
            left.time == right.time ? left.order < right.order : left.time < right.time
        }
    }

    private var heap: [Entry] = []
    private var order = 0

    var count: Int { heap.count }
    /// All that is set, in no order.
    var all: [(time: Instant, matter: Matter)] { heap.map { ($0.time, $0.matter) } }
    /// The earliest time and what is due then.
    var first: (time: Instant, matter: Matter)? { heap.first.map { ($0.time, $0.matter) } }

    mutating func set(_ matter: Matter, at time: Instant) {
        order += 1
        heap.append(Entry(time: time, order: order, matter: matter))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out what is due at `now`, the earliest first; nil when nothing more is.
    mutating func next(dueAt now: Instant) -> Matter? {
        guard let first = heap.first, first.time <= now else { return nil }
        return removeFirst()
    }

    @discardableResult
    mutating func removeFirst() -> Matter? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if heap.isEmpty { return first.matter }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != parent else { return first.matter }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

/// What the core looks at when its time comes.
enum DueMatter: Sendable {
    /// A job that found no nodes has had its clause's deadline.
    case waiting(job: Int)
    /// An attempt's token ends.
    case attemptEnd(job: Int, attempt: Int)
    /// A lost node has had the time it may take to come back.
    case grace(job: Int, attempt: Int)
    /// A decided job has waited long enough for the nodes that have not answered.
    case batch(job: Int)
    /// A node is to be asked for fresh evidence.
    case attest(node: Int)
    /// What a node showed may count no more.
    case stale(node: Int)
    /// An action is to be delivered, again perhaps.
    case delivery(Int)
}
