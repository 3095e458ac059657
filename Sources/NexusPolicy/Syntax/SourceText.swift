import NexusBase

/// An expression's bytes, with lines and columns on demand.
struct SourceText: Sendable {
    let bytes: [UInt8]

    init(_ text: Text) { bytes = Array(text.utf8) }

    /// Lines end at LF; a column counts scalars, so that a caret stands right under most scripts.
    func position(at offset: Int) -> PolicyPosition {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return PolicyPosition(line: line, column: column)
    }

    func line(_ number: Int) -> String? {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.indices.contains(number - 1) else { return nil }
        return String(decoding: lines[number - 1], as: UTF8.self)
    }

    func text(_ range: Range<Int>) -> Text { Text(String(decoding: bytes[range], as: UTF8.self)) }

    func error(_ code: PolicyError.Code, _ message: String, at offset: Int) -> PolicyError {
        PolicyError(code, message, at: position(at: offset).description)
    }
}
