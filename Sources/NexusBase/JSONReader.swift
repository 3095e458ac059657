extension JSON {
    /// Reads one JSON document (RFC 8259) under the limits of signed documents.
    ///
    /// Refuses, with a code and the byte offset: bytes that are not UTF-8, duplicate keys, numbers that are not
    /// integers within ±(2^53 - 1), lone surrogates, nesting past `Limits.jsonDepthMax`, more than `bytesMax` bytes.
    public init(parsing bytes: [UInt8], bytesMax: Int = Limits.jsonBytesMax) throws {
        guard bytes.count <= bytesMax else {
            throw BaseError(.tooLarge, "\(bytes.count) bytes of JSON; at most \(bytesMax) are read")
        }
        self = try bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(source: buffer)
            return try reader.document()
        }
    }

    /// Reads a document that must equal its own RFC 8785 form, byte for byte.
    public init(parsingCanonical bytes: [UInt8], bytesMax: Int = Limits.jsonBytesMax) throws {
        guard bytes.count <= bytesMax else {
            throw BaseError(.tooLarge, "\(bytes.count) bytes of JSON; at most \(bytesMax) are read")
        }
        let isPlain: Bool
        (self, isPlain) = try bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(source: buffer)
            return (try reader.document(), reader.isPlain)
        }
        if isPlain { return }
        let canonical = canonicalBytes
        guard canonical == bytes else {
            let offset = zip(canonical, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            let place = "byte \(offset ?? min(canonical.count, bytes.count))"
            throw BaseError(.notCanonical, "the bytes differ from their RFC 8785 form", at: place)
        }
    }
}

/// A strict recursive-descent reader; depth is bounded, so recursion is too.
struct JSONReader {
    let source: UnsafeBufferPointer<UInt8>
    var position = 0
    var depth = 0
    /// Whether there was no white space, no escape and no object out of order so far: then the bytes are canonical, for
    /// numbers are read in their one form.
    var isPlain = true

    init(source: UnsafeBufferPointer<UInt8>) { self.source = source }

    mutating func document() throws -> JSON {
        skipSpace()
        let value = try value()
        skipSpace()
        guard position == source.count else { throw malformed("text after the document") }
        return value
    }

    private func malformed(_ what: String) -> BaseError {
        BaseError(.malformedJSON, what, at: "byte \(position)")
    }

    private mutating func skipSpace() {
        while position < source.count, source[position] <= 0x20 {
            switch source[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
            isPlain = false
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < source.count, source[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func value() throws -> JSON {
        guard position < source.count else { throw malformed("the document ends where a value should be") }
        switch source[position] {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw malformed("no JSON value begins with this byte")
        }
    }

    private mutating func nested(_ body: (inout JSONReader) throws -> JSON) throws -> JSON {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Limits.jsonDepthMax else {
            throw BaseError(.tooLarge, "nested deeper than \(Limits.jsonDepthMax)", at: "byte \(position)")
        }
        return try body(&self)
    }

    private mutating func literal(_ word: StaticString, _ value: JSON) throws -> JSON {
        guard position + word.utf8CodeUnitCount <= source.count,
            (0..<word.utf8CodeUnitCount).allSatisfy({ source[position + $0] == word.utf8Start[$0] })
        else { throw malformed("expected \(word)") }
        position += word.utf8CodeUnitCount
        return value
    }

    private mutating func number() throws -> JSON {
        let start = position
        let negative = take(UInt8(ascii: "-"))
        let firstDigit = position
        var magnitude: Int64 = 0
        while position < source.count, (0x30...0x39).contains(source[position]) {
            magnitude = magnitude * 10 + Int64(source[position] - 0x30)
            position += 1
            guard magnitude <= Limits.jsonIntegerMax else {
                throw BaseError(.malformedJSON, "integers lie within ±(2^53 - 1)", at: "byte \(start)")
            }
        }
        guard position > firstDigit else { throw malformed("a number needs digits") }
        if source[firstDigit] == 0x30, position > firstDigit + 1 { throw malformed("a number has no leading zero") }
        if position < source.count, source[position] == 0x2E || source[position] | 0x20 == 0x65 {
            throw malformed("signed documents hold integers only; a decimal is a string")
        }
        if negative, magnitude == 0 { throw malformed("there is no minus zero") }
        return .integer(negative ? -magnitude : magnitude)
    }

    private mutating func array() throws -> JSON {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            skipSpace()
            elements.append(try value())
            try checkCount(elements.count)
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw malformed("expected , or ] in an array") }
        }
    }

    private mutating func object() throws -> JSON {
        position += 1
        var members: [(key: Text, value: JSON)] = []
        var sorted = true
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(JSONObject(sorted: members)) }
        members.reserveCapacity(8)
        while true {
            skipSpace()
            guard position < source.count, source[position] == UInt8(ascii: "\"") else {
                throw malformed("expected a key in double quotes")
            }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw malformed("expected : after a key") }
            skipSpace()
            if let last = members.last, !(last.key < key) { sorted = false }
            members.append((key: key, value: try value()))
            try checkCount(members.count)
            skipSpace()
            if take(UInt8(ascii: "}")) { break }
            guard take(UInt8(ascii: ",")) else { throw malformed("expected , or } in an object") }
        }
        if !sorted {
            isPlain = false
            try sort(&members)
        }
        return .object(JSONObject(sorted: members))
    }

    private func sort(_ members: inout [(key: Text, value: JSON)]) throws {
        members.sort { $0.key < $1.key }
        for index in members.indices.dropFirst() where members[index - 1].key == members[index].key {
            throw BaseError(.duplicateKey, "the key \"\(members[index].key)\" stands twice", at: "byte \(position)")
        }
    }

    private func checkCount(_ count: Int) throws {
        guard count <= Limits.jsonElementsMax else {
            throw BaseError(.tooLarge, "more than \(Limits.jsonElementsMax) elements", at: "byte \(position)")
        }
    }
}
