import NexusBase
import NexusIndex
import NexusTestInputs
import Testing

@testable import NexusAPI

/// What clients of the HTTP API send, and the file of tokens, mutated: taken, or refused with a code.
@Suite struct DecoderMutationTests {
    private func tally(_ seeds: [String], _ seed: UInt64, _ decode: ([UInt8]) throws -> Void) -> Mutations {
        Mutations(
            of: seeds.map { Array($0.utf8) }, seed: seed, isCoded: { $0 is any CodedFailure }, decode: decode)
    }

    @Test func `mutated CloudEvents are events or refused with a code`() {
        let seeds = [
            "{\"data\":{\"clause\":\"GRA::X@1.0.0\",\"inputs\":[]},\"id\":\"e1\",\"source\":\"buoy\","
                + "\"specversion\":\"1.0\",\"subject\":\"1997\",\"type\":\"nexus.trigger.reading\"}",
            "{\"data\":{\"clause\":\"GRA::X@1.0.0\",\"inputs\":[{\"name\":\"a\",\"value\":\"MQ==\"}],\"priority\":3},"
                + "\"datacontenttype\":\"application/json\",\"id\":\"e2\",\"source\":\"/desk\",\"specversion\":\"1.0\","
                + "\"subject\":\"2015\",\"time\":\"2026-01-01T00:00:00Z\",\"type\":\"nexus.trigger.manual\"}",
        ]
        let found = tally(seeds, 31) { _ = try CloudEvent(JSON(parsing: $0), at: "event") }
        #expect(found.uncoded.isEmpty, "\(found.uncoded.first ?? "")")
        #expect(found.taken >= 1 && found.refused > 1000)
    }

    @Test func `mutated queries and cursors are taken or refused with a code`() throws {
        guard case .string(let cursor) = Page.cursor(after: 77) else { throw APIError(.badRequest, "no cursor") }
        let seeds = ["limit=20&cursor=\(cursor)&status=certified", "text=a%20b+c%C3%A9&limit=1", "cursor=\(cursor)"]
        let found = tally(seeds, 32) { bytes in
            var query = try Query(String(decoding: bytes, as: UTF8.self))
            let page = try query.page()
            #expect((1...IndexLimits.pageMax).contains(page.limit) && page.after ?? 0 >= 0)
            _ = query.take("status")
            _ = query.take("text")
            try query.finish()
        }
        #expect(found.uncoded.isEmpty, "\(found.uncoded.first ?? "")")
        #expect(found.taken >= 3 && found.refused > 1000)
    }

    @Test func `mutated token files and tokens are taken or refused with a code`() throws {
        var file = TokenFile()
        let now = Instant(milliseconds: 1_790_000_000_000)
        let token = AccessToken(drawn: Array(0..<38))
        try file.add(token, name: "desk", roles: [.submitter, .viewer], now: now, expiresAt: now + .seconds(60))
        let seeds = [String(decoding: file.bytes, as: UTF8.self)]
        let found = tally(seeds, 33) { bytes in
            let read = try TokenFile(parsing: bytes)
            #expect(try TokenFile(parsing: read.bytes).bytes == read.bytes)
        }
        #expect(found.uncoded.isEmpty, "\(found.uncoded.first ?? "")")
        #expect(found.taken >= 1 && found.refused > 1000)
        let texts = tally([token.text], 34) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let read = AccessToken(parsing: text) { #expect(read.text == text) }
        }
        #expect(texts.taken == 4001)
    }
}
