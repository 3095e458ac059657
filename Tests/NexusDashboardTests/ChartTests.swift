import Foundation
import NexusDashboard
import Testing

/// The drawings: what is drawn, and where.
@Suite struct ChartTests {
    @Test func everySeasonStandsAgainstBothLines() throws {
        let seasons = try Samples.seasons()
        #expect(seasons.count == 61)
        let drawing = try #require(Samples.chart(seasons).svg(title: "seasons"))
        #expect(drawing.components(separatedBy: "<circle").count - 1 == 61)
        #expect(drawing.components(separatedBy: "class=\"threshold\"").count - 1 == 2)
        let triggers = seasons.filter { $0.index > 24 }.count
        #expect(triggers == 3)
        #expect(drawing.components(separatedBy: "mark TRIGGER").count - 1 == triggers)
        #expect(drawing.contains("24 °C") && drawing.contains("27 °C"))
    }

    @Test func higherValuesStandHigher() throws {
        let chart = ThresholdChart(
            points: [
                .init(label: "a", value: 1, signal: "PASS", path: "/a"),
                .init(label: "b", value: 3, signal: "PASS", path: "/b"),
            ], thresholds: [.init(name: "line", value: 2)], unit: "m")
        let drawing = try #require(chart.svg(title: "t"))
        let heights = drawing.components(separatedBy: "cy=\"").dropFirst().compactMap {
            Double($0.prefix { $0 != "\"" })
        }
        #expect(heights.count == 2)
        #expect(heights[0] > heights[1])
    }

    @Test func whatIsNoNumberIsLeftOut() throws {
        let chart = ThresholdChart(
            points: [
                .init(label: "a", value: .nan, signal: "PASS", path: "/a"),
                .init(label: "b", value: .infinity, signal: "PASS", path: "/b"),
            ], thresholds: [], unit: "")
        #expect(chart.svg(title: "t") == nil)
        #expect(ThresholdChart(points: [], thresholds: [], unit: "").svg(title: "t") == nil)
        #expect(ColumnChart(columns: []).svg(title: "t") == nil)
        #expect(GrowthChart(steps: [("a", 1)]).svg(title: "t") == nil)
    }

    @Test func equalValuesAreDrawn() throws {
        let same = (0..<3).map { ThresholdChart.Point(label: "\($0)", value: 5, signal: "PASS", path: "/") }
        let drawing = try #require(ThresholdChart(points: same, thresholds: [], unit: "").svg(title: "t"))
        #expect(!drawing.contains("nan") && !drawing.contains("inf"))
        let columns = try #require(ColumnChart(columns: [("a", 0), ("b", 0)]).svg(title: "t"))
        #expect(columns.components(separatedBy: "<rect").count - 1 == 2)
    }

    @Test func theFirstDifferenceIsMarked() throws {
        let html = try Dashboard().html(Samples.job(), in: Samples.chrome())
        #expect(html.components(separatedBy: "<tr class=\"first-difference\">").count == 2)
        let marked = try #require(html.components(separatedBy: "<tr class=\"first-difference\">").last)
        #expect(marked.hasPrefix("<th scope=\"row\">index"))
        #expect(html.components(separatedBy: "class=\"differs\"").count - 1 == 2)
    }
}
