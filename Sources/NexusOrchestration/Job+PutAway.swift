import NexusBase
import NexusClause
import NexusEvidence
import NexusTrust

/// The form of a settled job in its rail's own file of them, which is made anew at each start from the journal: it is
/// no format that anyone else reads.
extension Job {
    var putAway: [UInt8] {
        var object: JSONObject = [
            "acknowledgedAt": acknowledgedAt.json, "attempts": .array(attempts.map(\.putAway)),
            "clause": clause.json, "correction": .int(correction),
            "disputes": .array(
                disputes.map { ["kind": .text($0.kind.rawValue), "node": $0.node.json, "number": .int($0.number)] }),
            "eventIndex": .int(eventIndex), "id": id.json,
            "inputCommitment": inputCommitment.json, "occurrence": .string(occurrence),
            "occurrenceId": occurrenceID.json, "payload": payloadDigest.json, "priority": .int(priority),
            "sequences": .array(sequences.map { .int($0) }), "status": .text(status.rawValue), "trigger": trigger.json,
        ]
        object["because"] = waitingBecause.map { .string($0) }
        object["certifiedAt"] = certifiedAt?.json
        object["deadline"] = deadline?.json
        object["decidedAt"] = decidedAt?.json
        object["leaf"] = leafIndex.map { .int($0) }
        object["result"] = decision?.result?.json
        object["rollup"] = rollup.map { .int($0) }
        object["signal"] = signal.map { .text($0.rawValue) }
        object["supersedes"] = supersedes?.json
        return JSON.object(object).canonicalBytes
    }

    init(
        putAway bytes: [UInt8], agreement find: (Digest) throws -> Agreement,
        binding: (DID, Digest) throws -> Envelope?
    ) throws {
        var fields = try Fields(JSON(parsing: bytes, bytesMax: OrchestrationLimits.recordBytesMax), at: "job")
        let agreement = try find(fields.digest("clause"))
        self.init(
            id: try fields.digest("id"), clause: agreement.clause.digest, clauseID: agreement.clause.id,
            occurrence: try fields.text("occurrence"), occurrenceID: try fields.digest("occurrenceId"),
            trigger: try fields.object("trigger") { try TriggerEvent(&$0) }, inputs: [],
            inputNames: agreement.clause.inputs.map(\.name), inputCommitment: try fields.digest("inputCommitment"),
            priority: try fields.integer("priority"), deadline: try fields.optionalInstant("deadline"),
            supersedes: try fields.optionalDigest("supersedes"), acknowledgedAt: try fields.instant("acknowledgedAt"),
            eventIndex: try fields.integer("eventIndex"), correction: try fields.integer("correction"),
            agreement: agreement,
            sequences: try fields.list("sequences", countMax: .max) { json, place in
                guard case .integer(let sequence) = json else {
                    throw BaseError(.wrongType, "an integer is needed", at: place)
                }
                return Int(sequence)
            }, payload: [], payloadDigest: try fields.digest("payload"))
        status = try fields.choice("status")
        attempts = try fields.list("attempts", countMax: .max) { try Attempt(putAway: $0, at: $1, binding: binding) }
        if let result = try fields.optionalDigest("result") {
            decision = .quorum(result: result, signal: try fields.choice("signal"))
        }
        decidedAt = try fields.optionalInstant("decidedAt")
        certifiedAt = try fields.optionalInstant("certifiedAt")
        rollup = try fields.optionalInteger("rollup")
        leafIndex = try fields.optionalInteger("leaf")
        waitingBecause = try fields.optionalText("because")
        disputes = try fields.list("disputes", countMax: .max) { json, place in
            var mark = try Fields(json, at: place)
            let dispute = DisputeMark(
                number: try mark.integer("number"), kind: try mark.choice("kind"), node: try mark.did("node"))
            try mark.finish()
            return dispute
        }
        isOpen = false
        try fields.finish()
    }
}

extension Job.Attempt {
    fileprivate var putAway: JSON {
        var object: JSONObject = [
            "engine": engine.json, "expiresAt": expiresAt.json, "isReplaced": .bool(isReplaced),
            "issuedAt": issuedAt.json, "jurisdiction": .string(jurisdiction), "node": node.json,
            "nonce": .base64(nonce), "number": .int(number), "operator": `operator`.json,
            "outcome": .text(outcome.rawValue), "snapshot": snapshot.json, "snapshotLogIndex": .int(snapshotLogIndex),
            "token": token.json,
        ]
        // The binding itself is among those of its node.
        object["binding"] = binding?.payloadDigest.json
        object["detail"] = detail.map { .string($0) }
        object["lostAt"] = lostAt?.json
        object["statement"] = statement.map {
            [
                "digest": $0.digest.json, "proofBytes": .int($0.proofBytes), "result": .base64($0.result),
                "resultDigest": $0.resultDigest.json, "signal": .text($0.signal.rawValue),
            ]
        }
        return .object(object)
    }

    fileprivate init(putAway json: JSON, at place: String, binding: (DID, Digest) throws -> Envelope?) throws {
        var fields = try Fields(json, at: place)
        self.init(
            number: try fields.integer("number"), node: try fields.did("node"), operator: try fields.did("operator"),
            jurisdiction: try fields.text("jurisdiction"), token: try fields.digest("token"),
            nonce: try fields.bytes("nonce"), engine: try fields.object("engine") { try Engine(&$0) },
            snapshot: try fields.digest("snapshot"), snapshotLogIndex: try fields.integer("snapshotLogIndex"),
            issuedAt: try fields.instant("issuedAt"), expiresAt: try fields.instant("expiresAt"), tokenBytes: [])
        outcome = try fields.choice("outcome")
        detail = try fields.optionalText("detail")
        statement = try fields.optionalObject("statement") {
            Received(
                digest: try $0.digest("digest"), resultDigest: try $0.digest("resultDigest"),
                result: try $0.bytes("result"), signal: try $0.choice("signal"),
                proofBytes: try $0.integer("proofBytes"))
        }
        self.binding = try fields.optionalDigest("binding").flatMap { try binding(node, $0) }
        lostAt = try fields.optionalInstant("lostAt")
        isReplaced = try fields.bool("isReplaced")
        try fields.finish()
    }
}
