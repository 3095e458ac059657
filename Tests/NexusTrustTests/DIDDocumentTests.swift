import NexusBase
import Testing

@testable import NexusTrust

private let did = "did:web:example.com"

private func method(_ name: String, _ seed: UInt8, _ suite: SignatureSuite = .ed25519) throws -> JSON {
    [
        "controller": .text(did), "id": .text("\(did)#\(name)"),
        "publicKeyMultibase": .string(PublicKey(try key(seed, suite).publicKey).multibase), "type": "Multikey",
    ]
}

private func document() throws -> JSON {
    [
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "assertionMethod": [.text("\(did)#sign"), "#relative"], "authentication": [.text("\(did)#login")],
        "capabilityInvocation": [try method("embedded", 4)], "id": .text(did),
        "service": [["id": .text("\(did)#s"), "serviceEndpoint": "https://example.com", "type": "Hub"]],
        "verificationMethod": [
            try method("sign", 1), try method("login", 2), try method("relative", 3, .mlDSA65),
            [
                "controller": .text(did), "id": .text("\(did)#odd"), "odd": 1,
                "type": "EcdsaSecp256k1VerificationKey2019",
            ],
        ],
    ]
}

private func read(_ json: JSON) throws -> DIDDocument {
    try DIDDocument(parsing: json.canonicalBytes, of: DID(parsing: Text(did)))
}

@Suite struct DIDDocumentTests {
    @Test func `a key serves only the uses that the document lists it under`() throws {
        let read = try read(document())
        func find(_ name: String, _ use: VerificationRelationship) throws -> PublicKey {
            try read.key(DIDURL(parsing: Text("\(did)#\(name)")), for: use)
        }
        #expect(try find("sign", .assertionMethod) == PublicKey(key(1).publicKey))
        #expect(try find("relative", .assertionMethod).kind == .mlDSA65)
        #expect(trustCode { try find("login", .assertionMethod) } == "trust.wrong-relationship")
        #expect(trustCode { try find("sign", .authentication) } == "trust.wrong-relationship")
        #expect(try find("embedded", .capabilityInvocation) == PublicKey(key(4).publicKey))
        #expect(trustCode { try find("embedded", .assertionMethod) } == "trust.wrong-relationship")
        #expect(trustCode { try find("nobody", .assertionMethod) } == "trust.unknown-method")
        #expect(read.methodIDs(for: .assertionMethod).map(\.fragment) == ["sign", "relative"])
    }

    @Test func `another controller's key and a kind that is not read do not verify`() throws {
        var json = try document()
        json = json.with("assertionMethod", [.text("\(did)#odd"), "did:web:other.com#k", .text("\(did)#sign")])
        var methods = json["verificationMethod"]?.elements ?? []
        methods[0] = methods[0].with("controller", "did:web:other.com")
        let read = try read(json.with("verificationMethod", .array(methods)))
        func code(_ name: String) -> String? {
            trustCode { try read.key(DIDURL(parsing: Text(name)), for: .assertionMethod) }
        }
        #expect(code("\(did)#odd") == "trust.unknown-suite")
        #expect(code("did:web:other.com#k") == "trust.unknown-method")
        #expect(code("\(did)#sign") == "trust.wrong-controller")
    }

    @Test func `what is written reads back the same`() throws {
        let first = try read(document())
        let again = try read(first.json)
        #expect(again.json == first.json && again.methods == first.methods)
    }

    @Test func `documents that could be read in two ways are refused`() throws {
        let good = try document()
        let methods = good["verificationMethod"]?.elements ?? []
        let short = JSON.text("z" + Base58.encode([0xED, 0x01] + [UInt8](repeating: 1, count: 31)))
        let cases: [(JSON, String)] = [
            (good.with("id", "did:web:other.com"), "trust.bad-document"),
            (good.with("@context", ["https://example.com"]), "trust.bad-document"),
            (good.with("@context", []), "trust.bad-document"),
            (good.with("surprise", 1), "base.unknown-field"),
            (good.with("assertionMethod", ["did:web:example.com#nobody"]), "trust.bad-document"),
            (good.with("assertionMethod", [1]), "base.wrong-type"),
            (good.with("verificationMethod", .array(methods + [methods[0]])), "trust.bad-document"),
            (good.with("assertionMethod", [methods[0]]), "trust.bad-document"),
            (good.with("verificationMethod", [methods[0].with("id", .text(did))]), "trust.bad-document"),
            (good.with("verificationMethod", [methods[0].with("privateKeyMultibase", "z1")]), "base.unknown-field"),
            (good.with("verificationMethod", [methods[0].with("publicKeyMultibase", short)]), "trust.bad-key"),
            (good.with("verificationMethod", [methods[0].with("publicKeyMultibase", "f00")]), "trust.bad-key"),
            (
                good.with("verificationMethod", [methods[0].with("type", "X25519KeyAgreementKey2020")]),
                "trust.bad-document"
            ),
            (good.with("service", [["id": "x", "type": "Hub"]]), "base.missing-field"),
        ]
        for (json, code) in cases { #expect(trustCode { try read(json) } == code, "\(json.canonicalString)") }
        let count = TrustLimits.didDocumentMethodsMax
        let many = try (0...count).map { try method("k\($0)", 1) }
        let bare = good.with("assertionMethod", nil).with("authentication", nil)
        #expect(trustCode { try read(bare.with("verificationMethod", .array(Array(many.dropLast())))) } == nil)
        #expect(trustCode { try read(bare.with("verificationMethod", .array(many))) } == "base.too-large")
        let padding = JSON.text(String(repeating: "x", count: TrustLimits.didDocumentBytesMax))
        #expect(trustCode { try read(good.with("alsoKnownAs", [padding])) } == "base.too-large")
    }
}

@Suite struct DIDMethodTests {
    /// The example of the did:jwk method's page: an EC key, and an X25519 key with use "enc".
    @Test func `the examples of the did:jwk method resolve`() throws {
        let first = try DID(
            parsing:
                "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
        )
        let document = try KnownDocuments().document(of: first)
        #expect(document.methods.map(\.key?.kind) == [.p256])
        #expect(document.methodIDs(for: .keyAgreement).map(\.text) == [Text(first.text.string + "#0")])
        #expect(try DID(jwkOf: #require(document.methods[0].key)) == first)
        let second = try DID(
            parsing:
                "did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJYMjU1MTkiLCJ1c2UiOiJlbmMiLCJ4IjoiM3A3YmZYdDl3YlRUVzJIQzdPUTFOei1EUThoYmVHZE5yZngtRkctSUswOCJ9"
        )
        let agreeing = try DIDDocument(didJWK: second)
        #expect(agreeing.methodIDs(for: .keyAgreement).count == 1)
        #expect(agreeing.methodIDs(for: .assertionMethod).isEmpty)
    }

    @Test(arguments: SignatureSuite.allCases) func `a key's did:key and did:jwk lead back to it`(suite: SignatureSuite)
        throws
    {
        let public1 = PublicKey(try key(7, suite).publicKey)
        #expect(try DIDDocument(didKey: DID(of: public1)).methods.first?.key == public1)
        #expect(try DID(of: public1) == key(7, suite).did)
        guard public1.jwk != nil else {
            #expect(trustCode { try DID(jwkOf: public1) } == "trust.unknown-suite")
            return
        }
        let document = try DIDDocument(didJWK: DID(jwkOf: public1))
        #expect(document.methods.first?.key == public1)
        #expect(try DIDDocument(json: document.json, of: document.id, at: "").json == document.json)
    }

    @Test func `a JWK that is private, of another curve or off its curve is refused`() throws {
        let good = try #require(PublicKey(key(7, .ecdsaP256).publicKey).jwk)
        for (json, code) in [
            (good.with("d", "AA"), "trust.bad-key"), (good.with("crv", "secp256k1"), "trust.unknown-suite"),
            (good.with("kty", "OKP"), "trust.unknown-suite"), (good.with("x", good["y"]), "trust.bad-key"),
            (good.with("x", "AA=="), "base.bad-encoding"), (good.with("y", nil), "base.missing-field"),
            (good.with("zz", 1), "base.unknown-field"), (good.with("kid", "a"), nil),
        ] as [(JSON, String?)] {
            #expect(trustCode { try PublicKey(jwk: json, at: "") } == code, "\(json.canonicalString)")
        }
    }

    @Test func `a did:web names one https URL`() throws {
        for (did, url) in [
            ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
            ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
            ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
            ("did:web:Example.COM:A%20", nil), ("did:web:example.com:A", "https://example.com/A/did.json"),
            ("did:web:localhost", nil), ("did:web:127.0.0.1", nil), ("did:web:1.2", nil), ("did:web:a..b", nil),
            ("did:web:example.com%3A0", nil), ("did:web:example.com%3A070", nil), ("did:web:example.com%3A65536", nil),
            ("did:web:example.com:..:x", nil), ("did:web:example.com:%2e%2E", nil), ("did:web:example.com:a%2Fb", nil),
            ("did:web:example.com:%", nil), ("did:web:example.com::a", nil), ("did:web:-a.com", nil),
            ("did:web:user@example.com", nil), ("did:key:z6Mk", nil), ("did:web:example.com%2fevil", nil),
        ] as [(String, String?)] {
            let got = try? DIDWeb.url(of: DID(parsing: Text(did)))
            #expect(got?.string == url, "\(did)")
            if url == nil {
                #expect(trustCode { try DIDWeb.url(of: DID(parsing: Text(did))) } == "trust.bad-did")
            }
        }
    }

    @Test func `a DID URL is taken apart`() throws {
        let url = try DIDURL(parsing: "did:web:a.b/path/x?q=1#k-1")
        #expect(url.did.text == "did:web:a.b" && url.path == "/path/x" && url.query == "q=1" && url.fragment == "k-1")
        #expect(try DIDURL(parsing: "did:web:a.b#x/y?z").fragment == "x/y?z")
        for bad in ["#k", "did:web:a.b#a#b", "did:web:a.b# ", "did:web:", "https://a.b#x"] {
            #expect(trustCode { try DIDURL(parsing: Text(bad)) } == "trust.bad-did", "\(bad)")
        }
        #expect(trustCode { try KnownDocuments().document(of: url.did) } == "trust.unresolved")
    }
}
