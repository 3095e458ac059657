import NexusBase
import Testing

@testable import NexusTrust

let credentialTime = Instant(milliseconds: 1_795_253_400_000)

/// A credential about did:example:operator by the key of seed 1.
func credential(by issuer: SigningKey, status: [JSON] = []) -> JSON {
    [
        "@context": [.string(CredentialContext.v2), .string(CredentialContext.undefinedTerms)],
        "credentialStatus": status.isEmpty ? nil : .array(status),
        "credentialSubject": ["id": "did:example:operator", "level": 3, "role": "Grid Operator"],
        "issuer": issuer.did.json, "type": ["VerifiableCredential", "GridOperator"],
        "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z",
    ]
}

func proved(_ json: JSON, by key: SigningKey) throws -> [UInt8] {
    try DataIntegrity.sign(json, by: key, created: credentialTime).canonicalBytes
}

private func token(_ json: JSON, by key: SigningKey, type: Text = "vc+jwt") throws -> [UInt8] {
    try JWS.sign(json.canonicalBytes, type: type, contentType: "vc", by: key).bytes
}

private func code(
    _ bytes: [UInt8], at now: Instant = credentialTime, _ edit: (inout CredentialVerifier) -> Void = { _ in }
) -> String? {
    var verifier = CredentialVerifier(now: now)
    edit(&verifier)
    return trustCode { try verifier.verify(bytes) }
}

@Suite struct CredentialTests {
    @Test(arguments: [SignatureSuite.ed25519, .ecdsaP256]) func `a credential with a proof verifies`(
        suite: SignatureSuite
    ) throws {
        let verified = try CredentialVerifier(now: credentialTime).verify(
            proved(credential(by: key(1, suite)), by: key(1, suite)))
        let own = PublicKey(try key(1, suite).publicKey)
        #expect(verified.form == .dataIntegrity && verified.issuerKey == own)
        #expect(verified.credential.types.contains("GridOperator"))
    }

    @Test(arguments: [SignatureSuite.ed25519, .ecdsaP256, .mlDSA65]) func `a credential as a token verifies`(
        suite: SignatureSuite
    ) throws {
        let bytes = try token(credential(by: key(1, suite)), by: key(1, suite))
        let verified = try CredentialVerifier(now: credentialTime).verify(bytes)
        #expect(verified.form == .token && verified.issuerKey.kind.suite == suite)
        for index in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)) where bytes[index] != 0x2E {
            var changed = bytes
            changed[index] = changed[index] == 0x41 ? 0x42 : 0x41
            #expect(code(changed) != nil, "byte \(index)")
        }
    }

    @Test func `suites without a name in these standards sign neither form`() throws {
        for suite in [SignatureSuite.hybrid, .slhDSA128s] {
            #expect(
                trustCode { try proved(credential(by: key(1, suite)), by: key(1, suite)) } == "trust.unsupported-proof")
            #expect(
                trustCode { try token(credential(by: key(1, suite)), by: key(1, suite)) } == "trust.unsupported-proof")
        }
    }

    @Test func `only the issuer's own key speaks for it`() throws {
        #expect(code(try proved(credential(by: key(1)), by: key(2))) == "trust.wrong-issuer")
        #expect(code(try token(credential(by: key(1)), by: key(2))) == "trust.wrong-issuer")
        // Another's proof beside the issuer's does no harm while it verifies.
        let both = try DataIntegrity.sign(
            JSON(parsing: proved(credential(by: key(1)), by: key(1))), by: key(2), created: credentialTime)
        #expect(try CredentialVerifier(now: credentialTime).verify(both.canonicalBytes).signers.count == 2)
    }

    @Test func `a rail that requires post-quantum credentials takes nothing else`() throws {
        let classical = try token(credential(by: key(1)), by: key(1))
        #expect(code(classical) { $0.suites = .postQuantum } == "trust.suite-refused")
        #expect(
            code(try proved(credential(by: key(1)), by: key(1))) { $0.suites = .postQuantum } == "trust.suite-refused")
        let quantum = try token(credential(by: key(1, .mlDSA65)), by: key(1, .mlDSA65))
        #expect(code(quantum) { $0.suites = .postQuantum } == nil)
    }

    @Test func `times hold to the millisecond, give or take the clocks' skew`() throws {
        let bytes = try proved(
            credential(by: key(1)).with("validFrom", "2026-01-01T01:00:00+01:00"), by: key(1))
        let start = try Instant(parsing: "2026-01-01T00:00:00.000Z")
        let end = try Instant(parsing: "2027-01-01T00:00:00.000Z")
        let skew = TrustLimits.clockSkew
        // The proof was made after the start; without `created` the credential's own times are what counts.
        let early = try token(credential(by: key(1)), by: key(1))
        #expect(code(early, at: start + (.zero - skew)) == nil)
        #expect(code(early, at: start + (.zero - skew - .milliseconds(1))) == "trust.not-yet-valid")
        #expect(code(bytes, at: end + skew + .milliseconds(-1)) == nil)
        #expect(code(bytes, at: end + skew) == "trust.expired")
        #expect(code(bytes, at: end) { $0.clockSkew = .zero } == "trust.expired")
        #expect(code(bytes, at: start) == "trust.not-yet-valid", "the proof itself is from later")
    }

    @Test func `contexts are taken by value`() throws {
        let strange = credential(by: try key(1)).with(
            "@context", [.string(CredentialContext.v2), "https://example.com/v1"])
        #expect(code(try proved(strange, by: key(1))) == "trust.unknown-context")
        #expect(code(try proved(strange, by: key(1))) { $0.contexts.append("https://example.com/v1") } == nil)
    }

    @Test func `tokens with claims or headers that could mean something else are refused`() throws {
        let good = credential(by: try key(1))
        for (json, expected) in [
            (good.with("vc", [:]), "trust.bad-proof"), (good.with("iss", "did:example:x"), "trust.bad-proof"),
            (good.with("iss", good["issuer"]), nil), (good.with("exp", 1), "trust.expired"),
            (good.with("nbf", 99_999_999_999), "trust.not-yet-valid"), (good.with("exp", "soon"), "trust.bad-proof"),
            (good.with("proof", ["type": "DataIntegrityProof"]), "trust.bad-proof"),
        ] as [(JSON, String?)] { #expect(code(try token(json, by: key(1))) == expected, "\(json.canonicalString)") }
        #expect(code(try token(good, by: key(1), type: "JWT")) == "trust.unsupported-proof")
        let signed = String(decoding: try token(good, by: key(1)), as: UTF8.self)
        let parts = signed.split(separator: ".").map(String.init)
        for (header, expected) in [
            (#"{"alg":"none","kid":"x","typ":"vc+jwt"}"#, "trust.unsupported-proof"),
            (#"{"alg":"HS256","kid":"x","typ":"vc+jwt"}"#, "trust.unsupported-proof"),
            (#"{"alg":"EdDSA","crit":["b64"],"kid":"x","typ":"vc+jwt"}"#, "base.unknown-field"),
            (#"{"alg":"EdDSA","jwk":{},"kid":"x","typ":"vc+jwt"}"#, "base.unknown-field"),
            (
                #"{"alg":"ES256","kid":"\#(try key(1).did)#\#(PublicKey(try key(1).publicKey).multibase)","typ":"vc+jwt"}"#,
                "trust.bad-proof"
            ),
        ] {
            let changed = [Base64URL.encode(Array(header.utf8)), parts[1], parts[2]].joined(separator: ".")
            #expect(code(Array(changed.utf8)) == expected, "\(header)")
        }
        for bad in ["", "a.b", "a.b.c.d", "a.b.c", "=.=.=", signed + "."] {
            #expect(code(Array(bad.utf8)) == "trust.bad-proof", "\(bad.prefix(20))")
        }
    }

    @Test func `a key that the document lists for logging in signs no credential`() throws {
        let web: Text = "did:web:issuer.example"
        let method: JSON = [
            "controller": .string(web), "id": .text("\(web)#k"),
            "publicKeyMultibase": .string(PublicKey(try key(1).publicKey).multibase), "type": "Multikey",
        ]
        for (use, expected) in [("assertionMethod", nil), ("authentication", "trust.wrong-relationship")]
            as [(Text, String?)]
        {
            let document: JSON = JSON.object(["id": .string(web), "verificationMethod": [method]]).with(
                use, [.text("\(web)#k")])
            let known = KnownDocuments([try DIDDocument(json: document, of: DID(parsing: web), at: "")])
            let json = credential(by: try key(1)).with("issuer", .string(web))
            let signed = try DataIntegrity.sign(
                json, by: key(1), method: DIDURL(parsing: Text("\(web)#k")), created: credentialTime)
            #expect(code(signed.canonicalBytes) { $0.documents = known } == expected)
            #expect(code(signed.canonicalBytes) == "trust.unresolved")
        }
    }

    @Test func `what credentials say becomes a value in one order`() throws {
        let operator1 = try DID(parsing: "did:example:operator")
        let verifier = CredentialVerifier(now: credentialTime)
        let one = try verifier.verify(proved(credential(by: key(1)), by: key(1)))
        let two = try verifier.verify(token(credential(by: key(1, .mlDSA65)), by: key(1, .mlDSA65)))
        let claims = CredentialClaims.json(of: operator1, from: [two, one])
        #expect(claims == CredentialClaims.json(of: operator1, from: [one, two, one]))
        #expect(claims.elements.count == 2)
        let element = try #require(claims.elements.first { $0["postQuantum"] == false })
        let issuer = try key(1).did.json
        #expect(element["types"] == ["GridOperator"] && element["claims"] == ["level": 3, "role": "Grid Operator"])
        #expect(element["issuer"] == issuer && element["validUntil"] == "2027-01-01T00:00:00.000Z")
        #expect(CredentialClaims.json(of: try key(5).did, from: [one, two]) == [])
    }

    @Test(
        arguments: [
            ("2026-11-21T09:30:00Z", "2026-11-21T09:30:00.000Z"),
            ("2026-11-21T09:30:00.1239Z", "2026-11-21T09:30:00.123Z"),
            ("2023-02-25T19:10:39-06:00", "2023-02-26T01:10:39.000Z"),
            ("2026-01-01T00:00:00+14:00", "2025-12-31T10:00:00.000Z"),
            ("2026-11-21T09:30:00", nil), ("2026-11-21T09:30:00+14:01", nil), ("2026-11-21T09:30:00.Z", nil),
            ("2026-02-30T09:30:00Z", nil), ("2026-11-21 09:30:00Z", nil), ("2026-11-21T24:00:00Z", nil), ("", nil),
            ("2026-11-21T09:30:00+1:000", nil), ("2026-11-21T09:30:60Z", nil),
        ] as [(String, String?)])
    func `times are XML Schema's`(text: String, expected: String?) {
        #expect((try? DateTimeStamp.parse(Text(text)))?.description == expected)
    }
}
