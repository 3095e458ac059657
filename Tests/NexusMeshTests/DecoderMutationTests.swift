import NexusBase
import NexusTestInputs
import SwiftASN1
import Testing
import X509

@testable import NexusMesh

/// What arrives with an enrolment, mutated: taken, or refused with a code.
@Suite struct DecoderMutationTests {
    private func tally(_ seeds: [[UInt8]], _ seed: UInt64, _ decode: ([UInt8]) throws -> Void) -> Mutations {
        Mutations(of: seeds, seed: seed, isCoded: { $0 is any CodedFailure }, decode: decode)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `mutated signing requests are refused with a code unless they are still whole`() throws {
        let requests = try (1...2).map { try SigningRequest(key: [UInt8](repeating: $0, count: 32)).bytes }
        let found = tally(requests, 11) { bytes in
            let read = try SigningRequest(parsing: bytes)
            // Its own signature covers everything but itself.
            #expect(requests.contains(read.bytes) || !requests.contains(bytes))
        }
        #expect(found.uncoded.isEmpty, "\(found.uncoded.first ?? "")")
        #expect(found.taken >= 2 && found.refused > 3000)
    }

    @Test func `mutated enrolment tokens, addresses and names are taken or refused with a code`() throws {
        let token = try EnrolmentToken(
            rail: RailName("demo"), address: MeshAddress(parsing: "127.0.0.1:7001"), caFingerprint: Digest(of: [1]),
            role: .node, expires: Instant(milliseconds: 1_795_253_400_000), secret: Array(0..<32))
        let tokens = tally([Array(token.text.utf8)], 12) { _ = try EnrolmentToken(parsing: text($0)) }
        let addresses = tally(["127.0.0.1:7001", "[::1]:7001", "rail.example:443"].map { Array($0.utf8) }, 13) {
            let address = try MeshAddress(parsing: text($0))
            #expect(try MeshAddress(parsing: address.description) == address)
        }
        let name = PeerName(role: .node, did: "did:example:n", rail: try RailName("demo")).dnsName
        let names = tally([Array(name.utf8)], 14) { _ = try PeerName(parsing: text($0)) }
        for found in [tokens, addresses, names] {
            #expect(found.uncoded.isEmpty, "\(found.uncoded.first ?? "")")
            #expect(found.refused > 100)
        }
    }

    @Test func `mutated credentials are refused with a code`() throws {
        let file =
            "{\"address\":\"127.0.0.1:7001\",\"authority\":\"MIIB\",\"certificate\":\"MIIB\","
            + "\"format\":\"nexus-credential-v1\",\"rail\":\"demo\",\"railId\":\"r\"}"
        let found = tally([Array(file.utf8)], 15) { _ = try MeshCredential(parsing: $0) }
        #expect(found.uncoded.isEmpty && found.taken == 0, "\(found.uncoded.first ?? "")")
    }
}
