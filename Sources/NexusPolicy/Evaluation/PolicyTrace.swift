public import NexusBase

/// What a subexpression came to, and its own subexpressions in the order they were evaluated. Constants are left out:
/// their text is their value. What was not evaluated is not there.
public struct PolicyTrace: Sendable {
    public enum Outcome: Sendable {
        case value(PolicyValue)
        case failure(PolicyError)
    }

    /// A comparison of numbers, decimals, quantities, timestamps or durations.
    public struct Comparison: Sendable {
        /// `<`, `<=`, `>`, `>=`, `==` or `!=`.
        public let sign: Text
        /// The left side.
        public let observed: PolicyValue
        /// The right side.
        public let threshold: PolicyValue
        /// By how much the condition holds (positive) or fails (negative), in the unit of the two sides; exact for
        /// all but doubles. For `==` minus the distance, for `!=` the distance. Nil where it has no representation.
        public let margin: PolicyValue?
    }

    /// The subexpression as written.
    public let source: Text
    public let position: PolicyPosition
    public let outcome: Outcome
    public let comparison: Comparison?
    /// Inside a comprehension, the element this was evaluated for.
    public let element: PolicyValue?
    public let children: [PolicyTrace]
    /// Subexpressions that were evaluated past `PolicyLimits.traceEntriesMax` and are not kept; on the root only.
    public let droppedCount: Int
    /// The operation, for the sentence.
    let operation: Program.Operation
    /// Left and right of a comparison or of `in`, for the sentence.
    let sides: [Side]

    struct Side: Sendable {
        let source: Text
        /// Nil where that side failed.
        let value: PolicyValue?
        let isConstant: Bool
    }

    /// The value, or nil where the subexpression failed.
    public var value: PolicyValue? { if case .value(let value) = outcome { value } else { nil } }
}

extension PolicyTrace {
    init?(_ recorder: TraceRecorder, _ program: Program) {
        guard !recorder.entries.isEmpty else { return nil }
        var places = Places(program)
        self.init(recorder, program, 0, recorder.dropped, &places)
    }

    /// Text and position of each operation, made once: a comprehension traces the same ones for every element.
    private struct Places {
        private let program: Program
        private var known: [(source: Text, position: PolicyPosition)?]

        init(_ program: Program) {
            self.program = program
            known = Array(repeating: nil, count: program.content.operations.count)
        }

        mutating func place(of operation: Int) -> (source: Text, position: PolicyPosition) {
            if let place = known[operation] { return place }
            let range = program.content.ranges[operation]
            let place = (program.source.text(range), program.source.position(at: range.lowerBound))
            known[operation] = place
            return place
        }
    }

    private init(
        _ recorder: TraceRecorder, _ program: Program, _ index: Int, _ dropped: Int, _ places: inout Places
    ) {
        let entry = recorder.entries[index]
        let operation = Int(entry.operation)
        (source, position) = places.place(of: operation)
        outcome = entry.outcome ?? .failure(PolicyError(.badArgument, "not finished"))
        comparison = entry.comparison.flatMap { Comparison($0.0, $0.1, $0.2) }
        element = entry.element
        children = entry.children.map { PolicyTrace(recorder, program, $0, 0, &places) }
        droppedCount = dropped
        self.operation = program.content.operations[operation]
        sides = Self.sides(recorder, program, entry, &places)
    }

    private static func sides(
        _ recorder: TraceRecorder, _ program: Program, _ entry: TraceRecorder.Entry, _ places: inout Places
    ) -> [Side] {
        let indices: [Program.Index] =
            switch program.content.operations[Int(entry.operation)] {
            case .compare(_, let left, let right), .contains(let left, let right): [left, right]
            default: []
            }
        return indices.map { index in
            let source = places.place(of: Int(index)).source
            if case .constant(let constant) = program.content.operations[Int(index)] {
                return Side(source: source, value: program.content.constants[Int(constant)], isConstant: true)
            }
            let child = entry.children.first { recorder.entries[$0].operation == index }
            var value: PolicyValue?
            if let child, case .value(let found)? = recorder.entries[child].outcome { value = found }
            return Side(source: source, value: value, isConstant: false)
        }
    }

    init(constant value: PolicyValue, _ program: Program) {
        let root = Int(program.content.root)
        source = program.source.text(program.content.ranges[root])
        position = program.source.position(at: program.content.ranges[root].lowerBound)
        outcome = .value(value)
        comparison = nil
        element = nil
        children = []
        droppedCount = 0
        operation = program.content.operations[root]
        sides = []
    }
}

extension PolicyTrace.Comparison {
    /// Nil for values that have no distance: strings, lists.
    init?(_ comparison: Program.Comparison, _ left: PolicyValue, _ right: PolicyValue) {
        guard left.isMeasurable, right.isMeasurable else { return nil }
        observed = left
        threshold = right
        sign = comparison.sign
        switch comparison {
        case .greater, .greaterOrEqual: margin = left.distance(above: right)
        case .less, .lessOrEqual: margin = right.distance(above: left)
        case .equal, .notEqual:
            let distance = left.distance(above: right)
            let absolute = distance.map { $0.isNegative ? right.distance(above: left) : $0 } ?? nil
            margin = comparison == .notEqual ? absolute : absolute.flatMap(\.negated)
        }
    }
}

extension Program.Comparison {
    var sign: Text { ["<", "<=", ">", ">=", "==", "!="][Int(rawValue)] }
    /// What holds when this does not.
    var opposite: Program.Comparison {
        switch self {
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        case .equal: .notEqual
        case .notEqual: .equal
        }
    }
}

extension PolicyValue {
    var isMeasurable: Bool {
        switch self {
        case .int, .uint, .double, .decimal, .quantity, .timestamp, .duration: true
        default: false
        }
    }

    var isNegative: Bool {
        switch self {
        case .int(let value): value < 0
        case .double(let value): value < 0
        case .decimal(let value): value.coefficient < 0
        case .quantity(let value): value.amount.coefficient < 0
        case .duration(let value): value < .zero
        default: false
        }
    }

    var negated: PolicyValue? {
        switch self {
        case .int(let value): value == .min ? nil : .int(-value)
        case .double(let value): .double(value == 0 ? 0 : -value)
        case .decimal(let value): .decimal(-value)
        case .quantity(let value): (try? PolicyQuantity(-value.amount, unit: value.unit)).map { .quantity($0) }
        case .duration(let value): (try? PolicyDuration(total: -value.totalNanoseconds)).map { .duration($0) }
        default: nil
        }
    }

    private var exactNumber: ExactDecimal? {
        switch self {
        case .int(let value): ExactDecimal(Int(value))
        case .uint(let value): ExactDecimal(unsigned: value)
        case .decimal(let value): value
        default: nil
        }
    }

    private var floatingNumber: Double? {
        switch self {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// `self - other`: an int where both sides are integers and it fits, a decimal where both are exact.
    func distance(above other: PolicyValue) -> PolicyValue? {
        switch (self, other) {
        case (.timestamp(let a), .timestamp(let b)): return (try? a.subtracting(b)).map { .duration($0) }
        case (.duration(let a), .duration(let b)):
            return (try? PolicyDuration(total: a.totalNanoseconds - b.totalNanoseconds)).map { .duration($0) }
        case (.quantity(let a), .quantity(let b)): return (try? a.subtracting(b)).map { .quantity($0) }
        default: break
        }
        if let a = exactNumber, let b = other.exactNumber {
            guard let difference = try? a.subtracting(b) else { return nil }
            let areDecimal = if case .decimal = self { true } else if case .decimal = other { true } else { false }
            if !areDecimal, let whole = Int64(exactly: difference.coefficient) { return .int(whole) }
            return .decimal(difference)
        }
        if let a = floatingNumber, let b = other.floatingNumber { return .double(a - b) }
        return nil
    }
}
