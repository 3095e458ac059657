public import NexusBase
public import NexusClause
public import NexusTrust

/// Clause-Attested Compute: one node's signed statement about one execution (Documentation/Formats/cac-v1.md).
public struct CAC: Sendable, Hashable {
    static let predicateType: Text = "urn:nexus:cac:v1"

    /// An input as a statement names it: by its leaf, never by its value.
    public struct InputReference: Sendable, Hashable {
        public let name: Text
        public let leaf: Digest
        public let feed: DID?
        public let edition: Text
        public let retrievedAt: Instant

        public init(_ input: BoundInput) {
            name = input.name
            leaf = input.leaf
            feed = input.feed
            edition = input.edition
            retrievedAt = input.retrievedAt
        }

        var json: JSON {
            [
                "edition": .string(edition), "feed": feed?.json, "leaf": leaf.json, "name": .string(name),
                "retrievedAt": retrievedAt.json,
            ]
        }

        init(json: JSON, at place: String) throws {
            var fields = try Fields(json, at: place)
            name = try fields.text("name", bytesMax: 256)
            leaf = try fields.digest("leaf")
            edition = try fields.text("edition", bytesMax: 256)
            retrievedAt = try fields.instant("retrievedAt")
            feed = try fields.optionalText("feed").map { try DID(parsing: $0) }
            try fields.finish()
        }
    }

    /// What the run used.
    public struct Usage: Sendable, Hashable {
        public let module: Digest
        public let fuel: Int
        public let memoryBytesMax: Int
        public let wallTimeMicroseconds: Int

        public init(module: Digest, fuel: Int, memoryBytesMax: Int, wallTimeMicroseconds: Int) {
            self.module = module
            self.fuel = fuel
            self.memoryBytesMax = memoryBytesMax
            self.wallTimeMicroseconds = wallTimeMicroseconds
        }
    }

    /// Which governance the node acted under.
    public struct GovernanceReference: Sendable, Hashable {
        public let rail: Digest
        public let jurisdiction: Text
        public let snapshot: Digest
        /// Log index of the last governance entry in that snapshot.
        public let logIndex: Int

        public init(rail: Digest, jurisdiction: Text, snapshot: Digest, logIndex: Int) {
            self.rail = rail
            self.jurisdiction = jurisdiction
            self.snapshot = snapshot
            self.logIndex = logIndex
        }
    }

    /// The kind that a verifier found, and the evidence it looked at. Only `simulated` exists until the attestation
    /// verifiers land; it never passes for hardware.
    public struct Attestation: Sendable, Hashable {
        public let kind: Text
        public let evidence: [UInt8]

        public init(kind: Text, evidence: [UInt8]) {
            self.kind = kind
            self.evidence = evidence
        }
    }

    /// What a node proved, where the computation is a model: the statement, and which bytes prove it.
    public struct ProofReference: Sendable, Hashable {
        /// SHA-256 of the proof.
        public let digest: Digest
        /// Canonical bytes of what is proved (proof-v1, section 1).
        public let statement: [UInt8]

        public init(digest: Digest, statement: [UInt8]) {
            self.digest = digest
            self.statement = statement
        }
    }

    public let clauseID: ClauseID
    public let clause: Digest
    public let occurrenceID: Digest
    public let job: Digest
    public let execution: Digest
    public let attempt: Int
    public let trigger: TriggerEvent
    public let inputs: [InputReference]
    public let inputCommitment: Digest
    public let result: [UInt8]
    /// SHA-256 of `result`.
    public let resultDigest: Digest
    public let engine: Engine
    public let usage: Usage
    public let proof: ProofReference?
    public let attestation: Attestation
    public let governance: GovernanceReference
    public let token: Digest
    public let nonce: [UInt8]
    public let node: DID
    public let `operator`: DID
    public let startedAt: Instant
    public let finishedAt: Instant

    public init(
        clauseID: ClauseID, clause: Digest, occurrenceID: Digest, job: Digest, attempt: Int, trigger: TriggerEvent,
        inputs: [InputReference], inputCommitment: Digest, result: [UInt8], engine: Engine, usage: Usage,
        attestation: Attestation, governance: GovernanceReference, token: Digest, nonce: [UInt8], node: DID,
        operator: DID, startedAt: Instant, finishedAt: Instant, proof: ProofReference? = nil
    ) {
        self.clauseID = clauseID
        self.clause = clause
        self.occurrenceID = occurrenceID
        self.job = job
        execution = Self.executionID(job: job, attempt: attempt, node: node)
        self.attempt = attempt
        self.trigger = trigger
        self.inputs = inputs
        self.inputCommitment = inputCommitment
        self.result = result
        resultDigest = Digest(of: result)
        self.engine = engine
        self.usage = usage
        self.proof = proof
        self.attestation = attestation
        self.governance = governance
        self.token = token
        self.nonce = nonce
        self.node = node
        self.operator = `operator`
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    static func executionID(job: Digest, attempt: Int, node: DID) -> Digest {
        Framed.digest("nexus/execution/v1", job.bytes, Array(String(attempt).utf8), node.text.bytes)
    }
}
