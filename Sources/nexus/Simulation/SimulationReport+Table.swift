import NexusBase
import NexusClause
import NexusEvidence

extension SimulationReport {
    /// One line an occurrence: outputs, each term's margin, the signal.
    func table(_ clause: Clause) -> Table {
        var columns: [Table.Column] = [.left(clause.occurrence.name.string)]
        columns += clause.outputs.map { .right(Self.title($0.name, $0.unit)) }
        columns += clause.terms.map { .right("Δ " + Self.title($0.name, $0.unit)) }
        columns.append(.left("signal"))
        let outputScales = clause.outputs.map { output in
            occurrences.map { $0.output(output.name)?.scale ?? 0 }.max() ?? 0
        }
        let marginScales = clause.terms.indices.map { index in
            occurrences.map { $0.terms.indices.contains(index) ? $0.terms[index].margin?.scale ?? 0 : 0 }.max() ?? 0
        }
        var table = Table(columns)
        for one in occurrences {
            var cells: [Styled] = [Styled(one.occurrence.string)]
            if case .fault(let code) = one.answer {
                cells += clause.outputs.indices.map { (index: Int) -> Styled in index == 0 ? .bad(code.string) : "" }
            } else {
                cells += zip(clause.outputs, outputScales).map { output, scale in
                    Styled(one.output(output.name)?.fixed(scale) ?? "")
                }
            }
            cells += clause.terms.indices.map { index in
                guard one.terms.indices.contains(index) else { return "" }
                return Self.margin(one.terms[index], scale: marginScales[index])
            }
            cells.append(one.signal.styled)
            table.add(cells)
        }
        return table
    }

    private static func title(_ name: Text, _ unit: Text?) -> String {
        unit.map { "\(name) \($0)" } ?? name.string
    }

    private static func margin(_ term: Term, scale: Int) -> Styled {
        guard let margin = term.margin else { return Styled(term.verdict.rawValue, .dim) }
        let text = (margin >= .zero ? "+" : "") + margin.fixed(scale)
        return term.verdict == .pass ? .good(text) : .dim(text)
    }
}

extension Signal {
    var styled: Styled {
        switch self {
        case .trigger: .good(rawValue)
        case .pass: .dim(rawValue)
        case .fail: .bad(rawValue)
        case .escalate: .warn(rawValue)
        }
    }
}

extension ExactDecimal {
    /// The number with at least `places` digits after the point, so that columns line up.
    func fixed(_ places: Int) -> String {
        guard places > scale else { return description }
        return description + (scale == 0 ? "." : "") + String(repeating: "0", count: places - scale)
    }

    /// Whole digits in groups of three: `10,000,000.5`.
    var grouped: String {
        let parts = description.split(separator: ".", maxSplits: 1)
        let sign = parts[0].hasPrefix("-") ? "-" : ""
        let digits = Array(parts[0].drop { $0 == "-" })
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return sign + out + (parts.count > 1 ? ".\(parts[1])" : "")
    }
}
