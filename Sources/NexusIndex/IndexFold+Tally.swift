import GRDB
import NexusBase
import NexusClause
package import NexusOrchestration

/// Running totals, kept beside the rows, so that nobody has to count these however many there are.
enum Tally: String {
    case status, signal, dispute
    /// Certified jobs by the hour, `2026-11-21T09`.
    case certifiedHour
    /// Certified jobs by how long they took: the place of the bound in `IndexLimits.certificationBounds`.
    case certifiedTime
    /// Milliseconds that all certified jobs took together.
    case certifiedSum
}

extension IndexFold {
    func tally(_ kind: Tally, _ key: String, by change: Int) throws {
        try execute(
            "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET count = count + excluded.count",
            [kind.rawValue, key, change])
    }

    /// Takes a job's row into the totals. `before`: what `shown` gave before the row was put.
    func count(_ job: Job, before: [DatabaseValue]) throws {
        let (status, signal) = (job.status.rawValue, job.signal?.rawValue)
        try move(.status, from: before.first.flatMap { String.fromDatabaseValue($0) }, to: status)
        try move(.signal, from: before.dropFirst().first.flatMap { String.fromDatabaseValue($0) }, to: signal)
        guard let certifiedAt = job.certifiedAt, before.last?.isNull ?? true else { return }
        let took = certifiedAt.milliseconds - job.acknowledgedAt.milliseconds
        let bounds = IndexLimits.certificationBounds
        let place = bounds.firstIndex { took <= Int64($0 * 1000) } ?? bounds.count
        try tally(.certifiedTime, "\(place)", by: 1)
        try tally(.certifiedSum, "", by: Int(took))
        try tally(.certifiedHour, String(certifiedAt.description.prefix(13)), by: 1)
    }

    private func move(_ kind: Tally, from old: String?, to new: String?) throws {
        guard old.map({ Array($0.utf8) }) != new.map({ Array($0.utf8) }) else { return }
        if let old { try tally(kind, old, by: -1) }
        if let new { try tally(kind, new, by: 1) }
    }
}

/// The rail's jobs in numbers, each kept while the journal is folded.
package struct IndexTotals: Sendable {
    /// Jobs by status and by signal; those that have none are left out.
    package var statuses: [(name: String, count: Int)] = []
    package var signals: [(name: String, count: Int)] = []
    package var disputes = 0
    /// Certified jobs up to each of `IndexLimits.certificationBounds`, those beyond the last, and their seconds in all.
    package var certificationTimes = [Int](repeating: 0, count: IndexLimits.certificationBounds.count + 1)
    package var certificationSeconds = 0.0
    /// The latest hours in which something was certified, oldest first.
    package var certifiedHours: [(hour: String, count: Int)] = []

    package func count(_ status: Job.Status) -> Int {
        statuses.first { $0.name.utf8.elementsEqual(status.rawValue.utf8) }?.count ?? 0
    }
}

extension RailIndex {
    /// Costs the same however many jobs there are.
    package func totals() async throws -> IndexTotals {
        try await read { database in
            var totals = IndexTotals()
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT kind, key, count FROM tally WHERE kind <> 'certifiedHour' AND count <> 0
                    UNION ALL SELECT * FROM (SELECT kind, key, count FROM tally WHERE kind = 'certifiedHour'
                        ORDER BY key DESC LIMIT \(IndexLimits.hoursMax)) ORDER BY 1, 2
                    """)
            for row in rows {
                let (key, count): (String, Int) = (row[1], row[2])
                switch Tally(rawValue: row[0]) {
                case .status: totals.statuses.append((key, count))
                case .signal: totals.signals.append((key, count))
                case .dispute: totals.disputes = count
                case .certifiedTime: Int(key).map { totals.certificationTimes[$0] = count }
                case .certifiedSum: totals.certificationSeconds = Double(count) / 1000
                case .certifiedHour: totals.certifiedHours.append((key, count))
                case nil: break
                }
            }
            return totals
        }
    }
}
