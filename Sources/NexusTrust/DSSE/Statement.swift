public import NexusBase

/// An in-toto Statement v1: what is said (`predicateType`, `predicate`) about which named digests.
public struct Statement: Sendable, Hashable {
    public struct Subject: Sendable, Hashable {
        public let name: Text
        public let digest: Digest
        public init(name: Text, digest: Digest) {
            self.name = name
            self.digest = digest
        }
    }

    static let type: Text = "https://in-toto.io/Statement/v1"

    public let predicateType: Text
    public let subjects: [Subject]
    public let predicate: JSON

    public init(predicateType: Text, subjects: [Subject], predicate: JSON) {
        self.predicateType = predicateType
        self.subjects = subjects
        self.predicate = predicate
    }

    /// Canonical bytes: an envelope's payload.
    public var bytes: [UInt8] {
        let json: JSON = [
            "_type": .string(Self.type),
            "predicate": predicate,
            "predicateType": .string(predicateType),
            "subject": .array(
                subjects.map { ["digest": ["sha256": .text($0.digest.hex)], "name": .string($0.name)] }),
        ]
        return json.canonicalBytes
    }

    /// Reads a payload whose predicate must be of `predicateType`. Throws `trust.wrong-predicate` and base errors.
    public init(parsing bytes: [UInt8], predicateType wanted: Text) throws {
        var fields = try Fields(JSON(parsingCanonical: bytes), at: "statement")
        guard try fields.text("_type") == Self.type else {
            throw TrustError(.wrongPredicate, "not an in-toto Statement v1", at: "statement._type")
        }
        predicateType = try fields.text("predicateType", bytesMax: 256)
        guard predicateType == wanted else {
            throw TrustError(
                .wrongPredicate, "a \(wanted) is needed, not a \(predicateType)", at: "statement.predicateType")
        }
        predicate = try fields.required("predicate")
        subjects = try fields.list("subject", countMax: 64) { json, place in
            var fields = try Fields(json, at: place)
            let name = try fields.text("name", bytesMax: 1024)
            let digest = try fields.object("digest") { fields in
                let hex = try fields.text("sha256", bytesMax: 64)
                return try Digest(bytes: Hex.decode(hex.string))
            }
            try fields.finish()
            return Subject(name: name, digest: digest)
        }
        try fields.finish()
    }

    /// The statement inside an envelope, which must be typed as one.
    public init(in envelope: Envelope, predicateType: Text) throws {
        guard envelope.payloadType == Envelope.statementType else {
            throw TrustError(.wrongPayloadType, "\(envelope.payloadType) is not \(Envelope.statementType)")
        }
        try self.init(parsing: envelope.payload, predicateType: predicateType)
    }
}
