public import NexusBase

/// What a proof proves: the model, applied to the committed inputs, gives these outputs, for this context.
/// proof-v1 and proof-v2, section 1.
public struct ProofStatement: Sendable, Hashable {
    public let format: ProofFormat
    /// `ProofNetwork.hash` in proof-v1, `ModelHeader.hash` in proof-v2.
    public let modelHash: Digest
    /// Root of the inputs' blinded tableau, section 6. Its owner signs it; without that the input is unbound.
    public let inputRoot: Digest
    /// The outputs of the batch's inputs, one after the other.
    public let output: [Int8]
    /// Inputs proved together.
    public let batch: Int
    /// What the proof was made for, such as a job's nonce: at most `contextBytesMax` bytes.
    public let context: [UInt8]

    public init(
        modelHash: Digest, inputRoot: Digest, output: [Int8], batch: Int, context: [UInt8], format: ProofFormat = .v1
    ) throws {
        guard context.count <= ProofLimits.contextBytesMax else {
            throw ProofError(.tooLarge, "a context of \(context.count) bytes", at: "context")
        }
        self.format = format
        self.modelHash = modelHash
        self.inputRoot = inputRoot
        self.output = output
        self.batch = batch
        self.context = context
    }

    public var json: JSON {
        .object([
            "batch": .int(batch),
            "context": .base64(context),
            "inputRoot": inputRoot.json,
            "modelHash": modelHash.json,
            "output": .base64(output.map { UInt8(bitPattern: $0) }),
            "type": .string(Text(format.rawValue)),
        ])
    }

    /// RFC 8785 bytes: what the transcript absorbs and what a statement's file holds.
    public var canonicalBytes: [UInt8] { json.canonicalBytes }

    /// Reads canonical bytes only. Throws `proof.malformed` or `proof.too-large`.
    public init(parsing bytes: [UInt8]) throws {
        do {
            let json = try JSON(parsingCanonical: bytes, bytesMax: ProofLimits.statementBytesMax)
            var fields = try Fields(json, at: "statement")
            let type = try fields.text("type")
            guard let format = ProofFormat.allCases.first(where: { Text($0.rawValue) == type }) else {
                throw ProofError(.malformed, "a statement of another type", at: "statement.type")
            }
            let output = try fields.bytes("output", countMax: ProofLimits.statementBytesMax)
            try self.init(
                modelHash: fields.digest("modelHash"), inputRoot: fields.digest("inputRoot"),
                output: output.map { Int8(bitPattern: $0) },
                batch: fields.integer("batch", in: 1...Int64(ProofLimits.batchMax)),
                context: fields.bytes("context", countMax: ProofLimits.contextBytesMax), format: format)
            try fields.finish()
        } catch let error as BaseError {
            throw ProofError(.malformed, error.message, at: error.place, cause: error)
        }
    }
}
