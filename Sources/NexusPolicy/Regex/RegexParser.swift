import NexusBase

/// Reads the syntax of RE2. What RE2 refuses (backreferences, lookaround, possessive repetition) is refused.
struct RegexParser {
    struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
        /// `U` swaps greedy and lazy, which a yes-or-no match cannot show.
        var isUngreedy = false
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var flags = Flags()

    init(_ pattern: Text) { scalars = Array(pattern.string.unicodeScalars) }

    func error(_ message: String) -> PolicyError {
        PolicyError(.badRegex, "\(message) at character \(position + 1) of the regular expression")
    }

    var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }
    func peek(_ offset: Int) -> Unicode.Scalar? { position + offset < scalars.count ? scalars[position + offset] : nil }
    mutating func advance() { position += 1 }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        advance()
        return true
    }

    mutating func parse() throws -> RegexSyntax {
        let result = try alternatives()
        guard current == nil else { throw error("unexpected \")\"") }
        return result
    }

    private mutating func alternatives() throws -> RegexSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= PolicyLimits.regexNestingMax else {
            throw error("nested more than \(PolicyLimits.regexNestingMax) deep")
        }
        let outer = flags
        defer { flags = outer }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws -> RegexSyntax {
        var parts: [RegexSyntax] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            if scalar == "\\", peek(1) == "Q" {
                parts += quotation()
                continue
            }
            guard let atom = try atom() else { continue }
            parts.append(try repetitions(of: atom))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    /// `\Q…\E`.
    private mutating func quotation() -> [RegexSyntax] {
        position += 2
        var parts: [RegexSyntax] = []
        while let scalar = current {
            if scalar == "\\", peek(1) == "E" {
                position += 2
                break
            }
            parts.append(.set(CharacterSet(scalar, ignoresCase: flags.ignoresCase)))
            advance()
        }
        return parts
    }

    private mutating func repetitions(of atom: RegexSyntax) throws -> RegexSyntax {
        var result = atom
        var count = 0
        while let bounds = try repetition() {
            count += 1
            guard count == 1 else { throw error("a repetition of a repetition") }
            _ = take("?")
            result = .repeated(result, min: bounds.min, max: bounds.max)
        }
        return result
    }

    private mutating func repetition() throws -> (min: Int, max: Int?)? {
        switch current {
        case "*":
            advance()
            return (0, nil)
        case "+":
            advance()
            return (1, nil)
        case "?":
            advance()
            return (0, 1)
        case "{":
            let start = position
            advance()
            if let min = number() {
                var max: Int? = min
                if take(",") { max = number() }
                if take("}") {
                    guard min <= PolicyLimits.regexRepetitionMax, max ?? 0 <= PolicyLimits.regexRepetitionMax,
                        min <= max ?? min
                    else { throw error("a repetition of more than \(PolicyLimits.regexRepetitionMax), or reversed") }
                    return (min, max)
                }
            }
            // As in RE2, a brace that opens no repetition is itself.
            position = start
            return nil
        default: return nil
        }
    }

    private mutating func number() -> Int? {
        let start = position
        var value = 0
        while let scalar = current, ("0"..."9").contains(scalar) {
            value = min(value * 10 + Int(scalar.value - 0x30), 1_000_000)
            advance()
        }
        return position > start ? value : nil
    }

    /// Nil for what stands for nothing: a change of flags.
    private mutating func atom() throws -> RegexSyntax? {
        guard let scalar = current else { return .empty }
        advance()
        switch scalar {
        case "(": return try group()
        case "[": return .set(try bracket())
        case ".": return .set(flags.dotMatchesNewline ? .any : .anyButNewline)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw error("a repetition of nothing")
        case "\\": return try escape()
        default: return .set(CharacterSet(scalar, ignoresCase: flags.ignoresCase))
        }
    }

    private mutating func group() throws -> RegexSyntax? {
        if take("?") {
            if current == "P" || current == "<" {
                _ = take("P")
                guard take("<") else { throw error("a group that RE2 does not have") }
                var length = 0
                while let scalar = current, scalar.isASCII, UInt8(scalar.value).isNamePart {
                    advance()
                    length += 1
                }
                guard length > 0, take(">") else { throw error("a group name is missing, or has other characters") }
            } else if !take(":") {
                guard let scoped = try flagGroup() else { return nil }
                return scoped
            }
        }
        let inner = try alternatives()
        guard take(")") else { throw error("a group is not closed") }
        return inner
    }

    /// `(?flags)`, for the rest of the group, or `(?flags:…)`.
    private mutating func flagGroup() throws -> RegexSyntax? {
        let outer = flags
        var isClearing = false
        while let scalar = current {
            advance()
            switch scalar {
            case "i": flags.ignoresCase = !isClearing
            case "m": flags.isMultiline = !isClearing
            case "s": flags.dotMatchesNewline = !isClearing
            case "U": flags.isUngreedy = !isClearing
            case "-" where !isClearing: isClearing = true
            case ")": return nil
            case ":":
                let inner = try alternatives()
                guard take(")") else { throw error("a group is not closed") }
                flags = outer
                return inner
            default: throw error("a group that RE2 does not have")
            }
        }
        throw error("a group is not closed")
    }

    private mutating func escape() throws -> RegexSyntax {
        guard let scalar = current else { throw error("a backslash at the end") }
        switch scalar {
        case "A":
            advance()
            return .assertion(.textStart)
        case "z":
            advance()
            return .assertion(.textEnd)
        case "b":
            advance()
            return .assertion(.wordBoundary)
        case "B":
            advance()
            return .assertion(.notWordBoundary)
        default:
            if let items = try classEscape() { return .set(CharacterSet([items], ignoresCase: flags.ignoresCase)) }
            return .set(CharacterSet(try character(), ignoresCase: flags.ignoresCase))
        }
    }

    /// `\d`, `\W`, `\pL`, `\P{Greek}`; the cursor is behind the backslash.
    private mutating func classEscape() throws -> CharacterSet.Item? {
        guard let scalar = current else { return nil }
        switch scalar {
        case "d", "D": return perl(CharacterSet.digits, scalar == "D")
        case "s", "S": return perl(CharacterSet.spaces, scalar == "S")
        case "w", "W": return perl(CharacterSet.words, scalar == "W")
        case "p", "P":
            advance()
            guard let first = current else { throw error("a property name is missing") }
            advance()
            var name = String(Character(first))
            var isNegated = scalar == "P"
            if first == "{" {
                name = ""
                if take("^") { isNegated.toggle() }
                while let scalar = current, scalar != "}" {
                    name.unicodeScalars.append(scalar)
                    advance()
                }
                guard take("}") else { throw error("a property name is not closed") }
            }
            guard let category = UnicodeClass(name: Text(name)) else {
                throw error(
                    "there is no Unicode class \"\(name.prefix(40))\""
                )
            }
            return .set(CharacterSet([.category(category)], isNegated: isNegated))
        default: return nil
        }
    }

    private mutating func perl(_ items: [CharacterSet.Item], _ isNegated: Bool) -> CharacterSet.Item {
        advance()
        return .set(CharacterSet(items, isNegated: isNegated))
    }

    /// One escaped character; the cursor is behind the backslash.
    private mutating func character() throws -> Unicode.Scalar {
        guard let scalar = current else { throw error("a backslash at the end") }
        advance()
        switch scalar {
        case "a": return "\u{7}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "x": return try hexadecimal()
        case "0"..."7":
            // \1 to \7 alone would be backreferences: octal needs a leading zero or three digits.
            var value = scalar.value - 0x30
            var digits = 1
            while digits < 3, let next = current, ("0"..."7").contains(next) {
                value = value * 8 + next.value - 0x30
                advance()
                digits += 1
            }
            guard scalar == "0" || digits == 3, let result = Unicode.Scalar(value) else {
                throw error("a backreference, which RE2 does not have")
            }
            return result
        default:
            guard scalar.value < 0x80, !UInt8(scalar.value).isNamePart else {
                throw error("an escape that RE2 does not have")
            }
            return scalar
        }
    }

    private mutating func hexadecimal() throws -> Unicode.Scalar {
        var value: UInt32 = 0
        var digits = 0
        let isBraced = take("{")
        while let scalar = current, scalar.isASCII, UInt8(scalar.value).isHexDigit, digits < (isBraced ? 8 : 2) {
            value = value << 4 | UInt8(scalar.value).hexValue
            advance()
            digits += 1
        }
        guard digits > 0, isBraced ? take("}") : digits == 2, let scalar = Unicode.Scalar(value) else {
            throw error("not a hexadecimal escape of a Unicode scalar")
        }
        return scalar
    }

    private mutating func bracket() throws -> CharacterSet {
        let isNegated = take("^")
        var items: [CharacterSet.Item] = []
        var isFirst = true
        while true {
            guard let scalar = current else { throw error("a bracket is not closed") }
            if scalar == "]", !isFirst {
                advance()
                break
            }
            isFirst = false
            if scalar == "[", peek(1) == ":", let named = try namedClass() {
                items.append(named)
                continue
            }
            if scalar == "\\" {
                advance()
                if let item = try classEscape() {
                    items.append(item)
                    continue
                }
                position -= 1
            }
            let low = try bracketCharacter()
            var high = low
            if current == "-", let next = peek(1), next != "]" {
                advance()
                high = try bracketCharacter()
            }
            guard low <= high else { throw error("a reversed range") }
            items.append(.range(low.value...high.value))
        }
        return CharacterSet(items, isNegated: isNegated, ignoresCase: flags.ignoresCase)
    }

    private mutating func bracketCharacter() throws -> Unicode.Scalar {
        guard let scalar = current else { throw error("a bracket is not closed") }
        advance()
        return scalar == "\\" ? try character() : scalar
    }

    /// `[:alpha:]`, `[:^alpha:]`.
    private mutating func namedClass() throws -> CharacterSet.Item? {
        var end = position + 2
        var name = ""
        while end < scalars.count, scalars[end] != ":", scalars[end] != "]" {
            name.unicodeScalars.append(scalars[end])
            end += 1
        }
        guard end + 1 < scalars.count, scalars[end] == ":", scalars[end + 1] == "]" else { return nil }
        let isNegated = name.utf8.first == UInt8(ascii: "^")
        if isNegated { name.removeFirst() }
        guard let items = CharacterSet.named[Text(name)] else { throw error("there is no class [:\(name):]") }
        position = end + 2
        return .set(CharacterSet(items, isNegated: isNegated))
    }
}
