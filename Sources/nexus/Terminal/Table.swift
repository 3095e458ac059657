/// Rows under headings, aligned by what a terminal shows, not by characters.
struct Table: Sendable {
    enum Alignment: Sendable { case left, right }

    struct Column: Sendable {
        let title: String
        let alignment: Alignment

        static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
        static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
    }

    private let columns: [Column]
    private var rows: [[Styled]] = []
    private static let gap = "  "
    /// Columns are cut no further than this.
    private static let narrowest = 8

    init(_ columns: [Column]) { self.columns = columns }

    /// Missing cells are empty; cells past the last column are a programming error.
    mutating func add(_ cells: [Styled]) {
        precondition(cells.count <= columns.count, "a row has more cells than the table has columns")
        rows.append(cells + Array(repeating: "", count: columns.count - cells.count))
    }

    /// On a terminal: dim headings, a rule, and cells cut to the width. Elsewhere: aligned plain lines, nothing cut.
    func lines(for channel: Channel) -> [Styled] {
        let natural = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, $1[index].width) }
        }
        let widths = channel.isTerminal ? Self.fit(natural, columns, in: channel.width) : natural
        func line(_ cells: [Styled]) -> Styled {
            var line: Styled = ""
            for (index, cell) in cells.enumerated() {
                let shown =
                    channel.isTerminal ? cell.truncated(to: widths[index], ellipsis: channel.marks.ellipsis) : cell
                let padding = String(repeating: " ", count: max(0, widths[index] - shown.width))
                if index > 0 { line = line + Styled(Self.gap) }
                switch columns[index].alignment {
                case .left: line = line + shown + (index < columns.count - 1 ? Styled(padding) : "")
                case .right: line = line + Styled(padding) + shown
                }
            }
            return line.trimmedEnd
        }
        var lines = [line(columns.map { Styled($0.title, .dim) })]
        if channel.isTerminal {
            let width = widths.reduce(0, +) + Self.gap.count * max(0, columns.count - 1)
            lines.append(.dim(String(repeating: channel.marks.rule, count: width)))
        }
        return lines + rows.map(line)
    }

    /// Takes columns from the widest left-aligned column until the line fits: numbers are never cut.
    private static func fit(_ natural: [Int], _ columns: [Column], in width: Int) -> [Int] {
        var widths = natural
        var excess = natural.reduce(0, +) + gap.count * max(0, natural.count - 1) - width
        while excess > 0 {
            let candidates = widths.indices.filter { columns[$0].alignment == .left && widths[$0] > narrowest }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
