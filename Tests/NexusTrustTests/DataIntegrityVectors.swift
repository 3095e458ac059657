import Crypto
import Foundation
import NexusBase
import NexusTestInputs
import Testing

@testable import NexusTrust

private let documents = KnownDocuments()

/// The W3C's vectors of the two JCS suites: each intermediate value byte for byte. Ed25519 signs the same bytes each
/// time, so its proofs are made again too; ECDSA here draws a fresh number for each signature, so the vectors' proofs
/// are verified and proofs of ours beside them.
@Suite(.enabled(if: Vectors.has("vc-di-eddsa") && Vectors.has("vc-di-ecdsa"))) struct DataIntegrityVectors {
    struct Case: CustomStringConvertible {
        let folder: String
        let ending: String
        let kind: KeyKind
        var description: String { folder }
    }

    static let cases = [
        Case(folder: "vc-di-eddsa/eddsa-jcs-2022", ending: "JCS", kind: .ed25519),
        Case(folder: "vc-di-ecdsa/ecdsa-jcs-2019-p256", ending: "JCSECDSAP256", kind: .p256),
        Case(folder: "vc-di-ecdsa/ecdsa-jcs-2019-p384", ending: "JCSECDSAP384", kind: .p384),
    ]
    static let now = Instant(milliseconds: 1_700_000_000_000)

    @Test(arguments: cases) func `each intermediate value and the proof are the vector's`(_ vector: Case) throws {
        func text(_ name: String) throws -> String { try Vectors.text("\(vector.folder)/\(name)\(vector.ending).txt") }
        let signed = try Vectors.json("\(vector.folder)/signed\(vector.ending).json")
        let secured = try DataIntegrity(signed)
        let proof = try #require(secured.proofs.first)
        let configuration = DataIntegrityProof.configuration(of: proof.json)
        #expect(try configuration == Vectors.json("\(vector.folder)/proofConfig\(vector.ending).json"))
        #expect(try configuration.canonicalString == text("proofCanon"))
        let document = try secured.covered(by: configuration, previous: [])
        #expect(try document.canonicalString == text("canonDoc"))
        #expect(try Hex.encode(Cryptosuite.hash(configuration.canonicalBytes, vector.kind)) == text("proofHash"))
        #expect(try Hex.encode(Cryptosuite.hash(document.canonicalBytes, vector.kind)) == text("docHash"))
        let combined = Cryptosuite.hashData(configuration: configuration, document: document, kind: vector.kind)
        #expect(try Hex.encode(combined) == text("combinedHash"))
        #expect(try Hex.encode(proof.value) == text("sigHex"))
        #expect(try "z" + Base58.encode(proof.value) == text("sigBTC58"))
        let verified = try secured.verify(documents, at: Self.now)
        #expect(verified.map(\.key.kind) == [vector.kind])
        print("DataIntegrityVectors: \(vector) verified, intermediate values equal")
    }

    @Test(arguments: cases) func `no changed byte of a vector's document or proof verifies`(_ vector: Case) throws {
        let bytes = try Vectors.json("\(vector.folder)/signed\(vector.ending).json").canonicalBytes
        var refused = 0
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            do {
                let json = try JSON(parsing: changed)
                _ = try DataIntegrity(json).verify(documents, at: Self.now)
                Issue.record("byte \(index) of \(vector) is not covered")
            } catch {
                #expect(error is any CodedFailure)
                refused += 1
            }
        }
        #expect(refused == bytes.count)
    }

    @Test func `the key of the vectors makes the same Ed25519 proof`() throws {
        let pair = try Vectors.json("vc-di-eddsa/keyPair.json")
        let secret = try #require((pair["privateKeyMultibase"] ?? pair["secretKeyMultibase"])?.text)
        let key = try SigningKey(suite: .ed25519, secret: Array(Base58.decode(secret.string.dropFirst()).dropFirst(2)))
        let signed = try DataIntegrity.sign(
            Vectors.json("vc-di-eddsa/unsigned.json"), by: key,
            created: DateTimeStamp.parse("2023-02-24T23:36:38Z"))
        #expect(try signed == Vectors.json("vc-di-eddsa/eddsa-jcs-2022/signedJCS.json"))
    }

    @Test func `the key of the vectors makes a P-256 proof that verifies`() throws {
        let secret = try #require(Vectors.json("vc-di-ecdsa/p256KeyPair.json")["secretKeyMultibase"]?.text)
        let key = try SigningKey(
            suite: .ecdsaP256, secret: Array(Base58.decode(secret.string.dropFirst()).dropFirst(2)))
        let signed = try DataIntegrity.sign(Vectors.json("vc-di-ecdsa/unsigned.json"), by: key, created: Self.now)
        #expect(try DataIntegrity(signed).verify(documents, at: Self.now).count == 1)
    }

    /// Sets and chains of the vectors are in RDF suites, which are refused here; their documents, keys and shape are
    /// signed anew with the JCS suite.
    @Test func `sets and chains in the shape of the vectors verify and cannot be cut`() throws {
        let pairs = try Vectors.json("vc-di-eddsa/proof-set-chain/multiKeyPairs.json")
        func key(_ number: Int) throws -> SigningKey {
            let text = try #require(pairs[Text("keyPair\(number)")]?["privateKeyMultibase"]?.text)
            return try SigningKey(
                suite: .ed25519, secret: Array(Base58.decode(text.string.dropFirst()).dropFirst(2)))
        }
        func id(_ file: String) throws -> Text {
            let json = try Vectors.json("vc-di-eddsa/proof-set-chain/\(file).json")
            return try #require(json["id"]?.text)
        }
        let first = try id("proofSetConfig1")
        let second = try id("proofSetConfig2")
        let third = try id("proofChainConfig1")
        var document = try Vectors.json("vc-di-eddsa/proof-set-chain/unsigned.json")
        document = try DataIntegrity.sign(document, by: key(1), created: Self.now, id: first)
        document = try DataIntegrity.sign(document, by: key(2), created: Self.now, id: second)
        #expect(try DataIntegrity(document).verify(documents, at: Self.now).count == 2)
        document = try DataIntegrity.sign(
            document, by: key(3), created: Self.now, id: third, previous: [first, second])
        document = try DataIntegrity.sign(document, by: key(4), created: Self.now, previous: [third])
        let names = try (1...4).map { number in
            let text = try #require(pairs[Text("keyPair\(number)")]?["publicKeyMultibase"]?.text)
            return Text("did:key:" + text.string)
        }
        #expect(try DataIntegrity(document).verify(documents, at: Self.now).map(\.proof.method.did.text) == names)
        // The chained proofs stand in the vectors' order and cover the proofs before them as a list.
        let shape = try Vectors.json("vc-di-eddsa/proof-set-chain/signedProofChain2.json")["proof"]?.elements.map {
            $0["previousProof"]
        }
        #expect(document["proof"]?.elements.map { $0["previousProof"] } == shape)
        let proofs = document["proof"]?.elements ?? []
        for index in proofs.indices {
            var less = proofs
            less.remove(at: index)
            let cut = document.with("proof", .array(less))
            let verdict = trustCode { try DataIntegrity(cut).verify(documents, at: Self.now) }
            #expect(verdict == (index == 3 ? nil : "trust.bad-proof"), "without proof \(index)")
            var changed = proofs
            changed[index] = changed[index].with("created", "2023-02-24T23:36:39Z")
            let code = trustCode {
                try DataIntegrity(document.with("proof", .array(changed))).verify(documents, at: Self.now)
            }
            #expect(code == "trust.bad-signature")
        }
        // A member of the set made anew by the same key breaks the proof that covers it.
        var other = try DataIntegrity.sign(
            document.with("proof", nil), by: key(1), created: Self.now + .seconds(1), id: first)
        let remade = try #require(other["proof"])
        other = document.with("proof", .array([remade] + proofs.dropFirst()))
        #expect(
            trustCode { try DataIntegrity(other).verify(documents, at: Self.now + .seconds(5)) }
                == "trust.bad-signature")
    }

    @Test func `proofs of RDF suites are refused by name`() throws {
        var count = 0
        for file in Vectors.files(under: "vc-di-eddsa") + Vectors.files(under: "vc-di-ecdsa")
        where file.contains("/signed") && !file.contains("jcs") {
            #expect(trustCode { try DataIntegrity(Vectors.json(file)) } == "trust.unsupported-proof", "\(file)")
            count += 1
        }
        #expect(count >= 5)
    }
}
