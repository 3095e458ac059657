/// What a person may hand in through the browser: events, signed decisions, modules; and an operator's invitations.
public struct HandInPage: DashboardPage {
    public static let template = "hand-in"
    public static let section = DashboardSection.handIn
    public let title = "Hand in"

    /// What came of the form that was sent.
    public var outcome: Outcome?
    public var maySubmit = false
    public var mayGovern = false
    public var maySendModules = false
    public var mayInvite = false
    /// The roles of whoever looks, for what they may not.
    public var roles = ""
    /// Makes a form that is sent twice count once.
    public var key = ""

    public init() {}

    /// The rail's answer to a form.
    public struct Outcome: Sendable {
        public var isTaken: Bool
        public var heading: String
        public var sentence: String?
        /// Shown once, and kept nowhere.
        public var secret: String?
        public var lines: [Line] = []

        public init(isTaken: Bool, heading: String, sentence: String? = nil, secret: String? = nil) {
            self.isTaken = isTaken
            self.heading = heading
            self.sentence = sentence
            self.secret = secret
        }
    }

    /// One of several things that were handed in together.
    public struct Line: Sendable {
        public var name: String
        public var path: String?
        public var detail: String

        public init(_ name: String, path: String? = nil, detail: String) {
            self.name = name
            self.path = path
            self.detail = detail
        }
    }
}
