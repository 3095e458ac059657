import NexusBase
import NexusTestSupport
import NexusTrust
import Testing

extension GoldenVectors {
    /// Envelopes and did:key.
    @Suite struct Trust {
        static func found(_ format: String, _ json: JSON) throws -> JSON {
            switch format {
            case "did-key":
                return Values.outcome {
                    let key = try DID(parsing: json.text("did")).verificationKey()
                    return ["key": .text(Hex.encode(key.bytes)), "suite": .text(key.suite.rawValue)]
                }
            case "envelope":
                let bytes = try #require(json.bytes("envelope"))
                return Values.outcome {
                    let envelope = try Envelope(parsing: bytes)
                    try envelope.verify(by: DID(parsing: json.text("key")).verificationKey())
                    return ["payloadDigest": envelope.payloadDigest.json]
                }
            default: preconditionFailure("no such format")
            }
        }

        @Test(arguments: ["did-key", "envelope"])
        func `every trust vector comes to what it expects`(format: String) throws {
            let cases = try VectorFolder.cases(format)
            try #require(cases.contains(where: \.isAccept) && cases.contains { !$0.isAccept })
            for one in cases {
                let found = try Self.found(format, one.json)
                #expect(found == one.json["expect"], "\(one)")
            }
        }

        @Test(.enabled(if: VectorFolder.isWriting)) func `write the trust vectors that are missing`() throws {
            try TrustCases.write()
        }
    }
}

enum TrustCases {
    static func write() throws {
        for (index, suite) in SignatureSuite.allCases.enumerated() {
            let key = Party.key(7, suite).publicKey
            let json: JSON = [
                "did": key.did.json, "expect": ["key": .text(Hex.encode(key.bytes)), "suite": .text(suite.rawValue)],
            ]
            try VectorFolder.write("did-key", "accept", index + 1, suite.rawValue.lowercased(), json)
        }
        let rfc: JSON = [
            "did": "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw",
            "expect": [
                "key": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "suite": "Ed25519",
            ],
        ]
        try VectorFolder.write("did-key", "accept", 3, "rfc-8032-test-1", rfc)
        let refused: [(String, String, String)] = [
            ("not-a-did", "key:z6Mk", "trust.bad-did"), ("upper-case-method", "did:KEY:z6Mk", "trust.bad-did"),
            ("empty-id", "did:key:", "trust.bad-did"), ("ends-in-colon", "did:key:z6Mk:", "trust.bad-did"),
            ("space", "did:key:z6 Mk", "trust.bad-did"), ("other-method", "did:web:example.com", "trust.bad-did"),
            ("other-multibase", "did:key:u7QEK", "trust.bad-did"), ("letter-zero", "did:key:z60Mk", "trust.bad-did"),
            ("too-long", "did:key:z" + String(repeating: "6", count: 191), "trust.bad-did"),
            ("x25519", "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", "trust.unknown-suite"),
            ("leading-one", "did:key:z16MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw", "trust.unknown-suite"),
            ("short-key", "did:key:z" + base58([0xED, 0x01] + [UInt8](repeating: 1, count: 31)), "trust.bad-key"),
            ("no-point", "did:key:z" + base58([0x80, 0x24, 0x05] + [UInt8](repeating: 1, count: 32)), "trust.bad-key"),
        ]
        for (index, one) in refused.enumerated() {
            try VectorFolder.write(
                "did-key", "reject", index + 1, one.0, ["did": .text(one.1), "expect": ["code": .text(one.2)]])
        }
        try writeEnvelopes()
    }

    private static func base58(_ bytes: [UInt8]) -> String {
        let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
        var digits: [Int] = []
        for byte in bytes {
            var carry = Int(byte)
            for index in digits.indices {
                carry += digits[index] << 8
                digits[index] = carry % 58
                carry /= 58
            }
            while carry > 0 {
                digits.append(carry % 58)
                carry /= 58
            }
        }
        return String(digits.reversed().map { alphabet[$0] })
    }

    private static func vector(_ description: String, _ envelope: [UInt8], _ key: SigningKey, _ expected: JSON) -> JSON
    {
        [
            "description": .text(description), "envelope": .base64(envelope), "expect": expected, "key": key.did.json,
        ]
    }

    private static func writeEnvelopes() throws {
        let key = Party.key(7)
        let curve = Party.key(7, .ecdsaP256)
        let payload = Array("{\"a\":1}".utf8)
        let accepted: JSON = ["payloadDigest": Digest(of: payload).json]
        let alone = try Envelope.sign(payload, by: key)
        let p256 = try Envelope.sign(payload, by: curve)
        let batch = try Envelope.sign(batch: [[1], [2], payload, [3], [4]], by: key)[2]
        let pair = Envelope(payload: payload, signatures: alone.signatures + p256.signatures)
        let good: [(String, String, Envelope, SigningKey)] = [
            ("ed25519", "One Ed25519 signature.", alone, key),
            ("p256", "One ECDSA P-256 signature with low s.", p256, curve),
            ("batch", "The third of five payloads under one signature.", batch, key),
            ("two-keys", "Two keys sign; the second is asked for.", pair, curve),
        ]
        for (index, one) in good.enumerated() {
            try VectorFolder.write("envelope", "accept", index + 1, one.0, vector(one.1, one.2.bytes, one.3, accepted))
        }
        func changed(_ envelope: Envelope, _ edit: (inout JSON) -> Void) -> [UInt8] {
            var json = envelope.json
            edit(&json)
            return json.canonicalBytes
        }
        let high = highS(p256.signatures[0].bytes)
        let bad: [(String, String, [UInt8], SigningKey, Text)] = [
            (
                "other-payload", "The payload was changed.", changed(alone) { $0["payload"] = .base64([0x7B, 0x7D]) },
                key, "trust.bad-signature"
            ),
            (
                "other-type", "The type was changed.", changed(alone) { $0["payloadType"] = "text/plain" }, key,
                "trust.bad-signature"
            ),
            ("other-key", "Another key was to sign.", alone.bytes, curve, "trust.missing-signature"),
            (
                "key-id-moved", "The key id of another key on a good signature.",
                changed(alone) { $0["signatures.0.keyid"] = curve.did.json }, curve, "trust.bad-signature"
            ),
            (
                "high-s", "The other s of an ECDSA signature.",
                changed(p256) { $0["signatures.0.sig"] = .base64(high) }, curve, "trust.bad-signature"
            ),
            (
                "short-signature", "A signature of 63 bytes.",
                changed(alone) { $0["signatures.0.sig"] = .base64(Array(alone.signatures[0].bytes.dropLast())) }, key,
                "trust.bad-signature"
            ),
            ("no-signature", "No signature.", changed(alone) { $0["signatures"] = [] }, key, "trust.missing-signature"),
            (
                "one-key-twice", "One key twice.", changed(alone) { $0.edit("signatures") { $0.append($0[0]) } }, key,
                "trust.missing-signature"
            ),
            (
                "batch-index", "Another place in the batch.", changed(batch) { $0["signatures.0.batch.index"] = 3 },
                key, "trust.bad-signature"
            ),
            (
                "batch-size", "Another size with the same path.", changed(batch) { $0["signatures.0.batch.size"] = 6 },
                key, "trust.bad-signature"
            ),
            (
                "batch-path", "A path too short.", changed(batch) { $0["signatures.0.batch.path.2"] = nil }, key,
                "base.bad-inclusion"
            ),
            (
                "batch-past-its-size", "A place past the batch's size.",
                changed(batch) { $0["signatures.0.batch.index"] = 5 }, key, "base.wrong-type"
            ),
            (
                "batch-left-out", "A batch signature as if it were alone.",
                changed(batch) { $0["signatures.0.batch"] = nil }, key, "trust.bad-signature"
            ),
            ("no-key-id", "No key id.", changed(alone) { $0["signatures.0.keyid"] = nil }, key, "base.missing-field"),
            (
                "key-id-no-did", "A key id that is no DID.", changed(alone) { $0["signatures.0.keyid"] = "1" }, key,
                "trust.bad-did"
            ),
            ("unknown-field", "A field too many.", changed(alone) { $0["note"] = "x" }, key, "base.unknown-field"),
            ("white-space", "Not canonical.", alone.bytes + [0x20], key, "base.not-canonical"),
        ]
        for (index, one) in bad.enumerated() {
            try VectorFolder.write(
                "envelope", "reject", index + 1, one.0, vector(one.1, one.2, one.3, ["code": .string(one.4)]))
        }
    }

    /// n - s instead of s.
    private static func highS(_ signature: [UInt8]) -> [UInt8] {
        // SAFETY: the digits are hexadecimal.
        let order = try! Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        var out = signature
        var borrow = 0
        for index in (0..<32).reversed() {
            let difference = Int(order[index]) - Int(signature[32 + index]) - borrow
            out[32 + index] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        return out
    }
}
