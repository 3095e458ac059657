/// Counts side by side, as SVG: certified jobs by hour.
public struct ColumnChart: Sendable {
    private let columns: [(label: String, count: Int)]

    public init(columns: [(label: String, count: Int)]) {
        self.columns = columns
    }

    /// The drawing; nothing where there is nothing to draw.
    public func svg(title: String) -> String? {
        guard !columns.isEmpty else { return nil }
        let most = max(columns.map(\.count).max() ?? 0, 1)
        let up = Scale(low: 0, high: Double(most), start: 100, end: 8)
        let step = 960.0 / Double(columns.count)
        let bars = columns.enumerated().map { place, column in
            let top = column.count == 0 ? 99 : min(up(Double(column.count)), 98)
            return """
                <rect class="column\(column.count == 0 ? " none" : "")" x="\(Drawing.number(Double(place) * step + 2))" \
                y="\(Drawing.number(top))" width="\(Drawing.number(max(step - 4, 1)))" \
                height="\(Drawing.number(100 - top))" rx="2">\
                <title>\(Drawing.escaped(column.label)): \(column.count)</title></rect>

                """
        }.joined()
        // Under every sixth hour, in text of the page: letters in a drawing shrink with it.
        let names = columns.enumerated().map { place, column in
            let isNamed = place % 6 == 5 || place == 0
            return "<span>\(isNamed ? Drawing.escaped(column.label) : "")</span>"
        }.joined()
        return """
            <svg class="chart columns" viewBox="0 0 960 102" preserveAspectRatio="none" role="img" \
            aria-label="\(Drawing.escaped(title)), at most \(most)">
            \(bars)</svg><p class="hours" aria-hidden="true">\(names)</p><p class="soft">At most \(most) in an hour.</p>
            """
    }
}

/// The log's size at each checkpoint, as SVG.
public struct GrowthChart: Sendable {
    private let steps: [(label: String, size: Double)]

    /// - Parameter steps: Checkpoints in order, oldest first.
    public init(steps: [(label: String, size: Int)]) {
        self.steps = steps.map { ($0.label, Double($0.size)) }
    }

    /// The drawing; nothing where there are fewer than two checkpoints.
    public func svg(title: String) -> String? {
        guard let first = steps.first, let last = steps.last, steps.count > 1 else { return nil }
        let across = Scale(low: 0, high: Double(steps.count - 1), start: 56, end: 944)
        let up = Scale(low: 0, high: max(last.size, 1), start: 190, end: 16)
        let places = steps.enumerated().map { place, step in
            "\(Drawing.number(across(Double(place)))),\(Drawing.number(up(step.size)))"
        }.joined(separator: " ")
        let lines = Drawing.ticks(from: 0, to: max(last.size, 1), count: 4).map { value in
            let y = Drawing.number(up(value))
            return "<line class=\"grid\" x1=\"56\" x2=\"944\" y1=\"\(y)\" y2=\"\(y)\"/>"
                + "<text class=\"tick\" x=\"48\" y=\"\(y)\" dy=\".32em\" text-anchor=\"end\">\(Drawing.number(value))</text>"
        }.joined()
        return """
            <svg class="chart" viewBox="0 0 960 224" role="img" aria-label="\(Drawing.escaped(title))">
            \(lines)<polygon class="area" points="56,190 \(places) 944,190"/><polyline class="line" points="\(places)"/>
            <text class="tick" x="56" y="214">\(Drawing.escaped(first.label))</text>\
            <text class="tick" x="944" y="214" text-anchor="end">\(Drawing.escaped(last.label))</text></svg>
            """
    }
}
