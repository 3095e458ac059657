/// One job, from its event to its certificate.
public struct JobPage: DashboardPage {
    public static let template = "job"
    public static let section = DashboardSection.evidence
    public var title: String { "\(clauseTitle), \(occurrence)" }

    public var id = ""
    public var shortID = ""
    public var clauseID = ""
    public var clausePath = ""
    public var clauseTitle = ""
    public var occurrence = ""
    public var status = ""
    public var signal: String?
    /// The outcome in a sentence.
    public var sentence: String?
    public var isCertified = false
    public var facts: [Fact] = []
    public var steps: [TimelineStep] = []
    public var terms: [TermRow] = []
    public var checks: [CheckRow] = []
    public var answers = AnswerTable()
    public var disputes: [DisputeRow] = []

    public init() {}
}

/// A thing that happened to a job.
public struct TimelineStep: Sendable {
    public var at: String
    public var name: String
    public var detail: String?
    /// `done`, `now` or `wrong`.
    public var state: String

    public init(at: String, _ name: String, detail: String? = nil, state: String = "done") {
        self.at = at
        self.name = name
        self.detail = detail
        self.state = state
    }
}

/// A policy's question, its expression, its values and its answer.
public struct CheckRow: Sendable {
    public var name = ""
    public var step = ""
    public var expression = ""
    public var values: String?
    public var verdict = ""
    public var sentence: String?

    public init() {}
}
