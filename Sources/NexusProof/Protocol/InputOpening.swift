public import NexusBase

/// What opens a commitment to one input: the numbers, and the seed of the commitment's masks.
/// Documentation/Formats/input-opening-v1.md.
public struct InputOpening: Sendable, Hashable {
    private static let format = Text("nexus.input-opening/v1")

    public let values: [Int8]
    /// 32 secret random bytes, used for this commitment alone.
    public let seed: [UInt8]

    /// Throws `proof.bad-input`.
    public init(values: [Int8], seed: [UInt8]) throws {
        guard (1...ProofLimits.valueSizeMax).contains(values.count), seed.count == ProofLimits.seedSize else {
            throw ProofError(.badInput, "an opening has 1 to \(ProofLimits.valueSizeMax) values and a seed of 32 bytes")
        }
        self.values = values
        self.seed = seed
    }

    public var bytes: [UInt8] {
        let json: JSON = [
            "format": .string(Self.format), "seed": .base64(seed),
            "values": .base64(values.map { UInt8(bitPattern: $0) }),
        ]
        return json.canonicalBytes
    }

    /// Reads canonical bytes only. Throws `proof.malformed` or `proof.bad-input`.
    public init(parsing bytes: [UInt8]) throws {
        do {
            var fields = try Fields(
                JSON(parsingCanonical: bytes, bytesMax: ProofLimits.openingBytesMax), at: "opening")
            guard try fields.text("format", bytesMax: 64) == Self.format else {
                throw ProofError(.malformed, "an opening of another format", at: "opening.format")
            }
            let values = try fields.bytes("values", countMax: ProofLimits.valueSizeMax)
            try self.init(
                values: values.map { Int8(bitPattern: $0) }, seed: fields.bytes("seed", countMax: ProofLimits.seedSize))
            try fields.finish()
        } catch let error as BaseError {
            throw ProofError(.malformed, error.message, at: error.place, cause: error)
        }
    }
}

extension InferenceProver {
    /// The commitment that the opening makes. Throws `proof.bad-input`.
    public func commit(to opening: InputOpening) throws -> CommittedInput {
        try commit(to: opening.values, seed: opening.seed)
    }

    /// The network's output, without a proof. Throws `proof.bad-input`.
    public func output(for input: [Int8]) throws -> [Int8] {
        guard input.count == layout.count(of: 0) else {
            throw ProofError(.badInput, "\(layout.count(of: 0)) input values are needed, not \(input.count)")
        }
        return Witness(layout: layout, input: input).output
    }

    /// Proves the opened input for a job: the same opening and job give the same bytes, so that a second attempt opens
    /// no further columns of the commitment. Throws as `prove(_:context:seed:)`.
    public func prove(
        _ opening: InputOpening, _ input: CommittedInput, forJob job: Digest
    ) throws -> (statement: ProofStatement, proof: [UInt8]) {
        let seed = Framed.digest("nexus/proof-seed/v1", opening.seed, job.bytes)
        return try prove(input, context: job.bytes, seed: seed.bytes)
    }
}
