import GRDB
import NexusBase
import NexusClause
import NexusEvidence
import NexusOrchestration
import NexusTrust

extension IndexFold {
    private static let putJob = """
        INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
        ON CONFLICT (place) DO UPDATE SET status = excluded.status, signal = excluded.signal,
            because = excluded.because, decidedAt = excluded.decidedAt, certifiedAt = excluded.certifiedAt,
            rollup = excluded.rollup, leaf = excluded.leaf, resultDigest = excluded.resultDigest,
            sequences = excluded.sequences, terms = coalesce(excluded.terms, job.terms)
        """

    mutating func put(_ indexed: IndexStep.IndexedJob, _ step: IndexStep) throws {
        let (place, job) = (indexed.place, indexed.job)
        let before = try shown(place)
        var resultDigest: String?
        if case .quorum(let digest, _)? = job.decision { resultDigest = digest.description }
        let sequences = String(
            decoding: JSON.array(job.sequences.map { .int($0) }).canonicalBytes, as: UTF8.self)
        try execute(
            Self.putJob,
            [
                place, job.id.description, job.clauseID.text.string, "\(job.clauseID.issuer)::\(job.clauseID.name)",
                job.clause.description, indexed.domain.string, indexed.jurisdiction.string, job.occurrence.string,
                job.occurrenceID.description, job.status.rawValue, job.signal?.rawValue, job.waitingBecause?.string,
                job.acknowledgedAt.milliseconds, job.decidedAt?.milliseconds, job.certifiedAt?.milliseconds,
                job.rollup, job.leafIndex, String(decoding: job.trigger.json.canonicalBytes, as: UTF8.self),
                job.supersedes?.description, resultDigest, sequences, Self.terms(of: job),
            ])
        try count(job, before: before)
        for attempt in job.attempts { try put(attempt, place) }
        if try shown(place) != before { try tellOfJob(at: place, step) }
    }

    /// What came of the clause's terms, as the result has them: lists can show it without asking for each job.
    private static func terms(of job: Job) -> String? {
        guard let result = job.result, case .object(let object)? = try? JSON(parsing: result),
            let terms = object["terms"]
        else { return nil }
        return String(decoding: terms.canonicalBytes, as: UTF8.self)
    }

    private func put(_ attempt: Job.Attempt, _ place: Int) throws {
        try execute(
            "INSERT OR REPLACE INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                place, attempt.number, attempt.node.text.string, attempt.operator.text.string,
                attempt.jurisdiction.string, attempt.outcome.rawValue, attempt.detail?.string,
                attempt.token.description, attempt.statement?.digest.description, attempt.issuedAt.milliseconds,
            ])
    }

    /// What a list shows of the job and may change, with its attempts' outcomes.
    private func shown(_ place: Int) throws -> [DatabaseValue] {
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT status, signal, because, rollup, disputes, certifiedAt FROM job WHERE place = ?"),
            arguments: [place])
        return row.map { Array($0.databaseValues) } ?? []
    }

    mutating func tellOfJob(at place: Int, _ step: IndexStep) throws {
        if let json = try IndexRows.job(at: place, database) { try tell(.job, json, step) }
    }
}
