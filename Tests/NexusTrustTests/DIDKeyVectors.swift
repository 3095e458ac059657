import NexusBase
import NexusTestInputs
import Testing

@testable import NexusTrust

/// Every document of the did:key method's own vectors is made again, member by member, and read strictly. None is out
/// of scope: the folder holds Ed25519 with its derived X25519 key, X25519, P-256, P-384 and P-521.
@Suite(.enabled(if: Vectors.has("did-key"))) struct DIDKeyVectors {
    private static func form(of document: JSON) -> DIDDocument.KeyForm {
        let type = document["verificationMethod"]?.elements.first?["type"]?.text
        return type == "JsonWebKey2020" ? .jsonWebKey2020 : .base58
    }

    private static func documents() throws -> [JSON] {
        try ["nist-curves", "ed25519-x25519"].flatMap { name in
            try Vectors.json("did-key/\(name).json").members.compactMap { $0.value["didDocument"] }
        } + (try Vectors.json("did-key/x25519.json")["didDocument"]?.members.map(\.value) ?? [])
    }

    @Test func `every did:key document of the vectors is made again`() throws {
        let documents = try Self.documents()
        #expect(documents.count == 16)
        var kinds: Set<KeyKind> = []
        for document in documents {
            let did = try DID(parsing: try #require(document["id"]?.text))
            let made = try DIDDocument(didKey: did, form: Self.form(of: document))
            #expect(made.json == document, "\(did)")
            let read = try DIDDocument(json: document, of: did, at: "vector")
            #expect(read.json == document)
            #expect(read.methods.map(\.key) == made.methods.map(\.key))
            kinds.formUnion(read.methods.compactMap(\.key?.kind))
            // The form of today holds the same first key.
            #expect(try DIDDocument(didKey: did).methods.first?.key == made.methods.first?.key)
        }
        #expect(kinds == [.ed25519, .x25519, .p256, .p384, .p521])
        print("DIDKeyVectors: \(documents.count) documents, 0 out of scope")
    }

    @Test func `a seed of the vectors leads to its DID`() throws {
        let cases = try Vectors.json("did-key/ed25519-x25519.json").members
        #expect(!cases.isEmpty)
        for (did, value) in cases {
            let seed = try Hex.decode(try #require(value["seed"]?.text).string)
            #expect(try SigningKey(suite: .ed25519, secret: seed).did.text == did)
        }
    }
}
