// Verifications a second, one JSON line a case: through NexusTrust, and by the primitive alone. One thread. Of seven
// rounds of a quarter of a second the fastest counts.
import Crypto
import NexusBase
import NexusSignatures
import NexusTrust

func rate(_ body: () throws -> Bool) rethrows -> Double {
    var best = 0.0
    for _ in 0..<7 {
        let begun = ContinuousClock.now
        var count = 0
        while ContinuousClock.now - begun < .milliseconds(250) {
            for _ in 0..<4 { guard try body() else { fatalError("a good signature does not verify") } }
            count += 4
        }
        let elapsed = ContinuousClock.now - begun
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        best = max(best, Double(count) / seconds)
    }
    return best
}

func show(_ name: String, _ values: [(String, Double)]) {
    let fields = values.map { "\"\($0.0)\": \(Int($0.1.rounded()))" }.joined(separator: ", ")
    print("{\"case\": \"\(name)\", \(fields)}")
}

func signer(_ suite: SignatureSuite) throws -> SigningKey {
    try SigningKey(suite: suite, secret: (0..<UInt8(suite.secretBytes)).map { $0 + 1 })
}

/// The library's own verification, its key read once.
func primitive(_ suite: SignatureSuite, _ key: [UInt8], _ signature: [UInt8], _ message: [UInt8]) throws -> () -> Bool {
    switch suite {
    case .ed25519:
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: key)
        return { key.isValidSignature(signature, for: message) }
    case .ecdsaP256:
        let key = try P256.Signing.PublicKey(compressedRepresentation: key)
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: signature)
        return { key.isValidSignature(signature, for: message) }
    case .mlDSA65:
        let key = try MLDSA65.PublicKey(rawRepresentation: key)
        return { key.isValidSignature(signature, for: message) }
    case .hybrid: return { false }
    case .slhDSA128s: return { SLHDSA128s.isValid(signature, over: message, by: key) }
    }
}

let message = [UInt8](repeating: 7, count: 512)
var alone: [SignatureSuite: Double] = [:]
for suite in [SignatureSuite.ed25519, .ecdsaP256, .mlDSA65, .slhDSA128s, .hybrid] {
    let key = try signer(suite)
    let signature = try key.sign(message)
    let limit: Double
    if suite == .hybrid {
        // Both halves, one after the other.
        limit = 1 / (1 / (alone[.ed25519] ?? 0) + 1 / (alone[.mlDSA65] ?? 0))
    } else {
        limit = rate(try primitive(suite, key.publicKey.bytes, signature, message))
        alone[suite] = limit
    }
    let raw = rate { key.publicKey.isValid(signature, over: message) }
    let payload = JSON.object(["text": .text(String(repeating: "x", count: 490))]).canonicalBytes
    let bytes = try Envelope.sign(payload, by: key).bytes
    let known = key.publicKey
    let envelope = try rate {
        try Envelope(parsing: bytes).verify(by: known, policy: .any)
        return true
    }
    show(suite.rawValue, [("primitive", limit), ("key", raw), ("envelope", envelope)])
}

let now = Instant(milliseconds: 1_795_253_400_000)
let verifier = CredentialVerifier(now: now)
func credential(_ key: SigningKey) -> JSON {
    [
        "@context": [.string(CredentialContext.v2), .string(CredentialContext.undefinedTerms)],
        "credentialSubject": ["id": "did:example:operator", "level": 3, "role": "Grid Operator"],
        "issuer": key.did.json, "type": ["VerifiableCredential", "GridOperator"],
        "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z",
    ]
}
@MainActor func measure(_ name: String, _ suite: SignatureSuite, _ bytes: [UInt8]) throws {
    let found = try rate {
        _ = try verifier.verify(bytes)
        return true
    }
    show(name, [("primitive", alone[suite] ?? 0), ("credential", found)])
}
for suite in [SignatureSuite.ed25519, .ecdsaP256] {
    let key = try signer(suite)
    let proved = try DataIntegrity.sign(credential(key), by: key, created: now)
    try measure("credential, Data Integrity, \(suite.rawValue)", suite, proved.canonicalBytes)
}
for suite in [SignatureSuite.ed25519, .ecdsaP256, .mlDSA65] {
    let key = try signer(suite)
    let token = try JWS.sign(credential(key).canonicalBytes, type: "vc+jwt", contentType: "vc", by: key)
    try measure("credential, vc+jwt, \(suite.rawValue)", suite, token.bytes)
}
