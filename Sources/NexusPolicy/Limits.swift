/// What one expression may cost and how large it may be. Every bound is refused with a coded error that names it.
public struct PolicyLimits: Sendable, Hashable {
    /// Steps of one evaluation: about one for each operation, and one for each ten bytes or each element it walks.
    public var costMax: UInt64
    /// UTF-8 bytes of an expression's source.
    public var sourceBytesMax: Int
    /// Nesting of the syntax tree: parentheses, operands, arguments.
    public var nestingMax: Int
    /// Nodes of the syntax tree.
    public var nodesMax: Int
    /// Iterations of all comprehensions of one evaluation together.
    public var iterationsMax: Int
    /// Instructions of one compiled regular expression.
    public var regexInstructionsMax: Int
    /// Elements of one list or map that an evaluation makes.
    public var elementsMax: Int
    /// UTF-8 bytes of one string, or bytes of one byte string, that an evaluation makes.
    public var bytesMax: Int
    /// Entries of one trace; later subexpressions are counted, not kept.
    public var traceEntriesMax: Int

    public init(
        costMax: UInt64 = 1_000_000, sourceBytesMax: Int = 65_536, nestingMax: Int = 250, nodesMax: Int = 16_384,
        iterationsMax: Int = 1_000_000, regexInstructionsMax: Int = 10_000, elementsMax: Int = 1_000_000,
        bytesMax: Int = 4 << 20, traceEntriesMax: Int = 10_000
    ) {
        self.costMax = costMax
        self.sourceBytesMax = sourceBytesMax
        self.nestingMax = min(nestingMax, Self.nestingHardMax)
        self.nodesMax = nodesMax
        self.iterationsMax = iterationsMax
        self.regexInstructionsMax = regexInstructionsMax
        self.elementsMax = elementsMax
        self.bytesMax = bytesMax
        self.traceEntriesMax = traceEntriesMax
    }

    /// What clauses and governance checks use.
    public static let standard = PolicyLimits()

    /// Parser, checker and evaluator recurse once a level; beyond this a small thread stack could overflow.
    public static let nestingHardMax = 250
    /// Nesting of values: lists in lists, maps in maps.
    public static let valueDepthMax = 64
    /// Elements or bytes that the static estimate assumes for a variable whose size is not declared.
    public static let assumedSize: UInt64 = 1_000
    /// Parameters of one function.
    public static let parametersMax = 16
    /// Bytes of one TZif file.
    public static let timeZoneBytesMax = 1 << 20
    /// Most repetitions that a regular expression's `{n,m}` may ask, as in RE2.
    public static let regexRepetitionMax = 1_000
    /// Nesting of groups in a regular expression.
    public static let regexNestingMax = 250
    /// Rules of one policy.
    public static let policyRulesMax = 256
    /// Variables of one policy.
    public static let policyVariablesMax = 256
    /// Tests beside the rules of one policy.
    public static let policyTestsMax = 1_024
    /// Bytes of one name, explanation or expression in a policy.
    public static let policyTextBytesMax = 65_536
}
