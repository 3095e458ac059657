public import NexusBase
public import NexusTrust

/// Why a job runs: the kind of event, who sent it, and the sender's own id for it.
public struct TriggerEvent: Sendable, Hashable {
    public let kind: Text
    public let source: Text
    public let eventID: Text

    public init(kind: Text, source: Text, eventID: Text) {
        self.kind = kind
        self.source = source
        self.eventID = eventID
    }

    public var json: JSON { ["eventId": .string(eventID), "source": .string(source), "type": .string(kind)] }

    public init(_ fields: inout Fields) throws {
        kind = try fields.text("type", bytesMax: 64)
        source = try fields.text("source", bytesMax: 256)
        eventID = try fields.text("eventId", bytesMax: 256)
    }
}

/// Signed permission for one node to make one attempt at one job (Documentation/Formats/job-token-v1.md).
public struct JobToken: Sendable, Hashable {
    static let predicateType: Text = "urn:nexus:job-token:v1"

    public let rail: Digest
    public let job: Digest
    public let attempt: Int
    public let node: DID
    public let clause: Digest
    public let module: Digest
    /// The engine that the node said it runs.
    public let engine: Engine
    public let inputCommitment: Digest
    /// Digest of the governance snapshot the rail decided under.
    public let snapshot: Digest
    /// Digest of the payload's plaintext.
    public let payload: Digest
    /// 16 bytes.
    public let nonce: [UInt8]
    public let issuedAt: Instant
    public let expiresAt: Instant

    public init(
        rail: Digest, job: Digest, attempt: Int, node: DID, clause: Digest, module: Digest, engine: Engine,
        inputCommitment: Digest, snapshot: Digest, payload: Digest, nonce: [UInt8], issuedAt: Instant,
        expiresAt: Instant
    ) {
        self.rail = rail
        self.job = job
        self.attempt = attempt
        self.node = node
        self.clause = clause
        self.module = module
        self.engine = engine
        self.inputCommitment = inputCommitment
        self.snapshot = snapshot
        self.payload = payload
        self.nonce = nonce
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// The statement's canonical bytes; their SHA-256 is the token's digest.
    public var bytes: [UInt8] {
        Statement(
            predicateType: Self.predicateType, subjects: [.init(name: "job", digest: job)],
            predicate: [
                "attempt": .int(attempt), "clause": clause.json, "engine": engine.json, "expiresAt": expiresAt.json,
                "inputCommitment": inputCommitment.json, "issuedAt": issuedAt.json, "job": job.json,
                "module": module.json, "node": node.json, "nonce": .base64(nonce), "payload": payload.json,
                "rail": rail.json, "snapshot": snapshot.json,
            ]
        ).bytes
    }

    public init(in envelope: Envelope) throws {
        let statement = try Statement(in: envelope, predicateType: Self.predicateType)
        var fields = try Fields(statement.predicate, at: "token")
        rail = try fields.digest("rail")
        job = try fields.digest("job")
        attempt = try fields.integer("attempt", in: 1...1_000_000)
        node = try fields.did("node")
        clause = try fields.digest("clause")
        module = try fields.digest("module")
        engine = try fields.object("engine") { try Engine(&$0) }
        inputCommitment = try fields.digest("inputCommitment")
        snapshot = try fields.digest("snapshot")
        payload = try fields.digest("payload")
        nonce = try fields.bytes("nonce", countMax: EvidenceLimits.nonceBytes)
        issuedAt = try fields.instant("issuedAt")
        expiresAt = try fields.instant("expiresAt")
        try fields.finish()
        guard statement.subjects == [.init(name: "job", digest: job)] else {
            throw EvidenceError(.mismatch, "the statement's subject is not the job", at: "token.subject")
        }
        guard nonce.count == EvidenceLimits.nonceBytes else {
            throw BaseError(.wrongType, "a nonce has \(EvidenceLimits.nonceBytes) bytes", at: "token.nonce")
        }
    }
}

/// What is sealed to the node beside its token: the occurrence and the inputs
/// (Documentation/Formats/job-payload-v1.md).
public struct JobPayload: Sendable, Hashable {
    static let format: Text = "nexus.job-payload/v1"
    public let occurrence: Text
    public let trigger: TriggerEvent
    public let inputs: [BoundInput]
    /// What opens each committed input (input-opening-v1), by name, in the clause's order.
    public let openings: [Opening]

    public struct Opening: Sendable, Hashable {
        public let name: Text
        public let bytes: [UInt8]

        public init(name: Text, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    public init(occurrence: Text, trigger: TriggerEvent, inputs: [BoundInput], openings: [Opening] = []) {
        self.occurrence = occurrence
        self.trigger = trigger
        self.inputs = inputs
        self.openings = openings
    }

    public var bytes: [UInt8] {
        var json: JSONObject = [
            "format": .string(Self.format), "inputs": .array(inputs.map(\.json)), "occurrence": .string(occurrence),
            "trigger": trigger.json,
        ]
        if !openings.isEmpty {
            json["openings"] = .array(openings.map { ["name": .string($0.name), "opening": .base64($0.bytes)] })
        }
        return JSON.object(json).canonicalBytes
    }

    public init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(
            JSON(parsingCanonical: bytes, bytesMax: EvidenceLimits.payloadBytesMax), at: "payload")
        guard try fields.text("format") == Self.format else {
            throw BaseError(.wrongType, "\(Self.format) is needed", at: "payload.format")
        }
        occurrence = try fields.text("occurrence", bytesMax: 256)
        trigger = try fields.object("trigger") { try TriggerEvent(&$0) }
        inputs = try fields.list("inputs", countMax: 256) { try BoundInput(json: $0, at: $1) }
        openings = try fields.optionalList("openings", countMax: 256) { json, place in
            var fields = try Fields(json, at: place)
            let opening = Opening(
                name: try fields.text("name", bytesMax: 256),
                bytes: try fields.bytes("opening", countMax: EvidenceLimits.payloadBytesMax))
            try fields.finish()
            return opening
        }
        try fields.finish()
    }
}
