public import NexusBase
public import NexusEvidence
public import NexusTrust

/// What a rail asks a validator to check before it cosigns: the new entries of the log, and for each rollup among them
/// all that its quorums rest on (Documentation/Formats/validation-v1.md).
public struct ValidationRequest: Sendable {
    static let format: Text = "nexus.validation/v1"

    public struct DecidedJob: Sendable {
        public let quorum: [UInt8]
        public let statements: [Envelope]
        /// Where a model was computed: its proof, and the committed input with the feed's signature on its root.
        public let proof: Proof?

        public struct Proof: Sendable {
            public let result: ResultProof
            public let input: BoundInput

            public init(result: ResultProof, input: BoundInput) {
                self.result = result
                self.input = input
            }
        }

        public init(quorum: [UInt8], statements: [Envelope], proof: Proof? = nil) {
            self.quorum = quorum
            self.statements = statements
            self.proof = proof
        }
    }

    /// The checkpoint with the log's signature.
    public let checkpoint: Text
    /// Index of the first entry below.
    public let firstIndex: Int
    public let entries: [[UInt8]]
    /// Decided jobs of the rollups among the entries, in order.
    public let jobs: [DecidedJob]
    /// Operators' bindings of the nodes that signed.
    public let bindings: [Envelope]

    public init(checkpoint: Text, firstIndex: Int, entries: [[UInt8]], jobs: [DecidedJob], bindings: [Envelope]) {
        self.checkpoint = checkpoint
        self.firstIndex = firstIndex
        self.entries = entries
        self.jobs = jobs
        self.bindings = bindings
    }

    public var bytes: [UInt8] {
        let json: JSON = [
            "bindings": .array(bindings.map(\.json)), "checkpoint": .string(checkpoint),
            "entries": .array(entries.map { .base64($0) }), "firstIndex": .int(firstIndex),
            "format": .string(Self.format),
            "jobs": .array(
                jobs.map {
                    [
                        "proof": $0.proof?.json, "quorum": .base64($0.quorum),
                        "statements": .array($0.statements.map(\.json)),
                    ]
                }),
        ]
        return json.canonicalBytes
    }

    public init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(
            JSON(parsingCanonical: bytes, bytesMax: EvidenceLimits.packBytesMax), at: "validation")
        guard try fields.text("format") == Self.format else {
            throw BaseError(.wrongType, "\(Self.format) is needed", at: "validation.format")
        }
        checkpoint = try fields.text("checkpoint", bytesMax: 1 << 20)
        firstIndex = try fields.integer("firstIndex")
        entries = try fields.list("entries") { json, place in
            guard case .string(let text) = json else { throw BaseError(.wrongType, "base64 is needed", at: place) }
            return try Base64.decode(text.string)
        }
        jobs = try fields.list("jobs", countMax: EvidenceLimits.rollupMax) { json, place in
            var fields = try Fields(json, at: place)
            let job = DecidedJob(
                quorum: try fields.bytes("quorum", countMax: 4 << 20),
                statements: try fields.list("statements", countMax: EvidenceLimits.statementsMax) {
                    try Envelope(json: $0, at: $1)
                }, proof: try fields.optional("proof").map { try DecidedJob.Proof(json: $0, at: "\(place).proof") })
            try fields.finish()
            return job
        }
        bindings = try fields.list("bindings") { try Envelope(json: $0, at: $1) }
        try fields.finish()
    }
}

extension ValidationRequest.DecidedJob.Proof {
    fileprivate var json: JSON {
        ["input": input.json, "model": .base64(result.model), "proof": .base64(result.proof)]
    }

    fileprivate init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        input = try BoundInput(json: fields.required("input"), at: "\(place).input")
        result = ResultProof(
            model: try fields.bytes("model", countMax: EvidenceLimits.proofMaterialBytesMax),
            proof: try fields.bytes("proof", countMax: EvidenceLimits.proofMaterialBytesMax))
        try fields.finish()
    }
}
