import Foundation
import Testing

@testable import NexusDashboard

/// Every page renders whole from plain values, and writes nothing of the rail's text as markup.
@Suite struct PageTests {
    let dashboard: Dashboard

    init() throws {
        dashboard = try Dashboard()
    }

    func pages() throws -> [(name: String, html: String)] {
        let chrome = Samples.chrome()
        return [
            ("overview", try dashboard.html(Samples.overview(), in: chrome)),
            ("clauses", try dashboard.html(Samples.clauses(), in: chrome)),
            ("clause", try dashboard.html(Samples.clause(), in: chrome)),
            ("job", try dashboard.html(Samples.job(), in: chrome)),
            ("nodes", try dashboard.html(Samples.nodes(), in: chrome)),
            ("log", try dashboard.html(Samples.log(), in: chrome)),
            ("governance", try dashboard.html(Samples.governance(), in: chrome)),
            ("evidence", try dashboard.html(Samples.evidence(), in: chrome)),
            ("hand-in", try dashboard.html(Samples.handIn(), in: chrome)),
        ]
    }

    @Test func everyPageIsWhole() throws {
        for (name, html) in try pages() {
            #expect(html.hasPrefix("<!doctype html>"), "\(name)")
            #expect(html.contains("</html>"), "\(name)")
            #expect(!html.contains("{{"), "\(name)")
            #expect(html.contains("El Niño demonstration"), "\(name)")
            #expect(html.components(separatedBy: "aria-current=\"page\"").count == 2, "\(name)")
            #expect(html.components(separatedBy: "<h1>").count == 2, "\(name)")
        }
    }

    @Test func pagesSayWhatTheyWereGiven() throws {
        let found = Dictionary(uniqueKeysWithValues: try pages().map { ($0.name, $0.html) })
        #expect(found["overview"]?.contains("class=\"tile alarm\"") == true)
        #expect(found["clause"]?.contains("Nothing is due up to 24 °C") == true)
        #expect(found["job"]?.contains("82.2 % of the limit is due") == true)
        #expect(found["nodes"]?.components(separatedBy: "chip badge\">simulated").count == 4)
        #expect(found["log"]?.contains("log and 2 validators") == true)
        #expect(found["governance"]?.contains("operator Helvetia approved") == true)
        #expect(found["evidence"]?.contains("<option selected>TRIGGER") == true)
    }

    @Test func theAgreementFlowsInItsParagraphs() {
        let found = ClausePage.paragraphs(
            of:
                "Between the parties.\n\n1. Purpose. It pays\n   when it is warm.\n2) Then.\n- a dash\ngoes on\n\nEnd.\n"
        )
        #expect(
            found == [
                .init(mark: nil, text: "Between the parties."),
                .init(mark: "1.", text: "Purpose. It pays when it is warm."),
                .init(mark: "2)", text: "Then."), .init(mark: "-", text: "a dash goes on"),
                .init(mark: nil, text: "End."),
            ])
        #expect(ClausePage.paragraphs(of: "").isEmpty)
    }

    @Test func textOfTheRailIsNeverMarkup() throws {
        let evil = "<script>alert(1)</script>\" onclick='x"
        var page = JobPage()
        page.id = evil
        page.clauseTitle = evil
        page.occurrence = evil
        page.signal = evil
        page.sentence = evil
        page.facts = [Fact(evil, evil, isCode: true)]
        page.steps = [TimelineStep(at: evil, evil, detail: evil, state: evil)]
        var node = AnsweringNode()
        node.operatorName = evil
        page.answers = AnswerTable(nodes: [node], rows: [(evil, [evil])])
        var chrome = Chrome()
        chrome.rail = evil
        chrome.trouble = evil
        let html = try dashboard.html(page, in: chrome)
        #expect(!html.contains("<script>alert"))
        #expect(!html.contains("\" onclick='"))
        let chart = ThresholdChart(
            points: [.init(label: evil, value: 1, signal: evil, path: evil)], thresholds: [.init(name: evil, value: 2)],
            unit: evil)
        let drawing = try #require(chart.svg(title: evil))
        #expect(!drawing.contains("<script>"))
        #expect(!drawing.contains("' "))
    }

    @Test func emptyPagesSayWhatToDo() throws {
        let chrome = Chrome()
        #expect(try dashboard.html(OverviewPage(), in: chrome).contains("No job yet"))
        #expect(try dashboard.html(ClausesPage(), in: chrome).contains("nexus clause publish"))
        #expect(try dashboard.html(NodesPage(), in: chrome).contains("nexus node invite"))
        #expect(try dashboard.html(LogPage(), in: chrome).contains("a rollback of this log is not excluded"))
    }

    @Test func assetsAskNobodyElse() {
        for text in [Dashboard.style, Dashboard.script, Dashboard.verifier] {
            #expect(!text.isEmpty)
            #expect(!text.contains("http://"))
            #expect(!text.contains("https://") || text.contains("https://in-toto.io/Statement/v1"))
            #expect(!text.contains("@import") && !text.contains("url("))
        }
    }

    /// Pages as files, for a browser to look at: `NEXUS_PAGES=FOLDER swift test --filter NexusDashboardTests`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["NEXUS_PAGES"] != nil))
    func writesPages() throws {
        let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["NEXUS_PAGES"]))
        let assets = folder.appending(path: "assets")
        try FileManager.default.createDirectory(at: assets, withIntermediateDirectories: true)
        for (name, html) in try pages() {
            try Data(html.utf8).write(to: folder.appending(path: "\(name).html"))
        }
        try Data(Dashboard.style.utf8).write(to: assets.appending(path: "dashboard.css"))
        try Data(Dashboard.script.utf8).write(to: assets.appending(path: "dashboard.js"))
    }
}
