import NexusBase

/// Keeps what each operation came to while a program runs.
struct TraceRecorder {
    struct Entry {
        let operation: Program.Index
        var outcome: PolicyTrace.Outcome?
        var comparison: (Program.Comparison, PolicyValue, PolicyValue)?
        /// Where the operation stands in a walk over a list or map: the element under the variable.
        var element: PolicyValue?
        var children: [Int] = []
    }

    private(set) var entries: [Entry] = []
    /// Operations past the limit, which were evaluated but not kept.
    private(set) var dropped = 0
    private var open: [Int] = []
    private let entriesMax: Int
    private var pendingElement: PolicyValue?

    init(entriesMax: Int) { self.entriesMax = entriesMax }

    mutating func enter(_ operation: Program.Index) -> Bool {
        guard entries.count < entriesMax else {
            dropped += 1
            return false
        }
        if let parent = open.last { entries[parent].children.append(entries.count) }
        open.append(entries.count)
        entries.append(Entry(operation: operation, element: pendingElement))
        pendingElement = nil
        return true
    }

    mutating func leave(_ outcome: PolicyTrace.Outcome) {
        guard let last = open.popLast() else { return }
        entries[last].outcome = outcome
    }

    mutating func compared(_ comparison: Program.Comparison, _ left: PolicyValue, _ right: PolicyValue) {
        // Past the limit the innermost open entry is another operation's.
        guard dropped == 0, let last = open.last else { return }
        entries[last].comparison = (comparison, left, right)
    }

    mutating func element(_ value: PolicyValue) { pendingElement = value }
}
