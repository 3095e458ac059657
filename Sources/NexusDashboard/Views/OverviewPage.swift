/// Health, throughput, recent signals, disputes.
public struct OverviewPage: DashboardPage {
    public static let template = "overview"
    public static let section = DashboardSection.overview
    public let title = "Overview"

    public var tiles: [Tile] = []
    /// Certified jobs by hour, as SVG of ``ColumnChart``.
    public var throughput: String?
    public var recent: [JobRow] = [] {
        didSet { table = JobTable(rows: recent) }
    }
    private(set) var table: JobTable?
    public var disputes: [DisputeRow] = []

    public init() {}
}

/// A number that matters, and what it counts.
public struct Tile: Sendable {
    public var name: String
    public var value: String
    public var note: String?
    /// Wants somebody's attention.
    public var isAlarm: Bool

    public init(_ name: String, _ value: String, note: String? = nil, isAlarm: Bool = false) {
        self.name = name
        self.value = value
        self.note = note
        self.isAlarm = isAlarm
    }
}

/// Two signed statements that differ, or one that may not be.
public struct DisputeRow: Sendable {
    public var number = ""
    public var job = ""
    public var shortJob = ""
    public var operatorName = ""
    public var kind = ""
    public var field: String?
    public var openedAt = ""

    public init() {}
}

struct JobTable: Sendable {
    let rows: [JobRow]

    /// None where there is no row, so that no empty table is drawn.
    init?(rows: [JobRow]) {
        guard !rows.isEmpty else { return nil }
        self.rows = rows
    }
}
