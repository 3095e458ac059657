import NexusAnchor
import NexusAttestation
public import NexusBase
import NexusGovernance
public import NexusLog
public import NexusTrust

/// One file with all that a third party needs to check one job offline (Documentation/Formats/evidence-pack-v1.md).
///
/// The bytes equal their own RFC 8785 form, unknown fields are refused, and `packDigest` covers the rest, so any
/// changed
/// byte is refused. `packDigest` shows damage, not authorship: that is what the signatures are for.
public struct EvidencePack: Sendable, Hashable {
    static let format: Text = "nexus.evidence-pack/v1"

    /// An entry of the log with the proof that it stands there.
    public struct LogEntry: Sendable, Hashable {
        public let bytes: [UInt8]
        public let index: Int
        public let path: [Digest]

        public init(bytes: [UInt8], index: Int, path: [Digest]) {
            self.bytes = bytes
            self.index = index
            self.path = path
        }
    }

    /// An input, shown with its salt or withheld as its leaf.
    public enum Input: Sendable, Hashable {
        case shown(BoundInput)
        case withheld(CAC.InputReference)

        public var leaf: Digest { reference.leaf }

        /// The input as statements name it.
        public var reference: CAC.InputReference {
            switch self {
            case .shown(let input): CAC.InputReference(input)
            case .withheld(let reference): reference
            }
        }

        public var isWithheld: Bool { if case .withheld = self { true } else { false } }
    }

    public let rail: Digest
    public let genesis: LogEntry
    /// The whole chain of governance entries up to the rollup.
    public let governance: [LogEntry]
    public let inputs: [Input]
    public let bindings: [Envelope]
    /// Every CAC of every attempt.
    public let statements: [Envelope]
    /// Canonical bytes of the quorum statement.
    public let quorum: [UInt8]
    public let rollup: LogEntry
    public let leafIndex: Int
    /// The signed note of the checkpoint, with its cosignatures.
    public let checkpoint: Text
    /// Rotations of keys in the log after `governance` and under the checkpoint.
    public let rotations: [LogEntry]
    /// What outside parties said about the checkpoint's note.
    public let anchors: [Anchor]
    /// The evidence documents that the agreeing nodes were admitted with (attestation-v1).
    public let attestations: [[UInt8]]
    /// The network and the proof of the certified result, where a model was computed.
    public let proof: ResultProof?

    public init(
        rail: Digest, genesis: LogEntry, governance: [LogEntry], inputs: [Input], bindings: [Envelope],
        statements: [Envelope], quorum: [UInt8], rollup: LogEntry, leafIndex: Int, checkpoint: Text,
        rotations: [LogEntry] = [], anchors: [Anchor] = [], attestations: [[UInt8]] = [], proof: ResultProof? = nil
    ) {
        self.rail = rail
        self.genesis = genesis
        self.governance = governance
        self.inputs = inputs
        self.bindings = bindings
        self.statements = statements
        self.quorum = quorum
        self.rollup = rollup
        self.leafIndex = leafIndex
        self.checkpoint = checkpoint
        self.rotations = rotations
        self.anchors = anchors
        self.attestations = attestations
        self.proof = proof
    }
}

extension EvidencePack {
    private var content: JSONObject {
        var object: JSONObject = [
            "bindings": .array(bindings.map(\.json)),
            "checkpoint": .string(checkpoint),
            "format": .string(Self.format),
            "genesis": genesis.json,
            "governance": .array(governance.map(\.json)),
            "inputs": .array(inputs.map(\.json)),
            "quorum": .base64(quorum),
            "rail": rail.json,
            "rollup": ["entry": rollup.json, "leafIndex": .int(leafIndex)],
            "statements": .array(statements.map(\.json)),
        ]
        if !rotations.isEmpty { object["rotations"] = .array(rotations.map(\.json)) }
        object["proof"] = proof?.json
        if !attestations.isEmpty { object["attestations"] = .array(attestations.map { .base64($0) }) }
        if !anchors.isEmpty { object["anchors"] = .array(anchors.map(\.json)) }
        return object
    }

    public var bytes: [UInt8] {
        var object = content
        object["packDigest"] = JSON.object(object).digest.json
        return JSON.object(object).canonicalBytes
    }

    /// Reads a pack. Form is checked here; what it proves is for `PackVerifier`.
    public init(parsing bytes: [UInt8]) throws {
        let json = try JSON(parsingCanonical: bytes, bytesMax: EvidenceLimits.packBytesMax)
        var fields = try Fields(json, at: "pack")
        let format = try fields.text("format", bytesMax: 256)
        guard format == Self.format else {
            throw EvidenceError(.notACertificate, "\(format) is no evidence pack", at: "pack.format")
        }
        let digest = try fields.digest("packDigest")
        rail = try fields.digest("rail")
        genesis = try LogEntry(json: fields.required("genesis"), at: "pack.genesis")
        governance = try fields.list("governance", countMax: GovernanceLimits.entriesMax) {
            try LogEntry(json: $0, at: $1)
        }
        inputs = try fields.list("inputs", countMax: 256) { try Input(json: $0, at: $1) }
        bindings = try fields.list("bindings", countMax: EvidenceLimits.statementsMax) {
            try Envelope(json: $0, at: $1)
        }
        statements = try fields.list("statements", countMax: EvidenceLimits.statementsMax) {
            try Envelope(json: $0, at: $1)
        }
        quorum = try fields.bytes("quorum", countMax: EvidenceLimits.quorumBytesMax)
        (rollup, leafIndex) = try fields.object("rollup") {
            (try LogEntry(json: $0.required("entry"), at: "pack.rollup.entry"), try $0.integer("leafIndex"))
        }
        checkpoint = try fields.text("checkpoint", bytesMax: 1 << 20)
        rotations = try fields.optionalList("rotations", countMax: EvidenceLimits.rotationsMax) {
            try LogEntry(json: $0, at: $1)
        }
        proof = try fields.optional("proof").map { try ResultProof(json: $0, at: "pack.proof") }
        anchors = try fields.optionalList("anchors", countMax: LogLimits.anchorsMax) { try Anchor(json: $0, at: $1) }
        attestations = try fields.optionalList("attestations", countMax: EvidenceLimits.statementsMax) { json, place in
            guard case .string(let text) = json else { throw BaseError(.wrongType, "base64 is needed", at: place) }
            guard text.utf8.count <= (AttestationLimits.evidenceBytesMax + 2) / 3 * 4 else {
                throw BaseError(.tooLarge, "at most \(AttestationLimits.evidenceBytesMax) bytes", at: place)
            }
            do { return try Base64.decode(text.string) } catch let error as BaseError { throw error.at(place) }
        }
        try fields.finish()
        guard digest == JSON.object(content).digest else {
            throw EvidenceError(.packDamaged, "the pack's digest does not match its content", at: "pack.packDigest")
        }
    }
}

extension EvidencePack.LogEntry {
    var json: JSON { ["bytes": .base64(bytes), "index": .int(index), "path": .array(path.map { .base64($0.bytes) })] }

    init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        bytes = try fields.bytes("bytes", countMax: EvidenceLimits.logEntryBytesMax)
        index = try fields.integer("index")
        path = try fields.list("path", countMax: Limits.merklePathMax) { json, place in
            guard case .string(let text) = json else { throw BaseError(.wrongType, "base64 is needed", at: place) }
            do { return try Digest(bytes: Base64.decode(text.string)) } catch let error as BaseError {
                throw error.at(place)
            }
        }
        try fields.finish()
    }
}

extension EvidencePack.Input {
    var json: JSON {
        switch self {
        case .shown(let input): ["shown": input.json]
        case .withheld(let reference): ["withheld": reference.json]
        }
    }

    init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        if let shown = fields.optional("shown") {
            self = .shown(try BoundInput(json: shown, at: "\(place).shown"))
        } else {
            self = .withheld(try CAC.InputReference(json: fields.required("withheld"), at: "\(place).withheld"))
        }
        try fields.finish()
    }
}
