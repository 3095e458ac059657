import NexusBase

/// Jobs without nodes, in a line for each clause. Within a line, and among the lines' first ones: priority, then
/// deadline, then arrival. Jobs of one clause ask for the same nodes, so where the first finds none, none
/// behind it does.
struct WaitingLines: Sendable {
    struct Entry: Sendable {
        let place: Int
        let priority: Int
        let deadline: Instant?
        let arrival: Int

        static func < (left: Entry, right: Entry) -> Bool {
            if left.priority != right.priority { return left.priority > right.priority }
            let far = Instant(milliseconds: .max)
            let (ours, theirs) = (left.deadline ?? far, right.deadline ?? far)
            return ours == theirs ? left.arrival < right.arrival : ours < theirs
        }
    }

    private struct Line {
        /// Sorted; those before `head` are gone and swept out when they are half of the list.
        private var entries: [Entry] = []
        private var head = 0
        var stalledBecause: Text?
        var isStalled = false

        var first: Entry? { head < entries.count ? entries[head] : nil }
        var waiting: ArraySlice<Entry> { entries[head...] }

        mutating func add(_ entry: Entry) {
            // Most come last.
            var (low, high) = (head, entries.count)
            if let last = entries.last, last < entry { low = high }
            while low < high {
                let middle = (low + high) / 2
                if entries[middle] < entry { low = middle + 1 } else { high = middle }
            }
            entries.insert(entry, at: low)
        }

        mutating func removeFirst() {
            head += 1
            if head > 64, 2 * head > entries.count {
                entries.removeFirst(head)
                head = 0
            }
        }
    }

    private var lines: [Line] = []
    private var lineOfClause: [Digest: Int] = [:]
    private var arrivals = 0

    /// Puts a job in its line and gives the reason for which the line waits, if it does.
    mutating func add(_ place: Int, clause: Digest, priority: Int, deadline: Instant?) -> Text? {
        let line = lineOfClause[clause] ?? lines.count
        if line == lines.count {
            lines.append(Line())
            lineOfClause[clause] = line
        }
        arrivals += 1
        lines[line].add(Entry(place: place, priority: priority, deadline: deadline, arrival: arrivals))
        return lines[line].stalledBecause
    }

    /// Lets every line try again.
    mutating func beginRound() { for line in lines.indices { lines[line].isStalled = false } }

    /// The line whose first job comes next, and that job.
    var next: (line: Int, place: Int)? {
        var best: (line: Int, entry: Entry)?
        for (index, line) in lines.enumerated() where !line.isStalled {
            guard let first = line.first else { continue }
            if best.map({ first < $0.entry }) ?? true { best = (index, first) }
        }
        return best.map { ($0.line, $0.entry.place) }
    }

    /// The first of a line got its nodes, or needs none any more.
    mutating func removeFirst(of line: Int) {
        lines[line].removeFirst()
        lines[line].stalledBecause = nil
    }

    /// The first of a line found no nodes: the line waits until the next round.
    mutating func stall(_ line: Int, because reason: Text) {
        lines[line].isStalled = true
        lines[line].stalledBecause = reason
    }

    /// Why a clause's line waits.
    func reason(of clause: Digest) -> Text? { lineOfClause[clause].flatMap { lines[$0].stalledBecause } }

    /// Every place that waits, line by line, the next first.
    var places: [[Int]] { lines.map { $0.waiting.map(\.place) } }
}
