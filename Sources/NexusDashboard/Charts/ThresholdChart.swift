/// Every evaluation of a clause against its thresholds, as SVG.
///
/// Colours and type come from the page's style, so the drawing follows light and dark. Each point is a link to its job
/// and says its value; points that trigger are larger and named.
public struct ThresholdChart: Sendable {
    /// One evaluation: its occurrence, the observed value in the unit of the thresholds, its signal and its job's page.
    public struct Point: Sendable {
        let label: String
        let value: Double
        let signal: String
        let path: String

        public init(label: String, value: Double, signal: String, path: String) {
            self.label = label
            self.value = value
            self.signal = signal
            self.path = path
        }
    }

    /// A line across: where something begins.
    public struct Threshold: Sendable {
        let name: String
        let value: Double

        public init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    private let points: [Point]
    private let thresholds: [Threshold]
    private let unit: String
    private let width = 960.0
    private let height = 380.0

    /// - Parameter points: In the order in which they are drawn. Values that are no numbers are left out.
    public init(points: [Point], thresholds: [Threshold], unit: String) {
        self.points = points.filter(\.value.isFinite)
        self.thresholds = thresholds.filter(\.value.isFinite)
        self.unit = unit
    }

    /// The drawing; nothing where there is nothing to draw.
    public func svg(title: String) -> String? {
        guard !points.isEmpty else { return nil }
        let values = points.map(\.value) + thresholds.map(\.value)
        let (least, most) = (values.min() ?? 0, values.max() ?? 1)
        let room = max((most - least) * 0.08, 0.5)
        let across = Scale(low: 0, high: Double(max(points.count - 1, 1)), start: 56, end: width - 88)
        let up = Scale(low: least - room, high: most + room, start: height - 40, end: 16)
        return """
            <svg class="chart" viewBox="0 0 \(Drawing.number(width)) \(Drawing.number(height))" role="group" \
            aria-label="\(Drawing.escaped(title))">
            \(grid(up))\(thresholdLines(up))\(path(across, up))\(marks(across, up))\(labels(across))</svg>
            """
    }

    private func grid(_ up: Scale) -> String {
        Drawing.ticks(from: up.low, to: up.high, count: 7).map { value in
            let y = Drawing.number(up(value))
            return """
                <line class="grid" x1="56" x2="\(Drawing.number(width - 88))" y1="\(y)" y2="\(y)"/>\
                <text class="tick" x="48" y="\(y)" dy=".32em" text-anchor="end">\(Drawing.number(value))</text>

                """
        }.joined()
    }

    private func thresholdLines(_ up: Scale) -> String {
        thresholds.map { threshold in
            let y = Drawing.number(up(threshold.value))
            let text = "\(Drawing.number(threshold.value)) \(unit)"
            return """
                <line class="threshold" x1="56" x2="\(Drawing.number(width - 88))" y1="\(y)" y2="\(y)"/>\
                <text class="threshold-name" x="\(Drawing.number(width - 80))" y="\(y)" dy="-.2em">\(Drawing.escaped(text))</text>\
                <text class="tick" x="\(Drawing.number(width - 80))" y="\(y)" dy="1.1em">\(Drawing.escaped(threshold.name))</text>

                """
        }.joined()
    }

    private func path(_ across: Scale, _ up: Scale) -> String {
        let places = points.enumerated().map { place, point in
            "\(Drawing.number(across(Double(place)))),\(Drawing.number(up(point.value)))"
        }
        return "<polyline class=\"line\" points=\"\(places.joined(separator: " "))\"/>\n"
    }

    private func marks(_ across: Scale, _ up: Scale) -> String {
        points.enumerated().map { place, point in
            let (x, y) = (across(Double(place)), up(point.value))
            let says = "\(point.label): \(Drawing.number(point.value)) \(unit), \(point.signal)"
            let stands = point.signal != "PASS"
            let name =
                stands
                ? "<text class=\"mark-name\" x=\"\(Drawing.number(x))\" y=\"\(Drawing.number(y - 12))\" "
                    + "text-anchor=\"middle\">\(Drawing.escaped(point.label))</text>" : ""
            return """
                <a href="\(Drawing.escaped(point.path))" aria-label="\(Drawing.escaped(says))">\
                <circle class="mark \(Drawing.escaped(point.signal))" cx="\(Drawing.number(x))" cy="\(Drawing.number(y))" \
                r="\(stands ? "6" : "3.5")"/><title>\(Drawing.escaped(says))</title>\(name)</a>

                """
        }.joined()
    }

    /// About ten names below, the first and the last among them.
    private func labels(_ across: Scale) -> String {
        let every = max(1, (points.count + 9) / 10)
        return points.enumerated().filter { place, _ in
            place % every == 0 && (place == points.count - 1 || points.count - 1 - place >= every / 2)
                || place == points.count - 1
        }.map { place, point in
            let x = Drawing.number(across(Double(place)))
            return "<text class=\"tick\" x=\"\(x)\" y=\"\(Drawing.number(height - 12))\" text-anchor=\"middle\">"
                + "\(Drawing.escaped(point.label))</text>\n"
        }.joined()
    }
}
