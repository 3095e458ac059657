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
    /// It is not decided, and whoever looks may take it back.
    public var mayCancel = false
    public var facts: [Fact] = []
    public var steps: [TimelineStep] = []
    public var terms: [TermRow] = []
    public var checks: [CheckRow] = []
    /// What each policy of the rail said, at each step at which it was asked.
    public var policies: [PolicyRow] = [] {
        didSet { hasPolicies = !policies.isEmpty }
    }
    private(set) var hasPolicies = false
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

/// A policy of the rail at one step of a job: its verdict, each of its rules, and the values that they were given.
public struct PolicyRow: Sendable {
    public var id = ""
    public var step = ""
    public var verdict = ""
    public var rules: [RuleRow] = []
    public var values: [Fact] = []

    public init() {}
}

/// A rule of a policy, and what it came to.
public struct RuleRow: Sendable {
    public var name = ""
    public var effect = ""
    public var expression = ""
    /// `holds`, `refused` or `told`.
    public var outcome = ""
    /// Why it refuses or tells, with the values that decided.
    public var sentence: String?

    public init() {}
}

/// A check of the rail's own or of the clause: its expression, its values and its answer.
public struct CheckRow: Sendable {
    public var name = ""
    public var step = ""
    public var expression = ""
    public var values: String?
    public var verdict = ""
    public var sentence: String?

    public init() {}
}
