import GRDB
import NexusBase
import NexusClause
import NexusOrchestration
import NexusTrust

/// Folds steps into the tables, inside one transaction.
struct IndexFold {
    let database: Database
    private var lastChange: Int
    private(set) var changes: [Change] = []

    init(_ database: Database) throws {
        self.database = database
        lastChange = try Int.fetchOne(database, sql: "SELECT change FROM fold") ?? 0
    }

    mutating func apply(_ step: IndexStep) throws {
        if let caller = step.caller { try note(caller, step) }
        for indexed in step.jobs { try put(indexed, step) }
        for (number, dispute) in step.disputes { try put(dispute, number, step) }
        if let sealed = step.sealed {
            try execute(
                "INSERT INTO rollup VALUES (?, ?, ?, ?, NULL, NULL)",
                [sealed.number, step.sequence, sealed.jobs, step.now.milliseconds])
        }
        if let checkpoint = step.checkpoint { try put(checkpoint, step) }
        for (position, decision) in step.decisions.enumerated() { try put(decision, position, step) }
        try execute(
            "UPDATE fold SET sequence = ?, mark = ?, change = ?", [step.sequence, step.mark.hex, lastChange])
    }

    func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    mutating func tell(_ kind: Change.Kind, _ json: JSON, _ step: IndexStep) throws {
        guard case .object(var object) = json else { preconditionFailure("a change is an object") }
        object["at"] = step.now.json
        lastChange += 1
        let text = String(decoding: JSON.object(object).canonicalBytes, as: UTF8.self)
        try execute("INSERT INTO change VALUES (?, ?, ?)", [lastChange, kind.rawValue, text])
        changes.append(Change(number: lastChange, kind: kind, json: text))
        if lastChange % IndexLimits.changesStep == 0 {
            try execute("DELETE FROM change WHERE number <= ?", [lastChange - IndexLimits.changesMax])
        }
    }

    private func note(_ caller: Caller, _ step: IndexStep) throws {
        try execute(
            "INSERT INTO caller VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                step.sequence, step.kind, caller.token.string, caller.name.string, caller.key?.string,
                caller.request?.description, step.now.milliseconds,
            ])
    }

    private mutating func put(_ dispute: Dispute, _ number: Int, _ step: IndexStep) throws {
        try execute(
            "INSERT INTO dispute VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                number, dispute.job.description, dispute.node.text.string, dispute.operator.text.string,
                dispute.kind.rawValue, dispute.firstDifference.string, dispute.statement.description,
                dispute.against.description, dispute.openedAt.milliseconds,
            ])
        try tally(.dispute, "", by: 1)
        try execute("UPDATE job SET disputes = disputes + 1 WHERE id = ?", [dispute.job.description])
        if let json = try IndexRows.dispute(number, database) { try tell(.dispute, json, step) }
        if let place = try Int.fetchOne(
            database, sql: "SELECT place FROM job WHERE id = ?", arguments: [dispute.job.description])
        {
            try tellOfJob(at: place, step)
        }
    }

    private mutating func put(_ checkpoint: IndexStep.PublishedCheckpoint, _ step: IndexStep) throws {
        let size = checkpoint.firstIndex + checkpoint.count
        try execute(
            "INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?)",
            [step.sequence, size, checkpoint.count, step.now.milliseconds, checkpoint.text.string])
        if let rollup = checkpoint.rollup {
            try execute(
                "UPDATE rollup SET logIndex = ?, checkpoint = ? WHERE number = ?",
                [rollup.logIndex, step.sequence, rollup.number])
            if let json = try IndexRows.rollup(rollup.number, database) { try tell(.rollup, json, step) }
        }
        try tell(.checkpoint, ["logSize": .int(size)], step)
    }

    /// Decisions that name a job are kept for its trace; some are changes.
    private mutating func put(_ decision: JSON, _ position: Int, _ step: IndexStep) throws {
        guard case .object(let object) = decision, case .string(let name)? = object["decision"] else { return }
        if let place = try place(of: object, step) {
            try execute(
                "INSERT INTO decision VALUES (?, ?, ?, ?, ?)",
                [
                    step.sequence, position, place, step.now.milliseconds,
                    String(decoding: decision.canonicalBytes, as: UTF8.self),
                ])
        }
        switch name {
        case "node.opened", "node.closed", "node.refused":
            try tell(
                .node,
                [
                    "node": object["node"], "reason": object["reason"],
                    "state": .text(String(name.string.dropFirst("node.".count))),
                ], step)
        case "governance.inForce":
            try tell(.governance, ["entry": object["entry"], "logIndex": object["logIndex"]], step)
        case "delivered":
            try tell(.delivery, ["action": object["action"], "confirmed": object["confirmed"]], step)
        case "refused": try tell(.refusal, ["code": object["code"], "message": object["message"]], step)
        default: break
        }
    }

    /// The job that a decision is about. A filter's first look at an event names none yet: the one the event made.
    private func place(of decision: JSONObject, _ step: IndexStep) throws -> Int? {
        if case .string(let id)? = decision["job"] {
            if let known = step.jobs.first(where: { Text($0.job.id.description) == id }) { return known.place }
            return try Int.fetchOne(database, sql: "SELECT place FROM job WHERE id = ?", arguments: [id.string])
        }
        guard case .string(let clause)? = decision["clause"], case .string(let occurrence)? = decision["occurrence"]
        else { return nil }
        return step.jobs.first { indexed in
            indexed.job.sequences.first == step.sequence && indexed.job.clauseID.text == clause
                && indexed.job.occurrence == occurrence
        }?.place
    }
}
