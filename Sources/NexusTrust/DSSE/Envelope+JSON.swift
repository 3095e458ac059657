public import NexusBase

extension Envelope {
    /// The envelope's JSON form; its canonical bytes are what is stored and sent.
    public var json: JSON {
        [
            "payload": .base64(payload),
            "payloadType": .string(payloadType),
            "signatures": .array(
                signatures.map { signature in
                    [
                        "batch": signature.batch.map { batch in
                            [
                                "index": .int(batch.index), "path": .array(batch.path.map { .base64($0.bytes) }),
                                "size": .int(batch.size),
                            ]
                        },
                        "keyid": signature.keyID.json,
                        "sig": .base64(signature.bytes),
                    ]
                }),
        ]
    }

    public var bytes: [UInt8] { json.canonicalBytes }

    /// Reads canonical bytes. Every refusal is coded and names the field.
    public init(parsing bytes: [UInt8]) throws {
        try self.init(json: JSON(parsingCanonical: bytes, bytesMax: TrustLimits.payloadBytesMax * 2), at: "envelope")
    }

    public init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        payloadType = try fields.text("payloadType", bytesMax: 256)
        payload = try fields.bytes("payload", countMax: TrustLimits.payloadBytesMax)
        signatures = try fields.list("signatures", countMax: TrustLimits.signaturesMax) { json, place in
            var fields = try Fields(json, at: place)
            let signature = Signature(
                keyID: try fields.did("keyid"), bytes: try fields.bytes("sig", countMax: 16_384),
                batch: try fields.optionalObject("batch") { try BatchPath(&$0) })
            try fields.finish()
            return signature
        }
        try fields.finish()
        let signers = Set(signatures.map(\.keyID))
        guard !signatures.isEmpty, signers.count == signatures.count else {
            throw TrustError(.missingSignature, "an envelope has signatures, one a key", at: "\(place).signatures")
        }
    }
}

extension Envelope.BatchPath {
    fileprivate init(_ fields: inout Fields) throws {
        size = try fields.integer("size", in: 1...Int64(TrustLimits.batchMax))
        index = try fields.integer("index", in: 0...Int64(size - 1))
        path = try fields.list("path", countMax: Limits.merklePathMax) { json, place in
            guard case .string(let text) = json else {
                throw BaseError(.wrongType, "a base64 digest is needed", at: place)
            }
            do { return try Digest(bytes: Base64.decode(text.string)) } catch let error as BaseError {
                throw error.at(place)
            }
        }
    }
}
