public import NexusBase
public import NexusTrust

/// An input with its provenance and the salt that hides it in commitments
/// (Documentation/Formats/input-commitment-v1.md).
public struct BoundInput: Sendable, Hashable {
    public let name: Text
    public let value: [UInt8]
    /// 32 bytes, drawn for this job.
    public let salt: [UInt8]
    /// The feed that signed the value, if any.
    public let feed: DID?
    public let edition: Text
    public let retrievedAt: Instant
    /// The feed's signed reading.
    public let reading: Envelope?

    public init(
        name: Text, value: [UInt8], salt: [UInt8], feed: DID?, edition: Text, retrievedAt: Instant, reading: Envelope?
    ) {
        self.name = name
        self.value = value
        self.salt = salt
        self.feed = feed
        self.edition = edition
        self.retrievedAt = retrievedAt
        self.reading = reading
    }

    /// SHA-256(0x00 ‖ salt ‖ framed name ‖ value).
    public var leaf: Digest { Digest(ofParts: [0], salt, Framed.bytes([name.bytes]), value) }

    /// The commitment over all inputs of a job, in the clause's order.
    public static func commitment(_ leaves: [Digest]) -> Digest { Merkle.root(leaves) }

    public var json: JSON {
        [
            "edition": .string(edition), "feed": feed?.json, "name": .string(name), "reading": reading?.json,
            "retrievedAt": retrievedAt.json, "salt": .base64(salt), "value": .base64(value),
        ]
    }

    public init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        name = try fields.text("name", bytesMax: 256)
        value = try fields.bytes("value", countMax: EvidenceLimits.payloadBytesMax)
        salt = try fields.bytes("salt", countMax: 32)
        edition = try fields.text("edition", bytesMax: 256)
        retrievedAt = try fields.instant("retrievedAt")
        reading = try fields.optional("reading").map { try Envelope(json: $0, at: "\(place).reading") }
        feed = try fields.optionalText("feed").map { try DID(parsing: $0) }
        try fields.finish()
        guard salt.count == 32 else { throw BaseError(.wrongType, "a salt has 32 bytes", at: "\(place).salt") }
    }
}

/// A value as its feed signed it: which series, for which occurrence, in which edition.
public struct Reading: Sendable, Hashable {
    static let predicateType: Text = "urn:nexus:reading:v1"

    public let feed: Text
    public let name: Text
    public let occurrence: Text
    public let value: [UInt8]
    public let edition: Text
    public let issuedAt: Instant

    public init(feed: Text, name: Text, occurrence: Text, value: [UInt8], edition: Text, issuedAt: Instant) {
        self.feed = feed
        self.name = name
        self.occurrence = occurrence
        self.value = value
        self.edition = edition
        self.issuedAt = issuedAt
    }

    public func sealed(by key: SigningKey) throws -> Envelope {
        let statement = Statement(
            predicateType: Self.predicateType, subjects: [.init(name: name, digest: Digest(of: value))],
            predicate: [
                "edition": .string(edition), "feed": .string(feed), "issuedAt": issuedAt.json, "name": .string(name),
                "occurrence": .string(occurrence), "value": .base64(value),
            ])
        return try Envelope.sign(statement.bytes, by: key)
    }

    /// Reads and verifies a reading under the feed's key.
    public init(verifying envelope: Envelope, by key: VerificationKey) throws {
        let statement = try Statement(in: envelope, predicateType: Self.predicateType)
        var fields = try Fields(statement.predicate, at: "reading")
        feed = try fields.text("feed", bytesMax: 256)
        name = try fields.text("name", bytesMax: 256)
        occurrence = try fields.text("occurrence", bytesMax: 256)
        value = try fields.bytes("value", countMax: EvidenceLimits.payloadBytesMax)
        edition = try fields.text("edition", bytesMax: 256)
        issuedAt = try fields.instant("issuedAt")
        try fields.finish()
        guard statement.subjects == [.init(name: name, digest: Digest(of: value))] else {
            throw EvidenceError(.mismatch, "the statement's subject is not the value", at: "reading.subject")
        }
        try envelope.verify(by: key)
    }
}
