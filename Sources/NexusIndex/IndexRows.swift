import GRDB
import NexusBase

/// Rows as JSON (Documentation/API.md).
enum IndexRows {
    static let jobColumns = """
        place, id, clause, clauseDigest, domain, jurisdiction, occurrence, occurrenceID, status, signal, because,
        acknowledgedAt, decidedAt, certifiedAt, rollup, disputes, supersedes, resultDigest
        """

    static func job(_ row: Row) -> JSON {
        [
            "acknowledgedAt": time(row["acknowledgedAt"]), "because": text(row["because"]),
            "certifiedAt": time(row["certifiedAt"]), "clause": text(row["clause"]),
            "clauseDigest": text(row["clauseDigest"]), "decidedAt": time(row["decidedAt"]),
            "disputes": .integer(row["disputes"]), "domain": text(row["domain"]), "job": text(row["id"]),
            "jurisdiction": text(row["jurisdiction"]), "number": .integer((row["place"] as Int64) + 1),
            "occurrence": text(row["occurrence"]), "occurrenceId": text(row["occurrenceID"]),
            "resultDigest": text(row["resultDigest"]), "rollup": integer(row["rollup"]), "signal": text(row["signal"]),
            "status": text(row["status"]), "supersedes": text(row["supersedes"]),
        ]
    }

    static func jobWithTerms(_ row: Row) -> JSON {
        guard case .object(var object) = job(row) else { preconditionFailure("a row is an object") }
        object["terms"] = (row["terms"] as String?).flatMap { try? JSON(parsing: Array($0.utf8)) }
        return .object(object)
    }

    static func job(at place: Int, _ database: Database) throws -> JSON? {
        try Row.fetchOne(
            database.cachedStatement(sql: "SELECT \(jobColumns) FROM job WHERE place = ?"), arguments: [place]
        ).map(job)
    }

    static func dispute(_ row: Row) -> JSON {
        [
            "against": text(row["against"]), "field": text(row["field"]), "job": text(row["job"]),
            "kind": text(row["kind"]), "node": text(row["node"]), "number": .integer(row["number"]),
            "openedAt": time(row["openedAt"]), "operator": text(row["operator"]), "statement": text(row["statement"]),
        ]
    }

    static func dispute(_ number: Int, _ database: Database) throws -> JSON? {
        try Row.fetchOne(database, sql: "SELECT * FROM dispute WHERE number = ?", arguments: [number]).map(dispute)
    }

    static func rollup(_ row: Row) -> JSON {
        [
            "jobs": .integer(row["jobs"]), "logIndex": integer(row["logIndex"]), "number": .integer(row["number"]),
            "sealedAt": time(row["sealedAt"]),
        ]
    }

    static func rollup(_ number: Int, _ database: Database) throws -> JSON? {
        try Row.fetchOne(database, sql: "SELECT * FROM rollup WHERE number = ?", arguments: [number]).map(rollup)
    }

    static func checkpoint(_ row: Row) -> JSON {
        [
            "at": time(row["at"]), "checkpoint": text(row["text"]), "entries": .integer(row["entries"]),
            "logSize": .integer(row["logSize"]),
        ]
    }

    static func attempt(_ row: Row) -> JSON {
        [
            "attempt": .integer(row["number"]), "detail": text(row["detail"]), "issuedAt": time(row["issuedAt"]),
            "jurisdiction": text(row["jurisdiction"]), "node": text(row["node"]), "operator": text(row["operator"]),
            "outcome": text(row["outcome"]), "statement": text(row["statement"]), "token": text(row["token"]),
        ]
    }

    static func caller(_ row: Row) -> JSON {
        [
            "at": time(row["at"]), "key": text(row["key"]), "kind": text(row["kind"]), "name": text(row["name"]),
            "request": text(row["request"]), "token": text(row["token"]),
        ]
    }

    static func text(_ value: String?) -> JSON? { value.map { .text($0) } }
    static func integer(_ value: Int64?) -> JSON? { value.map { .integer($0) } }
    static func time(_ value: Int64?) -> JSON? { value.map { Instant(milliseconds: $0).json } }
}
