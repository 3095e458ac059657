import NexusBase

extension Parser {
    /// An operand with all that follows it: `.field`, `.?field`, `.method(…)`, `[index]`, `[?index]`, `{message
    /// fields}`.
    mutating func member(_ operand: Syntax) throws -> Syntax {
        var operand = operand
        while let longer = try extended(operand) { operand = longer }
        return operand
    }

    /// The operand with the next suffix, or nil where none follows.
    //
    // One step a call and `if let` rather than `??`: with `operand = try macro(operand) ?? make(…operand…)` in one loop
    // the optimiser of Swift 6.3 released the operand twice when `make` threw.
    private mutating func extended(_ operand: Syntax) throws -> Syntax? {
        let start = operand.range.lowerBound
        let mark = current.range.lowerBound
        if take(.dot) { return try fieldOrMethod(operand, start: start) }
        if take(.leftBracket) {
            let isOptional = take(.question)
            let key = try expression()
            try require(.rightBracket)
            return try make(.index(operand, key, isOptional: isOptional), from: start, anchor: mark)
        }
        guard current.kind == .symbol(.leftBrace), let name = operand.qualifiedName else { return nil }
        return try message(name.name, isAbsolute: name.isAbsolute, start: start, anchor: mark)
    }

    private mutating func fieldOrMethod(_ operand: Syntax, start: Int) throws -> Syntax {
        let isOptional = take(.question)
        let anchor = current.range.lowerBound
        let isEscaped = if case .escapedIdentifier = current.kind { true } else { false }
        let name = try selector()
        guard !isOptional, !isEscaped, current.kind == .symbol(.leftParenthesis) else {
            return try make(.select(operand, field: name, isOptional: isOptional), from: start, anchor: anchor)
        }
        let arguments = try arguments()
        if let expanded = try expandReceiverMacro(operand, name, arguments, start: start, anchor: anchor) {
            return expanded
        }
        return try make(.call(name, isAbsolute: false, target: operand, arguments), from: start, anchor: anchor)
    }

    private mutating func selector() throws -> Text {
        switch current.kind {
        case .identifier(let name) where !Keyword.values.contains(name):
            advance()
            return name
        case .escapedIdentifier(let name):
            advance()
            return name
        default: throw unexpected("a field name")
        }
    }

    mutating func arguments() throws -> [Syntax] {
        try require(.leftParenthesis)
        var result: [Syntax] = []
        if take(.rightParenthesis) { return result }
        repeat { result.append(try expression()) } while take(.comma)
        try require(.rightParenthesis)
        return result
    }

    mutating func primary(isNegative: Bool, start: Int) throws -> Syntax {
        let token = current
        switch token.kind {
        case .integer(let magnitude):
            advance()
            guard let value = isNegative ? Int64(exactly: -Int128(magnitude)) : Int64(exactly: magnitude) else {
                throw source.error(.syntax, "the integer does not fit in 64 bits", at: start)
            }
            return try make(.literal(.int(value)), from: start, anchor: start)
        case .double(let value):
            advance()
            return try make(.literal(.double(isNegative ? -value : value)), from: start, anchor: start)
        case .unsigned(let value): return try literal(.uint(value))
        case .string(let value): return try literal(.string(value))
        case .bytes(let value): return try literal(.bytes(value))
        case .identifier("true"): return try literal(.bool(true))
        case .identifier("false"): return try literal(.bool(false))
        case .identifier("null"): return try literal(.null)
        case .identifier, .symbol(.dot): return try name()
        case .symbol(.leftParenthesis):
            advance()
            let inner = try expression()
            try require(.rightParenthesis)
            return Syntax(
                id: inner.id, kind: inner.kind, range: start..<lastEnd, anchor: inner.anchor, height: inner.height)
        case .symbol(.leftBracket): return try list()
        case .symbol(.leftBrace): return try map()
        default: throw unexpected("a value")
        }
    }

    private mutating func literal(_ value: PolicyValue) throws -> Syntax {
        let start = current.range.lowerBound
        advance()
        return try make(.literal(value), from: start, anchor: start)
    }

    private mutating func name() throws -> Syntax {
        let start = current.range.lowerBound
        let isAbsolute = take(.dot)
        guard case .identifier(let name) = current.kind, !Keyword.values.contains(name) else {
            throw unexpected("a name")
        }
        guard !Keyword.reserved.contains(name) else {
            throw source.error(.syntax, "\"\(name)\" is a reserved word", at: current.range.lowerBound)
        }
        let anchor = current.range.lowerBound
        advance()
        guard current.kind == .symbol(.leftParenthesis) else {
            return try make(.identifier(name, isAbsolute: isAbsolute), from: start, anchor: anchor)
        }
        let arguments = try arguments()
        if !isAbsolute, name == "has" { return try has(arguments, start: start, anchor: anchor) }
        return try make(.call(name, isAbsolute: isAbsolute, target: nil, arguments), from: start, anchor: anchor)
    }

    private mutating func list() throws -> Syntax {
        let start = current.range.lowerBound
        try require(.leftBracket)
        var elements: [Syntax.Element] = []
        while current.kind != .symbol(.rightBracket) {
            let isOptional = take(.question)
            elements.append(Syntax.Element(value: try expression(), isOptional: isOptional))
            if !take(.comma) { break }
        }
        try require(.rightBracket)
        return try make(.list(elements), from: start, anchor: start)
    }

    private mutating func map() throws -> Syntax {
        let start = current.range.lowerBound
        try require(.leftBrace)
        var entries: [Syntax.Entry] = []
        while current.kind != .symbol(.rightBrace) {
            let isOptional = take(.question)
            let key = try expression()
            try require(.colon)
            entries.append(Syntax.Entry(key: key, value: try expression(), isOptional: isOptional))
            if !take(.comma) { break }
        }
        try require(.rightBrace)
        return try make(.map(entries), from: start, anchor: start)
    }

    private mutating func message(_ name: Text, isAbsolute: Bool, start: Int, anchor: Int) throws -> Syntax {
        try require(.leftBrace)
        var fields: [Syntax.Field] = []
        while current.kind != .symbol(.rightBrace) {
            let isOptional = take(.question)
            let mark = current.range.lowerBound
            let field = try selector()
            try require(.colon)
            fields.append(Syntax.Field(name: field, value: try expression(), isOptional: isOptional, anchor: mark))
            if !take(.comma) { break }
        }
        try require(.rightBrace)
        return try make(.message(name, isAbsolute: isAbsolute, fields), from: start, anchor: anchor)
    }
}

extension Syntax {
    /// `a.b.c` as one name, when nothing but selections of an identifier makes it up.
    var qualifiedName: (name: Text, isAbsolute: Bool)? {
        switch kind {
        case .identifier(let name, let isAbsolute): return (name, isAbsolute)
        case .select(let operand, let field, false):
            guard let (name, isAbsolute) = operand.qualifiedName else { return nil }
            return (Text("\(name).\(field)"), isAbsolute)
        default: return nil
        }
    }
}
