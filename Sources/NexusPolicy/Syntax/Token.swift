import NexusBase

/// One token and where it stands.
struct Token: Sendable {
    enum Kind: Sendable, Equatable {
        case identifier(Text)
        /// In backquotes: a field name with characters that identifiers lack.
        case escapedIdentifier(Text)
        /// The magnitude: whether `-9223372036854775808` is in range depends on the sign before it.
        case integer(UInt64)
        case unsigned(UInt64)
        case double(Double)
        case string(Text)
        case bytes([UInt8])
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, CaseIterable, Sendable {
        case equal = "==", notEqual = "!=", lessOrEqual = "<=", greaterOrEqual = ">=", and = "&&", or = "||"
        case less = "<", greater = ">", plus = "+", minus = "-", times = "*", divide = "/", modulo = "%", not = "!"
        case question = "?", colon = ":", comma = ",", dot = ".", leftParenthesis = "(", rightParenthesis = ")"
        case leftBracket = "[", rightBracket = "]", leftBrace = "{", rightBrace = "}"
    }

    let kind: Kind
    let range: Range<Int>

    var description: String {
        switch kind {
        case .identifier(let name), .escapedIdentifier(let name): "\"\(name)\""
        case .integer, .unsigned, .double: "a number"
        case .string: "a string"
        case .bytes: "bytes"
        case .symbol(let symbol): "\"\(symbol.rawValue)\""
        case .end: "the end of the expression"
        }
    }
}

enum Keyword {
    static let values: Set<Text> = ["true", "false", "null", "in"]
    /// Names that may follow a dot but may not stand alone (language definition, "Syntax").
    static let reserved: Set<Text> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]
}
