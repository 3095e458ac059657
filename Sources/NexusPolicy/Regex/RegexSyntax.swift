/// The tree of a regular expression, without groups: a match has no parts here.
indirect enum RegexSyntax: Sendable {
    enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary }

    case empty
    case set(CharacterSet)
    case assertion(Assertion)
    case sequence([RegexSyntax])
    case alternatives([RegexSyntax])
    case repeated(RegexSyntax, min: Int, max: Int?)

    /// Instructions it compiles to, saturating: `(a{1000}){1000}` must be refused before it is built.
    var size: Int {
        switch self {
        case .empty: 0
        case .set, .assertion: 1
        case .sequence(let parts): parts.reduce(0) { $0.addingSaturated($1.size) }
        case .alternatives(let parts): parts.reduce(0) { $0.addingSaturated($1.size.addingSaturated(2)) }
        case .repeated(let part, let min, let max):
            part.size.addingSaturated(2).multipliedSaturated(by: Swift.max(1, max ?? (min + 1)))
        }
    }
}

extension Int {
    func addingSaturated(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    func multipliedSaturated(by other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
