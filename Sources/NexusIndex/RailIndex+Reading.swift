import GRDB
package import NexusBase

extension RailIndex {
    /// A part of a list: `{"items", "next"?}`.
    private func list(
        _ table: String, key: String, columns: String = "*", conditions: [String] = [],
        arguments: [any DatabaseValueConvertible] = [], grouped: Bool = false, ascending: Bool, _ page: Page,
        _ json: @escaping @Sendable (Row) -> JSON
    ) async throws -> JSON {
        var conditions = conditions
        var arguments: [any DatabaseValueConvertible] = arguments
        if let after = page.after {
            conditions.append("\(key) \(ascending ? ">" : "<") ?")
            arguments.append(after)
        }
        let limit = max(1, min(page.limit, IndexLimits.pageMax))
        arguments.append(limit + 1)
        let filter = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        let group = grouped ? "GROUP BY \(key) " : ""
        let order = "\(group)ORDER BY \(key) \(ascending ? "ASC" : "DESC") LIMIT ?"
        let sql = "SELECT \(columns) FROM \(table) \(filter) \(order)"
        let values: StatementArguments = StatementArguments(arguments) ?? []
        return try await read { database in
            let rows = try Row.fetchAll(database, sql: sql, arguments: values)
            let isMore = rows.count > limit
            let shown = rows.prefix(limit)
            var last: Int?
            if isMore, let row = shown.last { last = row[grouped ? "place" : key] }
            return ["items": .array(shown.map(json)), "next": last.map { Page.cursor(after: $0) }]
        }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do { return try await pool.read(body) } catch { throw IndexError(error, doing: "reading the index") }
    }

    /// Jobs that match, by order of acknowledgement.
    package func jobs(_ query: JobQuery) async throws -> JSON {
        let (conditions, arguments) = query.conditions
        let source = query.source
        let columns = IndexRows.jobColumns + (query.withTerms ? ", terms" : "")
        return try await list(
            source.sql, key: source.key, columns: columns, conditions: conditions,
            arguments: (source.argument.map { [$0] } ?? []) + arguments, grouped: source.argument != nil,
            ascending: query.order == .oldest, query.page, query.withTerms ? IndexRows.jobWithTerms : IndexRows.job)
    }

    package func disputes(_ page: Page) async throws -> JSON {
        try await list("dispute", key: "number", ascending: false, page, IndexRows.dispute)
    }

    package func rollups(_ page: Page) async throws -> JSON {
        try await list("rollup", key: "number", ascending: false, page, IndexRows.rollup)
    }

    package func checkpoints(_ page: Page) async throws -> JSON {
        try await list("checkpoint", key: "sequence", ascending: false, page, IndexRows.checkpoint)
    }

    /// A rollup with its jobs in leaf order. Throws `index.not-found`.
    package func rollup(_ number: Int) async throws -> JSON {
        try await read { database in
            guard case .object(var object)? = try IndexRows.rollup(number, database) else {
                throw IndexError(.notFound, "there is no rollup \(number)", at: "number")
            }
            let jobs = try Row.fetchAll(
                database, sql: "SELECT \(IndexRows.jobColumns) FROM job WHERE rollup = ? ORDER BY leaf LIMIT ?",
                arguments: [number, IndexLimits.rollupJobsMax])
            object["members"] = .array(jobs.map(IndexRows.job))
            return .object(object)
        }
    }

    /// Changes after `number`, at most a page; nil if they are not kept any more.
    package func changes(after number: Int) async throws -> [Change]? {
        if let recent = feed.recent(after: number) { return recent }
        return try await read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT number, kind, json FROM change WHERE number > ? ORDER BY number LIMIT ?",
                arguments: [number, IndexLimits.changesPageMax])
            guard let first = rows.first else { return [] }
            guard first[0] == number + 1 else { return nil }
            return rows.compactMap { row in
                Change.Kind(rawValue: row[1]).map { Change(number: row[0], kind: $0, json: row[2]) }
            }
        }
    }

    /// The digest of the body that came first under this key, if one was journaled.
    package func request(of token: String, key: String) async throws -> String? {
        try await read { database in
            try String.fetchOne(
                database,
                sql: "SELECT request FROM caller WHERE token = ? AND key = ? ORDER BY sequence LIMIT 1",
                arguments: [token, key])
        }
    }

    /// The digest of everything in the tables, in order: the same for the same journal.
    package func contentDigest() async throws -> Digest {
        try await read { database in
            var digest = Digest(of: [])
            for (table, order) in IndexSchema.tables {
                digest = Digest(ofParts: digest.bytes, Array(table.utf8))
                let rows = try Row.fetchCursor(database, sql: "SELECT * FROM \(table) ORDER BY \(order)")
                while let row = try rows.next() {
                    let cells: [[UInt8]] = row.databaseValues.map { Array("\($0)".utf8) }
                    digest = Digest(ofParts: digest.bytes, Framed.bytes(cells))
                }
            }
            return digest
        }
    }
}
