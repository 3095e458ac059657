/// All clauses of a rail.
public struct ClausesPage: DashboardPage {
    public static let template = "clauses"
    public static let section = DashboardSection.clauses
    public let title = "Clauses"

    public var clauses: [ClauseRow] = []

    public init() {}
}

/// A clause in a list, or one version of it.
public struct ClauseRow: Sendable {
    public var id = ""
    public var path = ""
    public var title = ""
    public var stage = ""
    public var domain = ""
    public var jurisdiction = ""
    public var jobs: String?

    public init() {}
}

/// One clause: its words beside what computes, its versions, who approved it, and every evaluation.
public struct ClausePage: DashboardPage {
    public static let template = "clause"
    public static let section = DashboardSection.clauses
    public var title: String { heading }

    public var heading = ""
    public var id = ""
    public var stage = ""
    public var language = ""
    /// The agreement, as its parties read it.
    public var text = "" {
        didSet { paragraphs = Self.paragraphs(of: text) }
    }
    private(set) var paragraphs: [Paragraph] = []
    public var parties: [Fact] = []
    public var terms: [TermRow] = []
    public var machine: [Fact] = []
    public var parameters: [Fact] = []
    public var actions: [Fact] = []
    public var versions: [ClauseRow] = []
    public var approvals: [DecisionRow] = []
    /// Every evaluation against its thresholds, as SVG of ``ThresholdChart``; the same as rows.
    public var chart: String?
    public var chartCaption: String?
    public var evaluations: [EvaluationRow] = []

    public init() {}

    /// A paragraph of the agreement, with its number if it has one.
    struct Paragraph: Sendable, Equatable {
        var mark: String?
        var text: String
    }

    /// Lines that follow each other flow. An empty line begins a paragraph, and so does one with a number or a dash.
    static func paragraphs(of text: String) -> [Paragraph] {
        var found: [Paragraph] = []
        var isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first else {
                isOpen = false
                continue
            }
            let isMark =
                first == "-" || first == "–" || (first.first?.isNumber == true && ".)".contains(first.last ?? " "))
            if isMark {
                found.append(Paragraph(mark: String(first), text: words.dropFirst().joined(separator: " ")))
            } else if isOpen, let last = found.indices.last {
                found[last].text += (found[last].text.isEmpty ? "" : " ") + words.joined(separator: " ")
            } else {
                found.append(Paragraph(mark: nil, text: words.joined(separator: " ")))
            }
            isOpen = true
        }
        return found
    }
}

/// A term and, on a job, what it came to.
public struct TermRow: Sendable {
    public var name = ""
    public var role = ""
    public var expression = ""
    public var observed: String?
    public var threshold: String?
    public var margin: String?
    public var verdict: String?

    public init() {}
}

/// One evaluation as text, for those who do not see the chart.
public struct EvaluationRow: Sendable {
    public var job = ""
    public var occurrence = ""
    public var value = ""
    public var signal = ""

    public init() {}
}
