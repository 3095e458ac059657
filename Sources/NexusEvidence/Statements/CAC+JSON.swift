import NexusBase
import NexusClause
public import NexusTrust

extension CAC {
    /// The statement's canonical bytes.
    public var bytes: [UInt8] {
        let predicate: JSON = [
            "attempt": .int(attempt),
            "attestation": ["evidence": .base64(attestation.evidence), "kind": .string(attestation.kind)],
            "clause": ["digest": clause.json, "id": clauseID.json],
            "executionId": execution.json,
            "finishedAt": finishedAt.json,
            "governance": [
                "jurisdiction": .string(governance.jurisdiction), "logIndex": .int(governance.logIndex),
                "rail": governance.rail.json, "snapshotDigest": governance.snapshot.json,
            ],
            "inputCommitment": inputCommitment.json,
            "inputs": .array(inputs.map(\.json)),
            "jobId": job.json,
            "node": node.json,
            "occurrenceId": occurrenceID.json,
            "operator": `operator`.json,
            "proof": proof.map { ["digest": $0.digest.json, "statement": .base64($0.statement)] },
            "result": .base64(result),
            "resultDigest": resultDigest.json,
            "runtime": [
                "engine": .string(engine.name), "fuel": .int(usage.fuel), "memoryMax": .int(usage.memoryBytesMax),
                "moduleDigest": usage.module.json, "version": .string(engine.version),
                "wallTimeMicroseconds": .int(usage.wallTimeMicroseconds),
            ],
            "startedAt": startedAt.json,
            "token": ["digest": token.json, "nonce": .base64(nonce)],
            "trigger": trigger.json,
        ]
        return Statement(
            predicateType: Self.predicateType, subjects: [.init(name: "result", digest: resultDigest)],
            predicate: predicate
        ).bytes
    }

    /// Reads the statement in an envelope and checks what it says of itself; the signature is for `verify(_:)`.
    public init(in envelope: Envelope) throws {
        let statement = try Statement(in: envelope, predicateType: Self.predicateType)
        var fields = try Fields(statement.predicate, at: "cac")
        (clause, clauseID) = try fields.object("clause") {
            (try $0.digest("digest"), try ClauseID(parsing: $0.text("id", bytesMax: 256)))
        }
        occurrenceID = try fields.digest("occurrenceId")
        job = try fields.digest("jobId")
        execution = try fields.digest("executionId")
        attempt = try fields.integer("attempt", in: 1...1_000_000)
        trigger = try fields.object("trigger") { try TriggerEvent(&$0) }
        inputs = try fields.list("inputs", countMax: ClauseLimits.partsMax) { try InputReference(json: $0, at: $1) }
        inputCommitment = try fields.digest("inputCommitment")
        result = try fields.bytes("result", countMax: EvidenceLimits.resultBytesMax)
        resultDigest = Digest(of: result)
        let told = try fields.digest("resultDigest")
        let (engineName, engineVersion, usage) = try fields.object("runtime") { fields in
            (
                try fields.text("engine", bytesMax: 64), try fields.text("version", bytesMax: 64),
                Usage(
                    module: try fields.digest("moduleDigest"), fuel: try fields.integer("fuel"),
                    memoryBytesMax: try fields.integer("memoryMax"),
                    wallTimeMicroseconds: try fields.integer("wallTimeMicroseconds"))
            )
        }
        self.usage = usage
        proof = try fields.optional("proof").map { json in
            var fields = try Fields(json, at: "cac.proof")
            let reference = ProofReference(
                digest: try fields.digest("digest"),
                statement: try fields.bytes("statement", countMax: EvidenceLimits.resultBytesMax))
            try fields.finish()
            return reference
        }
        attestation = try fields.object("attestation") {
            Attestation(kind: try $0.text("kind", bytesMax: 64), evidence: try $0.bytes("evidence", countMax: 1 << 20))
        }
        governance = try fields.object("governance") {
            GovernanceReference(
                rail: try $0.digest("rail"), jurisdiction: try $0.text("jurisdiction", bytesMax: 256),
                snapshot: try $0.digest("snapshotDigest"), logIndex: try $0.integer("logIndex"))
        }
        (token, nonce) = try fields.object("token") {
            (try $0.digest("digest"), try $0.bytes("nonce", countMax: EvidenceLimits.nonceBytes))
        }
        node = try fields.did("node")
        `operator` = try fields.did("operator")
        startedAt = try fields.instant("startedAt")
        finishedAt = try fields.instant("finishedAt")
        try fields.finish()
        let parsed = try ExecutionResult(parsing: result)
        engine = parsed.engine
        try check(parsed, digest: told, engineName, engineVersion, statement)
    }

    /// Every fact that a CAC states twice is stated the same twice.
    private func check(
        _ parsed: ExecutionResult, digest: Digest, _ engineName: Text, _ engineVersion: Text, _ statement: Statement
    ) throws {
        func require(_ holds: Bool, _ place: String) throws {
            guard holds else { throw EvidenceError(.mismatch, "the statement contradicts itself", at: "cac.\(place)") }
        }
        guard nonce.count == EvidenceLimits.nonceBytes else {
            throw BaseError(.wrongType, "a nonce has \(EvidenceLimits.nonceBytes) bytes", at: "cac.token.nonce")
        }
        try require(digest == resultDigest, "resultDigest")
        try require(statement.subjects == [.init(name: "result", digest: resultDigest)], "subject")
        try require(execution == Self.executionID(job: job, attempt: attempt, node: node), "executionId")
        try require(parsed.clause == clause, "clause.digest")
        try require(parsed.occurrenceID == occurrenceID, "occurrenceId")
        try require(parsed.inputCommitment == inputCommitment, "inputCommitment")
        try require(BoundInput.commitment(inputs.map(\.leaf)) == inputCommitment, "inputs")
        try require(parsed.engine.name == engineName && parsed.engine.version == engineVersion, "runtime")
        try require(startedAt <= finishedAt, "finishedAt")
    }
}
