import NexusBase
import NexusTestSupport
import NexusTrust

/// The vectors of the post-quantum suites, which follow those of Ed25519 and P-256 in the folders did-key and envelope.
enum PostQuantumCases {
    static let suites: [(SignatureSuite, String)] = [
        (.mlDSA65, "ml-dsa-65"), (.hybrid, "hybrid"), (.slhDSA128s, "slh-dsa-sha2-128s"),
    ]

    static func write() throws {
        for (index, (suite, name)) in suites.enumerated() {
            let key = Party.key(7, suite).publicKey
            let json: JSON = [
                "did": key.did.json, "expect": ["key": .text(Hex.encode(key.bytes)), "suite": .text(suite.rawValue)],
            ]
            try VectorFolder.write("did-key", "accept", index + 4, name, json)
        }
        let hybrid = Party.key(7, .hybrid)
        let cut = TrustCases.base58([0x81, 0x80, 0xC0, 0x01] + hybrid.publicKey.bytes.dropLast())
        let refused: [(String, String, String)] = [
            ("hybrid-cut", "did:key:z" + cut, "trust.bad-key"),
            ("longer-than-any", "did:key:z" + String(repeating: "6", count: 2991), "trust.bad-did"),
        ]
        for (index, one) in refused.enumerated() {
            try VectorFolder.write(
                "did-key", "reject", index + 14, one.0, ["did": .text(one.1), "expect": ["code": .text(one.2)]])
        }
        try writeEnvelopes(hybrid)
    }

    private static func vector(_ description: String, _ envelope: Envelope, _ key: SigningKey, _ expected: JSON) -> JSON
    {
        [
            "description": .text(description), "envelope": .base64(envelope.bytes), "expect": expected,
            "key": key.did.json,
        ]
    }

    private static func writeEnvelopes(_ hybrid: SigningKey) throws {
        let payload = Array("{\"a\":1}".utf8)
        let accepted: JSON = ["payloadDigest": Digest(of: payload).json]
        for (index, (suite, name)) in suites.enumerated() {
            let key = Party.key(7, suite)
            let json = try vector("One signature by \(suite.rawValue).", Envelope.sign(payload, by: key), key, accepted)
            try VectorFolder.write("envelope", "accept", index + 5, name, json)
        }
        let whole = try Envelope.sign(payload, by: hybrid).signatures[0].bytes
        let other = try Envelope.sign([0x31], by: hybrid).signatures[0].bytes
        let first = try Envelope.sign(payload, by: Party.key(7)).signatures[0].bytes
        func signed(_ bytes: [UInt8]) -> Envelope {
            Envelope(payload: payload, signatures: [.init(keyID: hybrid.did, bytes: bytes)])
        }
        let refused: [(String, String, Envelope)] = [
            ("hybrid-first-half", "The Ed25519 half alone.", signed(Array(whole[..<64]))),
            ("hybrid-second-half", "The ML-DSA-65 half alone.", signed(Array(whole[64...]))),
            (
                "hybrid-other-first", "The Ed25519 half signs another message.",
                signed(Array(other[..<64] + whole[64...]))
            ),
            (
                "hybrid-other-second", "The ML-DSA-65 half signs another message.",
                signed(Array(whole[..<64] + other[64...]))
            ),
            ("hybrid-bare-half", "The Ed25519 half signs the bare message.", signed(first + whole[64...])),
        ]
        for (index, one) in refused.enumerated() {
            try VectorFolder.write(
                "envelope", "reject", index + 18, one.0, vector(one.1, one.2, hybrid, ["code": "trust.bad-signature"]))
        }
    }
}
