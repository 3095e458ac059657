import NexusBase
import NexusClause
import NexusEvidence
import NexusOrchestration
import NexusTrust

extension Job {
    var summary: JSON {
        [
            "acknowledgedAt": acknowledgedAt.json, "because": waitingBecause.map { .string($0) },
            "clause": clauseID.json,
            "job": id.json, "occurrence": .string(occurrence), "signal": signal.map { .text($0.rawValue) },
            "status": .text(status.rawValue),
        ]
    }

    func detail(disputes: [Dispute]) -> JSON {
        guard case .object(var object) = summary else { preconditionFailure("a summary is an object") }
        object["attempts"] = .array(
            attempts.map { attempt in
                [
                    "attempt": .int(attempt.number), "detail": attempt.detail.map { .string($0) },
                    "node": attempt.node.json, "operator": attempt.operator.json,
                    "outcome": .text(attempt.outcome.rawValue), "statement": attempt.statement?.digest.json,
                    "token": attempt.token.json,
                ]
            })
        object["occurrenceId"] = occurrenceID.json
        object["rollup"] = rollup.map { .int($0) }
        object["disputes"] = .array(disputes.filter { $0.job == id }.map(\.json))
        if case .quorum(let digest, _)? = decision { object["resultDigest"] = digest.json }
        object["result"] = result.flatMap { try? JSON(parsing: $0) }
        return .object(object)
    }
}

extension Dispute {
    var json: JSON {
        [
            "against": against.json, "field": .string(firstDifference), "job": job.json, "kind": .text(kind.rawValue),
            "node": node.json, "openedAt": openedAt.json, "operator": `operator`.json, "statement": statement.json,
        ]
    }
}
