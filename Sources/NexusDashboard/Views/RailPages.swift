/// The nodes of a rail.
public struct NodesPage: DashboardPage {
    public static let template = "nodes"
    public static let section = DashboardSection.nodes
    public let title = "Nodes"

    public var nodes: [NodeCard] = []

    public init() {}
}

/// A node, whose it is, and how it does.
public struct NodeCard: Sendable {
    public var id = ""
    public var operatorName = ""
    public var jurisdiction = ""
    /// `connected`, or why not.
    public var state = ""
    public var isConnected = false
    public var attestation = ""
    /// The evidence shows nothing about hardware.
    public var isSimulated = false
    public var load: String?
    public var reliability: String?
    public var facts: [Fact] = []

    public init() {}
}

/// The transparency log.
public struct LogPage: DashboardPage {
    public static let template = "log"
    public static let section = DashboardSection.log
    public let title = "Log"

    public var facts: [Fact] = []
    /// Entries over time, as SVG of ``GrowthChart``.
    public var growth: String?
    public var checkpoints: [CheckpointRow] = []
    public var cosigners: [Fact] = []
    /// The latest checkpoint, as it was signed.
    public var latest: String?

    public init() {}
}

public struct CheckpointRow: Sendable {
    public var size = ""
    public var at = ""
    public var signatures = ""
    public var root = ""

    public init() {}
}

/// What is in force, and who decided it.
public struct GovernancePage: DashboardPage {
    public static let template = "governance"
    public static let section = DashboardSection.governance
    public let title = "Governance"

    public var facts: [Fact] = []
    public var operators: [PartyRow] = []
    public var issuers: [PartyRow] = []
    public var feeds: [PartyRow] = []
    public var revokedNodes: [String] = []
    public var policies: [Fact] = []
    /// Newest first.
    public var decisions: [DecisionRow] = []
    /// Address of the page of those before.
    public var older: String?

    public init() {}
}

/// Somebody who was approved.
public struct PartyRow: Sendable {
    public var name = ""
    public var did = ""
    public var jurisdiction: String?
    public var isRevoked = false

    public init() {}
}

/// An entry of the governance log.
public struct DecisionRow: Sendable {
    public var number = ""
    public var at = ""
    public var decision = ""
    public var signers: [String] = []
    public var rejections: [String] = []

    public init() {}
}

/// Finding packs.
public struct EvidencePage: DashboardPage {
    public static let template = "evidence"
    public static let section = DashboardSection.evidence
    public let title = "Evidence"

    /// The filters as they were given, so that the form shows them again.
    public var clause: String?
    public var occurrence: String?
    public var jurisdiction: String?
    public var signals: [Choice] = []
    public var found: [JobRow] = []
    public var count = ""
    /// Address of the next page of results.
    public var next: String?

    public init() {}
}

/// An option of a form.
public struct Choice: Sendable {
    public var value: String
    public var isChosen: Bool

    public init(_ value: String, isChosen: Bool = false) {
        self.value = value
        self.isChosen = isChosen
    }
}
