public import NexusBase
public import NexusClause
public import NexusTrust

/// What the rail says about one job: every attempt with its outcome, and the result that reached the quorum, or the
/// decision of people that stands in its place. A leaf of a rollup, which the rail signs
/// (Documentation/Formats/quorum-v1.md).
public struct QuorumStatement: Sendable, Hashable {
    static let format: Text = "nexus.quorum/v1"

    public struct Attempt: Sendable, Hashable {
        public enum Outcome: String, Sendable, Hashable, CaseIterable {
            /// Signed the result that was certified.
            case agreed
            /// Signed another result.
            case differed
            /// Signed a result, but its node or operator was revoked before the rollup was sealed.
            case void
            /// Declined with a coded reason.
            case refused
            /// Ran, but the host's limits, not the computation, ended it.
            case indeterminate
            /// Sent nothing before its deadline.
            case silent
            /// Had not answered when the quorum was reached.
            case pending
        }

        public let attempt: Int
        public let node: DID
        public let `operator`: DID
        public let token: Digest
        public let outcome: Outcome
        /// Payload digest of the CAC, where one was sent.
        public let statement: Digest?
        /// A refusal's code, or the first differing field.
        public let detail: Text?

        public init(
            attempt: Int, node: DID, operator: DID, token: Digest, outcome: Outcome, statement: Digest?, detail: Text?
        ) {
            self.attempt = attempt
            self.node = node
            self.operator = `operator`
            self.token = token
            self.outcome = outcome
            self.statement = statement
            self.detail = detail
        }

        var json: JSON {
            [
                "attempt": .int(attempt), "detail": detail.map { .string($0) }, "node": node.json,
                "operator": `operator`.json, "outcome": .text(outcome.rawValue), "statement": statement?.json,
                "token": token.json,
            ]
        }

        init(json: JSON, at place: String) throws {
            var fields = try Fields(json, at: place)
            attempt = try fields.integer("attempt", in: 1...1_000_000)
            node = try fields.did("node")
            `operator` = try fields.did("operator")
            token = try fields.digest("token")
            outcome = try fields.choice("outcome")
            statement = try fields.optionalDigest("statement")
            detail = try fields.optionalText("detail", bytesMax: 1024)
            try fields.finish()
        }
    }

    /// How the job was decided.
    public enum Decision: Sendable, Hashable {
        /// k nodes agreed.
        case quorum(result: Digest, signal: Signal)
        /// The committee decided a frozen occurrence; the entry's number in the governance chain. Where no nodes agree,
        /// only this says what the job was given.
        case override(entry: Int, signal: Signal, inputs: [CAC.InputReference])
    }

    public let rail: Digest
    public let job: Digest
    public let occurrenceID: Digest
    public let occurrence: Text
    public let clauseID: ClauseID
    public let clause: Digest
    /// The event that asked for the job.
    public let trigger: TriggerEvent
    public let inputCommitment: Digest
    public let decision: Decision
    public let attempts: [Attempt]
    /// The job whose certificate this one corrects.
    public let supersedes: Digest?
    public let acknowledgedAt: Instant
    public let decidedAt: Instant

    public init(
        rail: Digest, job: Digest, occurrenceID: Digest, occurrence: Text, clauseID: ClauseID, clause: Digest,
        trigger: TriggerEvent, inputCommitment: Digest, decision: Decision, attempts: [Attempt], supersedes: Digest?,
        acknowledgedAt: Instant, decidedAt: Instant
    ) {
        self.rail = rail
        self.job = job
        self.occurrenceID = occurrenceID
        self.occurrence = occurrence
        self.clauseID = clauseID
        self.clause = clause
        self.trigger = trigger
        self.inputCommitment = inputCommitment
        self.decision = decision
        self.attempts = attempts
        self.supersedes = supersedes
        self.acknowledgedAt = acknowledgedAt
        self.decidedAt = decidedAt
    }

    public var signal: Signal {
        switch decision {
        case .quorum(_, let signal), .override(_, let signal, _): signal
        }
    }

    public var bytes: [UInt8] {
        var object: JSONObject = [
            "acknowledgedAt": acknowledgedAt.json, "attempts": .array(attempts.map(\.json)),
            "clause": ["digest": clause.json, "id": clauseID.json], "decidedAt": decidedAt.json,
            "format": .string(Self.format), "inputCommitment": inputCommitment.json, "jobId": job.json,
            "occurrence": .string(occurrence), "occurrenceId": occurrenceID.json, "rail": rail.json,
            "signal": .text(signal.rawValue), "trigger": trigger.json,
        ]
        switch decision {
        case .quorum(let result, _): object["resultDigest"] = result.json
        case .override(let entry, _, let inputs):
            object["override"] = ["entry": .int(entry), "inputs": .array(inputs.map(\.json))]
        }
        object["supersedes"] = supersedes?.json
        return JSON.object(object).canonicalBytes
    }

    public init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(JSON(parsingCanonical: bytes, bytesMax: EvidenceLimits.quorumBytesMax), at: "quorum")
        guard try fields.text("format") == Self.format else {
            throw BaseError(.wrongType, "\(Self.format) is needed", at: "quorum.format")
        }
        rail = try fields.digest("rail")
        job = try fields.digest("jobId")
        occurrenceID = try fields.digest("occurrenceId")
        occurrence = try fields.text("occurrence", bytesMax: 256)
        (clause, clauseID) = try fields.object("clause") {
            (try $0.digest("digest"), try ClauseID(parsing: $0.text("id", bytesMax: 256)))
        }
        trigger = try fields.object("trigger") { try TriggerEvent(&$0) }
        inputCommitment = try fields.digest("inputCommitment")
        let signal: Signal = try fields.choice("signal")
        let overridden = try fields.optionalObject("override") { override in
            let entry = try override.integer("entry", in: 1...Limits.jsonIntegerMax)
            let inputs = try override.list("inputs", countMax: ClauseLimits.partsMax) {
                try CAC.InputReference(json: $0, at: $1)
            }
            return Decision.override(entry: entry, signal: signal, inputs: inputs)
        }
        if let overridden {
            decision = overridden
        } else {
            decision = .quorum(result: try fields.digest("resultDigest"), signal: signal)
        }
        attempts = try fields.list("attempts", countMax: EvidenceLimits.statementsMax) {
            try Attempt(json: $0, at: $1)
        }
        supersedes = try fields.optionalDigest("supersedes")
        acknowledgedAt = try fields.instant("acknowledgedAt")
        decidedAt = try fields.instant("decidedAt")
        try fields.finish()
    }
}
