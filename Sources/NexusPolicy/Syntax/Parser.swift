import NexusBase

/// Reads an expression by precedence climbing; macros are expanded as they are met.
struct Parser {
    let source: SourceText
    let limits: PolicyLimits
    private var tokens: [Token]
    private var cursor = 0
    private var depth = 0
    private var nodeCount = 0

    init(_ text: Text, limits: PolicyLimits) throws {
        guard text.utf8.count <= limits.sourceBytesMax else {
            throw PolicyError(
                .tooLarge, "the expression has \(text.utf8.count) bytes; the limit is \(limits.sourceBytesMax)",
                at: "1:1")
        }
        source = SourceText(text)
        self.limits = limits
        var lexer = Lexer(source)
        tokens = try lexer.tokens()
    }

    mutating func parse() throws -> Syntax {
        let result = try expression()
        guard current.kind == .end else { throw unexpected("an operator or the end") }
        return result
    }

    var current: Token { tokens[cursor] }
    func peek(_ offset: Int) -> Token { tokens[min(cursor + offset, tokens.count - 1)] }
    var isAtSymbol: Token.Symbol? { if case .symbol(let symbol) = current.kind { symbol } else { nil } }

    mutating func advance() { if cursor < tokens.count - 1 { cursor += 1 } }

    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func require(_ symbol: Token.Symbol) throws {
        guard take(symbol) else { throw unexpected("\"\(symbol.rawValue)\"") }
    }

    func unexpected(_ needed: String) -> PolicyError {
        source.error(.syntax, "\(needed) is needed here, not \(current.description)", at: current.range.lowerBound)
    }

    /// End of the token just read.
    var lastEnd: Int { cursor > 0 ? tokens[cursor - 1].range.upperBound : 0 }

    mutating func make(_ kind: Syntax.Kind, from start: Int, anchor: Int) throws -> Syntax {
        nodeCount += 1
        let draft = Syntax(id: nodeCount, kind: kind, range: start..<max(start, lastEnd), anchor: anchor, height: 0)
        let height = 1 + (draft.children.map(\.height).max() ?? 0)
        guard nodeCount <= limits.nodesMax else {
            throw source.error(.tooLarge, "the expression has more than \(limits.nodesMax) parts", at: anchor)
        }
        guard height <= limits.nestingMax else {
            throw source.error(.tooLarge, "the expression is nested more than \(limits.nestingMax) deep", at: anchor)
        }
        return Syntax(id: draft.id, kind: kind, range: draft.range, anchor: anchor, height: height)
    }

    private mutating func nested<Value>(_ body: (inout Parser) throws -> Value) throws -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.nestingMax else {
            throw source.error(
                .tooLarge, "the expression is nested more than \(limits.nestingMax) deep",
                at: current.range.lowerBound)
        }
        return try body(&self)
    }

    /// `condition ? yes : no`, or what binds tighter.
    mutating func expression() throws -> Syntax {
        try nested { parser in
            let condition = try parser.binary(0)
            let mark = parser.current.range.lowerBound
            guard parser.take(.question) else { return condition }
            let yes = try parser.binary(0)
            try parser.require(.colon)
            let no = try parser.expression()
            return try parser.make(.conditional(condition, yes, no), from: condition.range.lowerBound, anchor: mark)
        }
    }

    /// Binding strength and function of the operator here. `in` is a word.
    private var binaryOperator: (level: Int, name: Text)? {
        switch current.kind {
        case .identifier("in"): (2, "@in")
        case .symbol(.or): (0, "||")
        case .symbol(.and): (1, "&&")
        case .symbol(.equal): (2, "_==_")
        case .symbol(.notEqual): (2, "_!=_")
        case .symbol(.less): (2, "_<_")
        case .symbol(.lessOrEqual): (2, "_<=_")
        case .symbol(.greater): (2, "_>_")
        case .symbol(.greaterOrEqual): (2, "_>=_")
        case .symbol(.plus): (3, "_+_")
        case .symbol(.minus): (3, "_-_")
        case .symbol(.times): (4, "_*_")
        case .symbol(.divide): (4, "_/_")
        case .symbol(.modulo): (4, "_%_")
        default: nil
        }
    }

    private mutating func binary(_ minimum: Int) throws -> Syntax {
        var left = try unary()
        while let (level, name) = binaryOperator, level >= minimum {
            let mark = current.range.lowerBound
            advance()
            let right = try nested { try $0.binary(level + 1) }
            let start = left.range.lowerBound
            switch (name, left.kind) {
            // A chain of one logical operator is one node, so that its length does not count as nesting.
            case ("||", .or(let parts)):
                left = try make(.or(parts + [right]), from: start, anchor: mark)
            case ("&&", .and(let parts)):
                left = try make(.and(parts + [right]), from: start, anchor: mark)
            case ("||", _): left = try make(.or([left, right]), from: start, anchor: mark)
            case ("&&", _): left = try make(.and([left, right]), from: start, anchor: mark)
            default: left = try make(.operation(name, [left, right]), from: start, anchor: mark)
            }
        }
        return left
    }

    private mutating func unary() throws -> Syntax {
        let start = current.range.lowerBound
        switch isAtSymbol {
        case .not?:
            advance()
            let operand = try nested { try $0.unary() }
            return try make(.operation("!_", [operand]), from: start, anchor: start)
        case .minus?:
            advance()
            // The sign belongs to a number right behind it: the smallest integer has no positive counterpart.
            switch current.kind {
            case .integer, .double: return try member(primary(isNegative: true, start: start))
            default: break
            }
            let operand = try nested { try $0.unary() }
            return try make(.operation("-_", [operand]), from: start, anchor: start)
        default: return try member(primary(isNegative: false, start: start))
        }
    }
}
