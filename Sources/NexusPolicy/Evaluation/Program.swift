import NexusBase

/// An expression ready to run: a flat table of operations that name each other by index, so that walking it allocates
/// and retains nothing.
final class Program: Sendable {
    enum Comparison: UInt8, Sendable { case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual }
    enum Arithmetic: UInt8, Sendable { case add, subtract, multiply, divide, modulo }
    typealias Index = Int32

    enum Operation: Sendable {
        case constant(Index)
        case variable(Index)
        case local(Index)
        /// A local of `cel.bind` or `cel.block`: computed when first read.
        case lazyLocal(Index, initial: Index)
        case select(Index, name: Index)
        case optionalSelect(Index, name: Index)
        case has(Index, name: Index)
        case index(Index, Index)
        case optionalIndex(Index, Index)
        case not(Index)
        case negate(Index)
        case and(first: Index, count: Index)
        case or(first: Index, count: Index)
        case conditional(Index, Index, Index)
        case compare(Comparison, Index, Index)
        case arithmetic(Arithmetic, Index, Index)
        case contains(Index, Index)
        /// `startsWith` or `endsWith`.
        case affix(isPrefix: Bool, Index, Index)
        case list(first: Index, count: Index, optionals: Index)
        case map(first: Index, count: Index, optionals: Index)
        case message(Index, first: Index, count: Index)
        case comprehension(Index, Syntax.Comprehension.Kind)
        /// Forgets the locals' values, then evaluates the body.
        case scope(firstSlot: Index, count: Index, body: Index)
        case optionalMap(Index, slot: Index, body: Index, isFlat: Bool)
        case unary(function: Index, Index)
        case binary(function: Index, Index, Index)
        case call(function: Index, first: Index, count: Index)
        case host(function: Index, first: Index, count: Index, isMember: Bool)
        /// `matches` with a pattern known when the expression was made.
        case matches(Index, pattern: Index)
        case failure(Index)
    }

    struct Comprehension: Sendable {
        let kind: Syntax.Comprehension.Kind
        let range: Index
        let slots: [Int]
        let filter: Index?
        let body: Index
    }

    struct Message: Sendable {
        let name: Text
        let fields: [(name: Text, isOptional: Bool)]
    }

    struct Content: Sendable {
        var operations: [Operation] = []
        /// The source bytes of each operation, for errors and traces.
        var ranges: [Range<Int>] = []
        var anchors: [Int] = []
        var operands: [Index] = []
        var constants: [PolicyValue] = []
        var names: [Text] = []
        var functions: [PolicyFunction] = []
        var natives: [NativeFunction] = []
        var comprehensions: [Comprehension] = []
        var messages: [Message] = []
        var optionals: [[Bool]] = []
        var patterns: [Regex] = []
        var failures: [PolicyError] = []
        var root: Index = 0
        var localCount = 0
    }

    let content: Content
    let source: SourceText
    /// Slot of each variable by name.
    let environment: PolicyEnvironment

    init(_ content: Content, _ source: SourceText, _ environment: PolicyEnvironment) {
        self.content = content
        self.source = source
        self.environment = environment
    }
}
