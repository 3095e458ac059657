import NexusBase

/// What a name in the expression turned out to be.
enum Reference: Sendable {
    /// A variable of the environment.
    case variable(Int)
    /// A variable of a comprehension, `cel.bind` or `cel.block`.
    case local(Int)
    /// A type or an enumeration constant.
    case constant(PolicyValue)
    /// A function by its full name; `isNamespaced` when the receiver was part of the name.
    case function(Text, isNamespaced: Bool)
    /// Fails when it is evaluated: only where checking is off.
    case unresolved(PolicyError)
}

/// A syntax tree with its types and references.
struct CheckedSyntax: Sendable {
    let root: Syntax
    let source: SourceText
    var types: [Int: PolicyType] = [:]
    var references: [Int: Reference] = [:]
    /// Slots of the variables that a comprehension, bind or block declares.
    var locals: [Int: [Int]] = [:]
    var localCount = 0
    /// Double literals that stand beside a decimal and are read as decimals, digit for digit.
    var decimalLiterals: [Int: ExactDecimal] = [:]
}
