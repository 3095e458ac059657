public import NexusBase

/// One proof of a document (W3C Data Integrity 1.0 section 2.1), its form checked.
public struct DataIntegrityProof: Sendable, Hashable {
    public let json: JSON
    public let id: Text?
    public let suite: Cryptosuite
    public let created: Instant?
    public let expires: Instant?
    public let method: DIDURL
    public let purpose: VerificationRelationship
    public let domain: [Text]
    public let challenge: Text?
    /// The proofs that this one covers, by id.
    public let previous: [Text]
    let value: [UInt8]
    let contexts: JSON?

    /// Reads a proof strictly: another type or suite is `trust.unsupported-proof`, a broken one `trust.bad-proof`.
    init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        self.json = json
        guard try fields.text("type", bytesMax: 256) == "DataIntegrityProof" else {
            throw TrustError(.unsupportedProof, "a DataIntegrityProof is needed", at: fields.path("type"))
        }
        let name = try fields.text("cryptosuite", bytesMax: 64)
        guard let suite = Cryptosuite.allCases.first(where: { Text($0.rawValue) == name }) else {
            throw TrustError(.unsupportedProof, "the suite \(name) is not read here", at: fields.path("cryptosuite"))
        }
        self.suite = suite
        id = try fields.optionalText("id", bytesMax: 1024)
        func time(_ key: Text) throws -> Instant? {
            guard let text = try fields.optionalText(key, bytesMax: 60) else { return nil }
            do { return try DateTimeStamp.parse(text) } catch let error as BaseError {
                throw error.at(fields.path(key))
            }
        }
        created = try time("created")
        expires = try time("expires")
        do {
            method = try DIDURL(parsing: fields.text("verificationMethod", bytesMax: TrustLimits.didBytesMax))
        } catch let error as TrustError { throw error.at(fields.path("verificationMethod")) }
        purpose = try fields.choice("proofPurpose")
        func texts(_ key: Text) throws -> [Text] {
            try fields.oneOrMany(key, countMax: TrustLimits.credentialPartsMax) { json, place in
                guard case .string(let text) = json, text.utf8.count <= 1024 else {
                    throw BaseError(.wrongType, "a string is needed", at: place)
                }
                return text
            }
        }
        domain = try texts("domain")
        challenge = try fields.optionalText("challenge", bytesMax: 1024)
        previous = try texts("previousProof")
        _ = try fields.optionalText("nonce", bytesMax: 1024)
        contexts = fields.optional("@context")
        let value = try fields.text("proofValue", bytesMax: 256)
        guard value.utf8.first == UInt8(ascii: "z"), let bytes = try? Base58.decode(value.string.dropFirst()) else {
            throw TrustError(.badProof, "a proof's value is base58btc", at: fields.path("proofValue"))
        }
        self.value = bytes
        try fields.finish()
    }

    /// The proof without its value: what is hashed first.
    static func configuration(of proof: JSON) -> JSON {
        guard case .object(var object) = proof else { return proof }
        object["proofValue"] = nil
        return .object(object)
    }
}
