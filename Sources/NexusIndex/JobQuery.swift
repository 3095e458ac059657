import GRDB
package import NexusBase
import NexusTrust

/// A page of jobs: every filter that is given must match.
package struct JobQuery: Sendable {
    package enum Order: String, Sendable, CaseIterable { case newest, oldest }

    /// Id, digest, or `ISSUER::Name` of every version.
    package var clause: String?
    package var domain: String?
    /// The clause's.
    package var jurisdiction: String?
    /// The jurisdiction of a node that took part.
    package var region: String?
    package var node: String?
    package var `operator`: String?
    package var signal: String?
    package var status: String?
    package var occurrence: String?
    package var since: Instant?
    package var until: Instant?
    package var isDisputed: Bool?
    package var rollup: Int?
    /// Each job with what came of its clause's terms.
    package var withTerms = false
    package var order = Order.newest
    package var page = Page()

    package init() {}

    /// What is asked of those who took part.
    private var takingPart: [(column: String, value: String)] {
        [("node", node), ("operator", self.operator), ("jurisdiction", region)].compactMap { column, value in
            value.map { (column, $0) }
        }
    }

    /// What is gone through in order of places. Where somebody must have taken part these are the places of that one's
    /// attempts, so that a search for who took part in nothing looks at no job.
    var source: (sql: String, key: String, argument: String?) {
        guard let (column, value) = takingPart.first else { return ("job", "place", nil) }
        let attempts = "SELECT place AS found FROM attempt WHERE \(column) = ?"
        return ("(\(attempts)) CROSS JOIN job ON place = found", "found", value)
    }

    var conditions: (sql: [String], arguments: [any DatabaseValueConvertible]) {
        var sql: [String] = []
        var arguments: [any DatabaseValueConvertible] = []
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            sql.append(condition)
            arguments.append(value)
        }
        if let clause {
            let column =
                clause.utf8.starts(with: "sha256:".utf8)
                ? "clauseDigest" : clause.contains("@") ? "clause" : "clauseName"
            add("\(column) = ?", clause)
        }
        add("domain = ?", domain)
        add("jurisdiction = ?", jurisdiction)
        add("signal = ?", signal)
        add("status = ?", status)
        add("occurrence = ?", occurrence)
        add("rollup = ?", rollup)
        add("acknowledgedAt >= ?", since?.milliseconds)
        add("acknowledgedAt < ?", until?.milliseconds)
        for (column, value) in takingPart.dropFirst() {
            add("EXISTS (SELECT 1 FROM attempt WHERE attempt.place = job.place AND attempt.\(column) = ?)", value)
        }
        if let isDisputed { sql.append(isDisputed ? "disputes > 0" : "disputes = 0") }
        return (sql, arguments)
    }
}

/// Which part of a list: how many elements, and after which.
package struct Page: Sendable {
    package var limit = 50
    /// The key of the last element that was seen.
    package var after: Int?

    package init() {}

    /// Reads what a client was given as `next`. Throws `index.bad-cursor`.
    package mutating func read(cursor: String) throws {
        guard let bytes = try? Base64URL.decode(cursor), bytes.count == 9, bytes[0] == 1 else {
            throw IndexError(.badCursor, "not a cursor of this rail", at: "cursor")
        }
        let value = bytes.dropFirst().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard value <= UInt64(Int32.max) << 16 else {
            throw IndexError(.badCursor, "not a cursor of this rail", at: "cursor")
        }
        after = Int(value)
    }

    package static func cursor(after key: Int) -> JSON {
        let bytes = [1] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: key >> ($0 * 8)) }
        return .text(Base64URL.encode(bytes))
    }
}
