import NexusBase
import NexusTrust
import Testing

func key(_ seed: UInt8, _ suite: SignatureSuite = .ed25519) throws -> SigningKey {
    try SigningKey(suite: suite, secret: [UInt8](repeating: seed, count: 32))
}

@Suite struct EnvelopeTests {
    let payload = Statement(predicateType: "urn:test", subjects: [], predicate: ["a": 1]).bytes

    @Test(arguments: SignatureSuite.allCases)
    func `an envelope reads back and verifies by its key only`(suite: SignatureSuite) throws {
        let envelope = try Envelope.sign(payload, by: key(1, suite))
        let read = try Envelope(parsing: envelope.bytes)
        #expect(read == envelope)
        try read.verify(by: key(1, suite).publicKey)
        #expect(throws: TrustError(.missingSignature, "")) { try read.verify(by: key(2, suite).publicKey) }
        let other = Envelope(payload: payload + [0x20], signatures: read.signatures)
        #expect(throws: TrustError(.badSignature, "")) { try other.verify(by: key(1, suite).publicKey) }
        let retyped = Envelope(payloadType: "text/plain", payload: payload, signatures: read.signatures)
        #expect(throws: TrustError(.badSignature, "")) { try retyped.verify(by: key(1, suite).publicKey) }
    }

    @Test func `a batch is one signature and each of its envelopes stands alone`() throws {
        let payloads = (0..<7).map { JSON.int($0).canonicalBytes }
        let envelopes = try Envelope.sign(batch: payloads, by: key(1))
        #expect(Set(envelopes.map { $0.signatures[0].bytes }).count == 1)
        for envelope in envelopes {
            try Envelope(parsing: envelope.bytes).verify(by: key(1).publicKey)
            let moved = Envelope(payload: [0x39], signatures: envelope.signatures)
            #expect(throws: TrustError(.badSignature, "")) { try moved.verify(by: key(1).publicKey) }
        }
        var cache = Envelope.VerifiedRoots()
        for envelope in envelopes { try envelope.verify(by: key(1).publicKey, cache: &cache) }
        let forged = Envelope(payload: [0x39], signatures: envelopes[0].signatures)
        #expect(throws: TrustError(.badSignature, "")) { try forged.verify(by: key(1).publicKey, cache: &cache) }
    }

    @Test func `the worked example of the DSSE protocol has its published encoding`() throws {
        let signature = try key(1).sign(Array("DSSEv1 29 http://example.com/HelloWorld 11 hello world".utf8))
        let envelope = Envelope(
            payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8),
            signatures: [.init(keyID: try key(1).did, bytes: signature, batch: nil)])
        try envelope.verify(by: key(1).publicKey)
    }

    @Test func `a P-256 signature with high s is refused`() throws {
        let signer = try key(3, .ecdsaP256)
        let message: [UInt8] = [1, 2, 3]
        let low = try signer.sign(message)
        #expect(signer.publicKey.isValid(low, over: message))
        let order = try Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        var high = low
        var borrow = 0
        for index in (0..<32).reversed() {
            let difference = Int(order[index]) - Int(low[32 + index]) - borrow
            high[32 + index] = UInt8(truncatingIfNeeded: difference)
            borrow = difference < 0 ? 1 : 0
        }
        #expect(!signer.publicKey.isValid(high, over: message))
    }

    @Test func `a signing key does not show its secret`() throws {
        let shown = "\(try key(0x41)) \(String(reflecting: try key(0x41)))"
        #expect(!shown.contains("65, 65") && !shown.contains("4141") && !shown.contains("QUFB"))
        var dumped = ""
        dump(try key(0x41), to: &dumped)
        #expect(!dumped.contains("secret"))
    }

    @Test func `malformed envelopes are refused with a place`() throws {
        let good = try Envelope.sign(payload, by: key(1)).json.canonicalString
        for (from, into, code) in [
            ("\"sig\"", "\"sog\"", "missing-field"), ("\"payload\"", "\"paylaod\"", "missing-field"),
            ("}]}", "}],\"x\":1}", "unknown-field"), ("did:key", "dod:key", "bad-did"), ("==\"", "=\"", "bad-encoding"),
        ] {
            let changed = good.replacing(from, with: into)
            guard changed != good else { continue }
            let error = #expect(throws: (any Error).self) { try Envelope(parsing: Array(changed.utf8)) }
            #expect((error as? any CodedFailure)?.qualifiedCode.hasSuffix(code) == true, "\(String(describing: error))")
        }
    }
}

@Suite struct DIDTests {
    @Test func `the specification's Ed25519 example resolves and prints the same`() throws {
        let did = try DID(parsing: "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
        let key = try did.verificationKey()
        #expect(key.suite == .ed25519 && key.did == did)
    }

    @Test(arguments: [
        "did:key:", "did:key", "DID:key:z6M", "did:Key:z", "did:key:z0", "did:key:zabc def", "did:web:a:",
    ])
    func `what is no DID, or names no key, is refused`(text: String) {
        #expect(throws: TrustError.self) { try DID(parsing: Text(text)).verificationKey() }
    }
}
