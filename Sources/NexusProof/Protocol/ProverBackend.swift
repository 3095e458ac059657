/// Who does the parts of a proof's work that do not depend on each other. The bytes of a proof are the same with every
/// backend. This room starts no thread, so it has the serial one alone; shells bring others.
///
/// A backend of threads has only `perform`. One with memory and loops of its own, a GPU, also takes the three bulk
/// tasks, which hold their vectors in one piece: words below p, row after row.
public protocol ProverBackend: Sendable {
    /// Calls `part` once with each of 0 ..< count, in any order and perhaps at once, and returns when all have
    /// returned.
    func perform(_ count: Int, _ part: @Sendable (Int) -> Void)

    /// Fills the task's codewords.
    func encode(_ task: RowEncoding)

    /// Fills the task's leaves.
    func hash(_ task: ColumnHashing)

    /// Fills the task's sums.
    func fold(_ task: RowFolding)
}

extension ProverBackend {
    public func encode(_ task: RowEncoding) { perform(task.rowCount) { task.encode(row: $0) } }

    public func hash(_ task: ColumnHashing) {
        perform(task.partCount) { task.hash(part: $0) }
    }

    public func fold(_ task: RowFolding) { perform(task.partCount) { task.fold(part: $0) } }
}

/// One part after the other, on the caller's thread.
public struct SerialBackend: ProverBackend {
    public init() {}
    public func perform(_ count: Int, _ part: @Sendable (Int) -> Void) { for index in 0..<count { part(index) } }
}

/// SAFETY: parts write to places of their own, and the array outlives them.
struct SharedPlaces<Element>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>

    /// The array needs at least one element.
    init(_ buffer: UnsafeMutableBufferPointer<Element>) {
        guard let base = buffer.baseAddress else { preconditionFailure("no place to share") }
        self.base = base
    }
}

extension ProverBackend {
    /// What each part comes to, in order.
    func map<Value: Sendable>(_ count: Int, _ part: @Sendable (Int) -> Value) -> [Value] {
        guard count > 0 else { return [] }
        return [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
            let places = SharedPlaces(buffer)
            perform(count) { (places.base + $0).initialize(to: part($0)) }
            initialized = count
        }
    }

    /// The same over consecutive ranges of 0 ..< count, their results one after the other.
    func flatMap<Value: Sendable>(ranges count: Int, _ part: @Sendable (Range<Int>) -> [Value]) -> [Value] {
        let parts = min(count, 16)
        return map(parts) { part(count * $0 / parts..<count * ($0 + 1) / parts) }.flatMap { $0 }
    }
}
