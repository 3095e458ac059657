import NexusBase

/// Cuts an expression into tokens (language definition, "Syntax").
struct Lexer {
    let source: SourceText
    var position = 0

    init(_ source: SourceText) { self.source = source }

    var bytes: [UInt8] { source.bytes }

    func byte(_ offset: Int = 0) -> UInt8? {
        position + offset < source.bytes.count ? source.bytes[position + offset] : nil
    }

    func error(_ message: String, at offset: Int? = nil) -> PolicyError {
        source.error(.syntax, message, at: offset ?? position)
    }

    mutating func tokens() throws -> [Token] {
        var result: [Token] = []
        while true {
            let token = try next()
            result.append(token)
            if token.kind == .end { return result }
        }
    }

    private mutating func skipSpaceAndComments() {
        while let byte = byte() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: position += 1
            case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "/"):
                while let byte = self.byte(), byte != 0x0A { position += 1 }
            default: return
            }
        }
    }

    private mutating func next() throws -> Token {
        skipSpaceAndComments()
        let start = position
        guard let first = byte() else { return Token(kind: .end, range: start..<start) }
        let kind: Token.Kind
        if let literal = try stringLiteral() {
            kind = literal
        } else if first.isNameStart {
            while let byte = byte(), byte.isNamePart { position += 1 }
            kind = .identifier(source.text(start..<position))
        } else if first.isDigit || first == UInt8(ascii: "."), byte(first.isDigit ? 0 : 1)?.isDigit == true {
            kind = try number()
        } else if first == UInt8(ascii: "`") {
            kind = try escapedIdentifier()
        } else {
            kind = .symbol(try symbol())
        }
        return Token(kind: kind, range: start..<position)
    }

    private mutating func symbol() throws -> Token.Symbol {
        // Two-character symbols come first in the enumeration, so the longest match wins.
        for symbol in Token.Symbol.allCases where source.bytes[position...].starts(with: symbol.rawValue.utf8) {
            position += symbol.rawValue.utf8.count
            return symbol
        }
        let character = String(decoding: source.bytes[position...].prefix(4), as: UTF8.self).unicodeScalars.first
        let shown = character.map { String(Character($0)) } ?? "?"
        switch shown {
        case "=": throw error("unexpected \"=\"; equality is \"==\"")
        case "&", "|": throw error("unexpected \"\(shown)\"; the logical operator is \"\(shown)\(shown)\"")
        default: throw error("unexpected character \"\(shown)\"")
        }
    }

    private mutating func escapedIdentifier() throws -> Token.Kind {
        let start = position
        position += 1
        while let byte = byte(), byte.isNamePart || [0x2E, 0x2D, 0x2F, 0x20].contains(byte) { position += 1 }
        guard byte() == UInt8(ascii: "`"), position > start + 1 else {
            throw error(
                "an identifier in backquotes holds letters, digits, \"_\", \".\", \"-\", \"/\" and spaces", at: start)
        }
        position += 1
        return .escapedIdentifier(source.text((start + 1)..<(position - 1)))
    }

    private mutating func number() throws -> Token.Kind {
        let start = position
        if byte() == UInt8(ascii: "0"), byte(1) == UInt8(ascii: "x") || byte(1) == UInt8(ascii: "X") {
            position += 2
            while let byte = byte(), byte.isHexDigit { position += 1 }
            guard position > start + 2 else { throw error("hexadecimal digits are missing", at: start) }
            return try integer(source.text((start + 2)..<position), radix: 16, start: start)
        }
        while byte()?.isDigit == true { position += 1 }
        var isDouble = false
        if byte() == UInt8(ascii: "."), byte(1)?.isDigit == true {
            isDouble = true
            position += 1
            while byte()?.isDigit == true { position += 1 }
        }
        if byte() == UInt8(ascii: "e") || byte() == UInt8(ascii: "E") {
            let sign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
            guard byte(1 + sign)?.isDigit == true else { throw error("the exponent has no digits", at: start) }
            isDouble = true
            position += 1 + sign
            while byte()?.isDigit == true { position += 1 }
        }
        let text = source.text(start..<position)
        guard isDouble else { return try integer(text, radix: 10, start: start) }
        try refuseNameAfterNumber(start)
        guard let value = Double(text.string) else { throw error("\(text) is not a double", at: start) }
        return .double(value)
    }

    private mutating func integer(_ digits: Text, radix: Int, start: Int) throws -> Token.Kind {
        let isUnsigned = byte() == UInt8(ascii: "u") || byte() == UInt8(ascii: "U")
        if isUnsigned { position += 1 }
        try refuseNameAfterNumber(start)
        guard let value = UInt64(digits.string, radix: radix) else {
            throw error("the integer does not fit in 64 bits", at: start)
        }
        return isUnsigned ? .unsigned(value) : .integer(value)
    }

    private func refuseNameAfterNumber(_ start: Int) throws {
        if byte()?.isNamePart == true { throw error("a number runs into a name", at: start) }
    }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isHexDigit: Bool { isDigit || (0x41...0x46).contains(self) || (0x61...0x66).contains(self) }
    var isNameStart: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x5F }
    var isNamePart: Bool { isNameStart || isDigit }
    var hexValue: UInt32 { isDigit ? UInt32(self) - 0x30 : UInt32(self | 0x20) - 0x61 + 10 }
}
