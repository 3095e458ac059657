import GRDB
package import NexusBase

/// What the index knows of one job, for its trace: the rest is in the journal, under `sequences`.
package struct JobTrace: Sendable {
    package let job: JSON
    package let event: JSON
    /// The journal's records of the event and the answers.
    package let sequences: [Int]
    /// The core's decisions about the job, in order: checks, choices of nodes, disputes.
    package let decisions: [JSON]
    package let attempts: [JSON]
    package let disputes: [JSON]
    package let caller: JSON?
    package let rollup: JSON?
    package let checkpoint: JSON?
}

extension RailIndex {
    /// Throws `index.not-found`.
    package func trace(_ id: Digest) async throws -> JobTrace {
        try await read { database in
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM job WHERE id = ?", arguments: [id.description])
            else { throw IndexError(.notFound, "there is no job \(id.short)", at: "job") }
            let place: Int = row["place"]
            let sequences = try Self.integers(row["sequences"])
            let decisions = try Row.fetchAll(
                database, sql: "SELECT at, json FROM decision WHERE place = ? ORDER BY sequence, position",
                arguments: [place]
            ).map { row in
                guard case .object(var object) = try JSON(parsing: Array((row[1] as String).utf8)) else {
                    throw IndexError(.inputOutput, "a decision is an object")
                }
                object["at"] = IndexRows.time(row[0])
                return JSON.object(object)
            }
            let rollupNumber: Int? = row["rollup"]
            let checkpoint = try Row.fetchOne(
                database,
                sql:
                    "SELECT checkpoint.* FROM rollup JOIN checkpoint ON checkpoint.sequence = rollup.checkpoint WHERE number = ?",
                arguments: [rollupNumber])
            return JobTrace(
                job: IndexRows.job(row), event: try JSON(parsing: Array((row["event"] as String).utf8)),
                sequences: sequences, decisions: decisions,
                attempts: try Row.fetchAll(
                    database, sql: "SELECT * FROM attempt WHERE place = ? ORDER BY number", arguments: [place]
                ).map(IndexRows.attempt),
                disputes: try Row.fetchAll(
                    database, sql: "SELECT * FROM dispute WHERE job = ? ORDER BY number", arguments: [id.description]
                ).map(IndexRows.dispute),
                caller: try Row.fetchOne(
                    database, sql: "SELECT * FROM caller WHERE sequence = ?", arguments: [sequences.first]
                ).map(IndexRows.caller),
                rollup: try rollupNumber.flatMap { try IndexRows.rollup($0, database) },
                checkpoint: checkpoint.map(IndexRows.checkpoint))
        }
    }

    private static func integers(_ text: String) throws -> [Int] {
        guard case .array(let values) = try JSON(parsing: Array(text.utf8)) else { return [] }
        return values.compactMap { if case .integer(let value) = $0 { Int(value) } else { nil } }
    }
}
