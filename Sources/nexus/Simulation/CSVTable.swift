import NexusBase

/// A small strict reader of comma-separated values (RFC 4180): a heading, then rows of as many fields.
///
/// Lines end in LF or CRLF; a quoted field may hold commas and doubled quotes, but no line break. Refused, with line
/// and column: other bytes than UTF-8, control characters, rows of another width, headings that are empty or stand
/// twice, quotes in the middle of a field.
struct CSVTable: Sendable {
    struct Row: Sendable {
        /// From 1; the heading's is 1.
        let line: Int
        let fields: [Text]
    }

    let heading: [Text]
    let rows: [Row]

    enum Limits {
        static let bytesMax = 64 << 20
        static let columnsMax = 1_024
        static let rowsMax = 1_000_000
        static let fieldBytesMax = 65_536
    }

    /// Throws `cli.bad-input` or `cli.too-large`.
    init(parsing bytes: [UInt8]) throws {
        guard bytes.count <= Limits.bytesMax else {
            throw CommandError(.tooLarge, "a data file has at most \(Limits.bytesMax) bytes")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw CommandError(.badInput, "the file is not UTF-8")
        }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard let first = lines.first else { throw CommandError(.badInput, "the file is empty") }
        guard lines.count - 1 <= Limits.rowsMax else {
            throw CommandError(.tooLarge, "a data file has at most \(Limits.rowsMax) rows")
        }
        // A byte order mark is what some spreadsheets put before the first heading.
        let start = first.starts(with: [0xEF, 0xBB, 0xBF]) ? first.dropFirst(3) : first
        let heading = try Self.fields(start, line: 1)
        try Self.check(heading)
        self.heading = heading
        rows = try lines.enumerated().dropFirst().map { index, line in
            let fields = try Self.fields(line, line: index + 1)
            guard fields.count == heading.count else {
                throw CommandError(
                    .badInput, "\(fields.count) fields where the heading has \(heading.count)",
                    at: "line \(index + 1), column 1")
            }
            return Row(line: index + 1, fields: fields)
        }
    }

    /// Where a column stands. Throws `cli.bad-input` with the columns that there are.
    func index(of column: Text) throws -> Int {
        guard let index = heading.firstIndex(of: column) else {
            let names = heading.map(\.string).joined(separator: ", ")
            throw CommandError(
                .badInput, "there is no column \"\(column)\"; there are \(names)", at: "line 1, column 1")
        }
        return index
    }

    private static func check(_ heading: [Text]) throws {
        guard heading.count <= Limits.columnsMax else {
            throw CommandError(
                .tooLarge, "a data file has at most \(Limits.columnsMax) columns", at: "line 1, column 1")
        }
        var seen: Set<Text> = []
        for name in heading where name.isEmpty || !seen.insert(name).inserted {
            throw CommandError(.badInput, "the heading \"\(name)\" is empty or stands twice", at: "line 1, column 1")
        }
    }

    private static func fields(_ raw: ArraySlice<UInt8>, line: Int) throws -> [Text] {
        let bytes = Array(raw.last == 0x0D ? raw.dropLast() : raw)
        func failure(_ message: String, _ offset: Int) -> CommandError {
            CommandError(.badInput, message, at: "line \(line), column \(offset + 1)")
        }
        if let control = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
            throw failure("a control character", control)
        }
        var fields: [Text] = []
        var position = 0
        while true {
            var field: [UInt8] = []
            let start = position
            if position < bytes.count, bytes[position] == 0x22 {
                position += 1
                var isClosed = false
                while position < bytes.count {
                    let isQuote = bytes[position] == 0x22
                    let isDoubled = isQuote && position + 1 < bytes.count && bytes[position + 1] == 0x22
                    if isQuote, !isDoubled {
                        isClosed = true
                        position += 1
                        break
                    }
                    field.append(bytes[position])
                    position += isDoubled ? 2 : 1
                }
                guard isClosed else { throw failure("the quoted field does not end on its line", start) }
                guard position == bytes.count || bytes[position] == 0x2C else {
                    throw failure("text after a quoted field", position)
                }
            } else {
                while position < bytes.count, bytes[position] != 0x2C {
                    guard bytes[position] != 0x22 else { throw failure("a quote in the middle of a field", position) }
                    field.append(bytes[position])
                    position += 1
                }
            }
            guard field.count <= Limits.fieldBytesMax else {
                throw CommandError(
                    .tooLarge, "a field has at most \(Limits.fieldBytesMax) bytes",
                    at: "line \(line), column \(start + 1)")
            }
            fields.append(Text(String(decoding: field, as: UTF8.self)))
            if position == bytes.count { return fields }
            position += 1
        }
    }
}
