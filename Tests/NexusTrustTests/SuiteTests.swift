import NexusBase
import NexusTrust
import Testing

@Suite struct SuiteTests {
    static let message: [UInt8] = [1, 2, 3]

    @Test(arguments: SignatureSuite.allCases)
    func `a key and its signature have the counts of bytes that the suite names`(suite: SignatureSuite) throws {
        let signer = try key(1, suite)
        let signature = try signer.sign(Self.message)
        #expect(signer.publicKey.bytes.count == suite.publicKeyBytes)
        #expect(signature.count == suite.signatureBytes)
        #expect(try DID(parsing: signer.did.text).verificationKey() == signer.publicKey)
        for count in [suite.secretBytes - 1, suite.secretBytes + 1] {
            let secret = [UInt8](repeating: 1, count: count)
            #expect(throws: TrustError(.badKey, "")) { try SigningKey(suite: suite, secret: secret) }
        }
    }

    @Test(arguments: SignatureSuite.allCases)
    func `a changed, cut or stretched signature is not valid`(suite: SignatureSuite) throws {
        let signer = try key(1, suite)
        let signature = try signer.sign(Self.message)
        #expect(signer.publicKey.isValid(signature, over: Self.message))
        for index in stride(from: 0, to: signature.count, by: max(1, signature.count / 40)) {
            var changed = signature
            changed[index] ^= 0x10
            #expect(!signer.publicKey.isValid(changed, over: Self.message), "byte \(index)")
        }
        #expect(!signer.publicKey.isValid(Array(signature.dropLast()), over: Self.message))
        #expect(!signer.publicKey.isValid(signature + [0], over: Self.message))
        #expect(!signer.publicKey.isValid([], over: Self.message))
    }

    @Test func `neither half of a hybrid signature verifies alone`() throws {
        let hybrid = try key(1, .hybrid)
        let signature = try hybrid.sign(Self.message)
        let first = try key(1, .ed25519)
        let second = try key(1, .mlDSA65)
        #expect(hybrid.publicKey.bytes == first.publicKey.bytes + second.publicKey.bytes)
        #expect(!first.publicKey.isValid(Array(signature[..<64]), over: Self.message))
        #expect(!second.publicKey.isValid(Array(signature[64...]), over: Self.message))
        // Nor do signatures of the halves' own keys make one of the hybrid.
        let joined = try first.sign(Self.message) + second.sign(Self.message)
        #expect(!hybrid.publicKey.isValid(joined, over: Self.message))
        // A half of another message's signature does not fit.
        let other = try hybrid.sign([4])
        #expect(!hybrid.publicKey.isValid(Array(other[..<64] + signature[64...]), over: Self.message))
        #expect(!hybrid.publicKey.isValid(Array(signature[..<64] + other[64...]), over: Self.message))
    }

    @Test func `a rail that requires post-quantum signatures takes nothing without one`() throws {
        let payload = JSON.int(1).canonicalBytes
        for suite in SignatureSuite.allCases {
            let signer = try key(1, suite)
            let envelope = try Envelope.sign(payload, by: signer)
            try envelope.verify(by: signer.publicKey, policy: .any)
            if suite.isPostQuantum {
                try envelope.verify(by: signer.publicKey, policy: .postQuantum)
            } else {
                #expect(throws: TrustError(.suiteRefused, "")) {
                    try envelope.verify(by: signer.publicKey, policy: .postQuantum)
                }
            }
        }
        // A post-quantum signature beside it does not help the key that was asked for.
        let pair = Envelope(
            payload: payload,
            signatures: try [SignatureSuite.ed25519, .hybrid].flatMap {
                try Envelope.sign(payload, by: key(1, $0)).signatures
            })
        #expect(throws: TrustError(.suiteRefused, "")) {
            try pair.verify(by: key(1).publicKey, policy: .postQuantum)
        }
        try pair.verify(by: key(1, .hybrid).publicKey, policy: .postQuantum)
    }

    @Test func `a suite is agreed by name, in the order of the one who asks`() throws {
        #expect(try SuitePolicy.any.choose(from: ["ECDSA-P256", "Ed25519", "Other"]) == .ed25519)
        #expect(try SuitePolicy.postQuantum.choose(from: ["Ed25519", "ML-DSA-65"]) == .mlDSA65)
        #expect(throws: TrustError(.suiteRefused, "")) { try SuitePolicy.postQuantum.choose(from: ["Ed25519"]) }
        #expect(throws: TrustError(.suiteRefused, "")) { try SuitePolicy.any.choose(from: []) }
        #expect(try SuitePolicy(names: ["Ed25519+ML-DSA-65"]).accepted == [.hybrid])
        for names: [Text] in [[], ["ed25519"], ["Ed25519", "Ed25519"], ["ML-DSA-44"]] {
            #expect(throws: TrustError(.unknownSuite, "")) { try SuitePolicy(names: names) }
        }
    }
}
