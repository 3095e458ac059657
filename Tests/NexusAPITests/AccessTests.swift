import Foundation
import Logging
import NexusBase
import Testing

@testable import NexusAPI

@Suite struct AccessTests {
    private func token(_ seed: UInt8) -> AccessToken {
        AccessToken(drawn: (0..<38).map { UInt8($0) &* 7 &+ seed })
    }

    private let now = Instant(milliseconds: 1_790_000_000_000)

    @Test func `the file has hashes only, and comes back the same`() throws {
        var file = TokenFile()
        try file.add(token(1), name: "desk", roles: [.submitter, .viewer], now: now, expiresAt: now + .seconds(60))
        let text = String(decoding: file.bytes, as: UTF8.self)
        let secret = try #require(token(1).text.split(separator: "_", maxSplits: 2).last)
        #expect(!text.contains(secret))
        #expect(try TokenFile(parsing: file.bytes).bytes == file.bytes)
        #expect(token(1).text.utf8.count == 60)
    }

    @Test func `the format page's example is a token`() throws {
        let example = "nxt_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        #expect(try #require(AccessToken(parsing: example)).text == example)
    }

    @Test func `a wrong, expired or revoked token is nobody's`() throws {
        var file = TokenFile()
        try file.add(token(1), name: "desk", roles: [.viewer], now: now, expiresAt: now + .seconds(60))
        let forged = AccessToken(drawn: (0..<6).map { UInt8($0) &* 7 &+ 1 } + [UInt8](repeating: 9, count: 32))
        #expect(forged.id == token(1).id)
        #expect(file.entry(of: token(1), at: now) != nil)
        #expect(file.entry(of: forged, at: now) == nil)
        #expect(file.entry(of: token(2), at: now) == nil)
        #expect(file.entry(of: token(1), at: now + .seconds(60)) == nil)
        try file.revoke(token(1).id, now: now)
        #expect(file.entry(of: token(1), at: now) == nil)
        #expect(throws: APIError(.unknownToken, "")) { try file.revoke("ffffffffffff", now: now) }
        for text in [
            "", "nxt_", token(1).text + "x", "nxt_zz", String(token(1).text.dropLast()), token(1).text.uppercased(),
        ] {
            #expect(AccessToken(parsing: text).map { $0.text == token(1).text } != true)
        }
    }

    @Test func `names and roles that no token has are refused`() {
        for (name, roles) in [
            ("", [Role.viewer]), ("a b", [.viewer]), ("ü", [.viewer]), ("a", []), ("a", [.viewer, .viewer]),
        ] {
            var file = TokenFile()
            #expect(throws: APIError(.badTokenFile, "")) {
                try file.add(token(1), name: Text(name), roles: roles, now: now, expiresAt: nil)
            }
        }
    }

    @Test func `each role may do what the table says`() {
        let expected: [Role: Set<Permission>] = [
            .viewer: [], .submitter: [.evidence, .submit], .operator: [.evidence, .operate, .modules],
            .committee: [.evidence, .govern, .modules], .auditor: [.evidence],
        ]
        for role in Role.allCases {
            for permission: Permission in [.evidence, .submit, .operate, .govern, .modules] {
                #expect(role.allows(permission) == expected[role]?.contains(permission))
            }
            #expect(role.allows(.state) && role.allows(.log) && role.allows(.token))
        }
    }

    @Test func `without a token only what was made public is read, and a file that cannot be read lets nobody in`()
        throws
    {
        let path = FileManager.default.temporaryDirectory.path + "/nexus-tokens-\(UUID().uuidString.prefix(8)).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("{}".utf8).write(to: URL(filePath: path))
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let access = Access(path: path, open: [.log], now: { [now] in now }, logger: logger)
        #expect(access.identity(token: token(1).text) == nil)
        try access.check(.log, nil)
        for permission: Permission in [.state, .evidence, .token, .submit, .govern, .operate] {
            #expect(throws: APIError(.unauthenticated, "")) { try access.check(permission, nil) }
        }
        let viewer = Access.Identity(id: "1", name: "v", roles: [.viewer])
        #expect(throws: APIError(.forbidden, "")) { try access.check(.evidence, viewer) }
        try access.check(.state, viewer)
    }

    @Test func `a caller has a burst of twice the rate, and then the rate`() {
        let limiter = RateLimiter(rate: 10)
        let start = ContinuousClock.now
        #expect((0..<20).allSatisfy { _ in limiter.take("a", now: start) == nil })
        #expect(limiter.take("a", now: start) == 1)
        #expect(limiter.take("b", now: start) == nil)
        let later = start + .seconds(1)
        #expect((0..<10).allSatisfy { _ in limiter.take("a", now: later) == nil })
        #expect(limiter.take("a", now: later) != nil)
    }
}
