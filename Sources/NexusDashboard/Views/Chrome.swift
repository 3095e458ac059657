/// What stands around every page.
public struct Chrome: Sendable {
    /// The rail's name and id.
    public var rail = ""
    public var railID = "" {
        didSet { isKnown = !railID.isEmpty }
    }
    private(set) var isKnown = false
    /// Who looks: the name of the token.
    public var caller: String?
    /// What forms carry to show that a page of this site made them; nil where nobody is signed in.
    public var formKey: String?
    /// Why the rail is not well, in a sentence; nothing while it is.
    public var trouble: String?
    var title = ""
    var sections: [NavigationItem] = []

    public init() {}

    mutating func choose(_ section: DashboardSection) {
        sections = DashboardSection.allCases.map { NavigationItem($0, isCurrent: $0 == section) }
    }
}

struct NavigationItem: Sendable {
    let name: String
    let path: String
    let isCurrent: Bool

    init(_ section: DashboardSection, isCurrent: Bool) {
        name = section.rawValue.prefix(1).uppercased() + section.rawValue.dropFirst().replacing("-", with: " ")
        path = section == .overview ? "/" : "/" + section.rawValue
        self.isCurrent = isCurrent
    }
}

/// A name and a value.
public struct Fact: Sendable {
    public var name: String
    public var value: String
    /// Set in type of fixed width: digests, ids.
    public var isCode: Bool

    public init(_ name: String, _ value: String, isCode: Bool = false) {
        self.name = name
        self.value = value
        self.isCode = isCode
    }
}
