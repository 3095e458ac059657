import Foundation
import NexusBase
import NexusLog
import NexusTestSupport
import Testing

@testable import NexusAnchor

/// Method: OpenSSL's own time-stamping authority, with keys and certificates made by OpenSSL, answers our questions.
/// Its clock is the machine's; verification knows none.
@Suite struct OpenSSLTests {
    static let hasOpenSSL: Bool = {
        let isThere = OpenSSLAuthority.run("openssl version").status == 0
        if !isThere { print("SKIPPED OpenSSLTests: there is no openssl; time stamps are checked against our own only") }
        return isThere
    }()

    @Test(
        .enabled(if: hasOpenSSL),
        arguments: ["rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256", "ec -pkeyopt ec_paramgen_curve:P-384"])
    func `OpenSSL stamps a checkpoint, its token is verified offline, and any changed bit is refused`(_ key: String)
        async throws
    {
        let note = try SignedCheckpoint(
            Checkpoint(origin: "example.com/rail", size: 1, root: Merkle.leaf([])), signedBy: Party.log
        ).bytes
        let exchange = TimeStampExchange(over: note, nonce: [9, 8, 7, 6, 5, 4, 3, 2])
        let authority = try OpenSSLAuthority(key: key)
        let verifier = try TimeStampVerifier(roots: [authority.root])
        let anchor = try exchange.anchor(from: authority.answer(exchange.request), by: verifier)
        let found = try verifier.verify(anchor.proof, over: note)
        #expect(found.isTrusted)
        #expect(found.authority.string.contains("Test TSA"))
        #expect(abs(found.time.milliseconds - Int64(Date().timeIntervalSince1970 * 1_000)) < 3_600_000)
        #expect(code { _ = try verifier.verify(anchor.proof, over: note + [0x0A]) } == .wrongImprint)
        let stranger = try TimeStampVerifier(roots: [TestAuthority().root])
        #expect(code { _ = try stranger.verify(anchor.proof, over: note) } == .untrusted)
        var taken: [Int] = []
        for index in anchor.proof.indices {
            var changed = anchor.proof
            changed[index] ^= 1 << UInt8(index % 8)
            if code({ _ = try verifier.verify(changed, over: note) }) == nil { taken.append(index) }
        }
        #expect(taken.isEmpty, "bytes \(taken)")
        #expect(try authority.accepts(anchor.proof, over: note), "OpenSSL takes its own token back")
    }

    @Test(.enabled(if: hasOpenSSL)) func `a refusal of OpenSSL is told as such`() throws {
        let authority = try OpenSSLAuthority(key: "rsa:2048")
        let exchange = TimeStampExchange(over: [1], nonce: [1, 1, 1, 1, 1, 1, 1, 1])
        var request = exchange.request
        // SHA-256's object identifier ends in 1; SHA-512/256 ends in 6, which the authority does not take.
        let place = try #require(request.indices.first { request[$0...].starts(with: [4, 2, 1, 5, 0]) })
        request[place + 2] = 6
        let verifier = try TimeStampVerifier(roots: [authority.root])
        #expect(code { _ = try exchange.anchor(from: authority.answer(request), by: verifier) } == .refused)
    }
}
