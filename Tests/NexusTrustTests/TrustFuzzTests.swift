import Foundation
import NexusBase
import NexusTestInputs
import Testing

@testable import NexusTrust

/// Inputs made by mutating good ones, for the readers of DIDs, DID documents, keys, credentials, proofs, tokens and
/// status lists. Each is refused with a code or read, nothing traps, what is read writes and reads back the same, and
/// nothing but the good one's own value verifies. `NEXUS_FUZZ` is the number of inputs (4,000 if not given),
/// `NEXUS_FUZZ_SEED` the start of the sequence.
@Suite struct TrustFuzzTests {
    static let tokens: [[UInt8]] =
        [
            "\"", "{", "}", "[", "]", ":", ",", "null", "{}", "[]", "0", "-1", "\"\"", "did:key:z", "did:web:", "#",
            "%",
            "%2F", "%3A", ".", "..", "=", "u", "z", "1", "\\u0000", "\\ud800", "\"id\":", "\"type\":", "\"proof\":",
            "\"@context\":", "\"previousProof\":", "\"d\":\"AA\"", "2026-01-01T00:00:00Z", "+14:00", "\u{E9}", " ",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0, 0]]

    /// A reader and good inputs for it. `read` says whether it took the bytes.
    struct Target {
        let name: String
        let seeds: [[UInt8]]
        let read: ([UInt8]) throws -> Bool
    }

    private static func text(_ bytes: [UInt8]) -> Text { Text(String(decoding: bytes, as: UTF8.self)) }

    static func names() throws -> [Target] {
        let keys = try SignatureSuite.allCases.map { PublicKey(try key(7, $0).publicKey) }
        let dids =
            try keys.filter { $0.kind != .hybrid && $0.kind != .mlDSA65 }.map { try DID(of: $0).text.bytes }
            + keys.filter { $0.kind == .ed25519 || $0.kind == .p256 }.map { try DID(jwkOf: $0).text.bytes }
        let webs = ["did:web:example.com", "did:web:example.com%3A3000:user:alice", "did:web:a.b:%41%42"].map {
            Array($0.utf8)
        }
        return [
            Target(name: "DID", seeds: dids) { bytes in
                let did = try DID(parsing: text(bytes))
                let document = try KnownDocuments().document(of: did)
                #expect(try DIDDocument(json: document.json, of: did, at: "").json == document.json)
                return true
            },
            Target(name: "did:web", seeds: webs) { bytes in
                let url = try DIDWeb.url(of: DID(parsing: text(bytes)))
                #expect(
                    url.utf8.starts(with: "https://".utf8)
                        && url.utf8.reversed().starts(with: "did.json".utf8.reversed()))
                return true
            },
            Target(name: "DID URL", seeds: (dids + webs).map { $0 + Array("/p?q=1#key-1".utf8) }) { bytes in
                let url = try DIDURL(parsing: text(bytes))
                #expect(try DIDURL(parsing: url.text) == url)
                return true
            },
            Target(name: "JWK", seeds: keys.compactMap { $0.jwk?.canonicalBytes }) { bytes in
                let key = try PublicKey(jwk: JSON(parsing: bytes), at: "")
                #expect(try key.jwk.map { try PublicKey(jwk: $0, at: "") } == key)
                return true
            },
            Target(
                name: "time", seeds: ["2026-11-21T09:30:00.123-06:00", "2026-11-21T09:30:00Z"].map { Array($0.utf8) }
            ) {
                let instant = try DateTimeStamp.parse(text($0))
                #expect(try DateTimeStamp.parse(DateTimeStamp.text(instant)) == instant)
                return true
            },
        ]
    }

    static func documents() throws -> [Target] {
        let web = try DID(parsing: "did:web:example.com")
        let multikey = PublicKey(try key(7).publicKey).multibase
        let method: JSON = [
            "controller": web.json, "id": "did:web:example.com#k", "publicKeyMultibase": .string(multikey),
            "type": "Multikey",
        ]
        let document: JSON = [
            "@context": ["https://www.w3.org/ns/did/v1"], "assertionMethod": ["#k", method.with("id", "#j")],
            "id": web.json, "service": [["id": "#s", "serviceEndpoint": "https://a.b", "type": "T"]],
            "verificationMethod": [method],
        ]
        let signed = try JSON(
            parsing: proved(
                credential(
                    by: key(1), status: [StatusEntry(purpose: .revocation, index: 5, list: "https://a.b/1").json]),
                by: key(1)))
        var chained = try DataIntegrity.sign(credential(by: key(1)), by: key(1), created: credentialTime, id: "urn:a")
        chained = try DataIntegrity.sign(
            chained, by: key(2, .ecdsaP256), created: credentialTime, id: "urn:b", previous: ["urn:a"])
        let presentation: JSON = [
            "@context": [.string(CredentialContext.v2)], "holder": "did:example:h", "type": ["VerifiablePresentation"],
            "verifiableCredential": [
                signed,
                [
                    "@context": .string(CredentialContext.v2), "id": "data:application/vc+jwt,a.b.c",
                    "type": "EnvelopedVerifiableCredential",
                ],
            ],
        ]
        let whole = [signed.canonicalBytes, chained.canonicalBytes]
        return [
            Target(name: "DID document", seeds: [document.canonicalBytes]) { bytes in
                let read = try DIDDocument(parsing: bytes, of: web)
                #expect(try DIDDocument(json: read.json, of: web, at: "").json == read.json)
                return true
            },
            Target(name: "credential", seeds: whole) { try Credential(parsing: $0).json != .null },
            Target(name: "presentation", seeds: [presentation.canonicalBytes]) {
                try Presentation(parsing: $0).json != .null
            },
            Target(name: "proof", seeds: whole) { bytes in
                let json = try JSON(parsing: bytes)
                _ = try DataIntegrity(json).verify(KnownDocuments(), at: credentialTime)
                // Other bytes may be the same value, or fewer proofs of a chain's end.
                let same = json == signed || json == chained || json.with("proof", nil) == chained.with("proof", nil)
                #expect(same, "verifies: \(String(decoding: bytes, as: UTF8.self))")
                return true
            },
        ]
    }

    static func tokensAndLists() throws -> [Target] {
        let good = try JWS.sign(credential(by: key(1)).canonicalBytes, type: "vc+jwt", contentType: "vc", by: key(1))
            .bytes
        var list = StatusList(purpose: .revocation)
        for index in stride(from: 0, to: 4000, by: 7) { try list.set(index, to: true) }
        let published = try proved(
            list.credential(url: "https://a.b/1", issuer: key(1).did.text, validFrom: credentialTime), by: key(1))
        let entry = StatusEntry(purpose: .suspension, index: 94_567, list: "https://a.b/1").json.canonicalBytes
        return [
            Target(name: "token", seeds: [good]) { bytes in
                _ = try JWS(parsing: text(bytes))
                let verdict = try? CredentialVerifier(now: credentialTime).verify(bytes)
                #expect(verdict == nil || bytes == good || bytes == good + [0x0A], "verifies: \(text(bytes))")
                return true
            },
            Target(name: "status list", seeds: [list.encoded.bytes]) { bytes in
                let read = try StatusList(encoded: text(bytes), purpose: .revocation)
                #expect(try StatusList(encoded: read.encoded, purpose: .revocation) == read)
                return true
            },
            Target(name: "status credential", seeds: [published]) { bytes in
                var verifier = CredentialVerifier(now: credentialTime)
                try verifier.add(statusList: bytes)
                #expect(verifier.statusLists["https://a.b/1"]?.list == list)
                return true
            },
            Target(name: "status entry", seeds: [entry]) { bytes in
                let read = try StatusEntry(json: JSON(parsing: bytes), at: "")
                #expect(try StatusEntry(json: read.json, at: "") == read)
                return true
            },
        ]
    }

    @Test func `no mutated input traps, is read in two ways or verifies`() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["NEXUS_FUZZ"].flatMap { Int($0) } ?? 4000
        var random = SplitMix64(seed: UInt64(environment["NEXUS_FUZZ_SEED"].flatMap { Int($0) } ?? 1))
        let targets = try Self.names() + Self.documents() + Self.tokensAndLists()
        var taken = [Int](repeating: 0, count: targets.count)
        for target in targets {
            for seed in target.seeds { #expect(try target.read(seed), "\(target.name) takes its seed") }
        }
        var codes: Set<String> = []
        for index in 0..<count {
            let place = index % targets.count
            let target = targets[place]
            let input = random.mutated(
                target.seeds[random.below(target.seeds.count)], with: Self.tokens, bytesBelow: 128)
            do { if try target.read(input) { taken[place] += 1 } } catch {
                if let failure = error as? any CodedFailure {
                    codes.insert(failure.qualifiedCode)
                } else {
                    Issue.record("\(target.name): \(error) for \(Hex.encode(input))")
                }
            }
        }
        let summary = zip(targets, taken).map { "\($0.name) \($1)" }.joined(separator: ", ")
        print("fuzz: \(count / targets.count) executions each, read: \(summary)")
        print("totals: trust fuzz, \(count) executions, \(codes.count) codes: \(codes.sorted())")
        #expect(taken.reduce(0, +) > count / 100)
    }
}
