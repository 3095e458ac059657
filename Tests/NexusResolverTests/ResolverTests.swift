import NexusBase
import NexusTrust
import Synchronization
import Testing

@testable import NexusResolver

/// Answers from a table, and counts.
private final class TableFetcher: DocumentFetcher {
    let table: Mutex<[Text: [UInt8]]>
    let asked = Mutex<[Text]>([])

    init(_ table: [Text: [UInt8]]) { self.table = Mutex(table) }

    func fetch(_ url: Text, bytesMax: Int, timeout: Duration) async throws -> [UInt8] {
        asked.withLock { $0.append(url) }
        guard let bytes = table.withLock({ $0[url] }), bytes.count <= bytesMax else {
            throw TrustError(.unresolved, "no such document")
        }
        return bytes
    }
}

private final class HandClock: Sendable {
    let time = Mutex(ContinuousClock.now)
    func advance(_ duration: Duration) { time.withLock { $0 += duration } }
}

private func document(_ did: String) -> [UInt8] { JSON.object(["id": .text(did)]).canonicalBytes }

private func code(_ body: () async throws -> some Any) async -> String? {
    do {
        _ = try await body()
        return nil
    } catch { return (error as? any CodedFailure)?.qualifiedCode ?? "\(error)" }
}

@Suite struct CachingResolverTests {
    let did = "did:web:a.example:u"
    let url: Text = "https://a.example/u/did.json"

    @Test func `a document is fetched once until it is stale`() async throws {
        let fetcher = TableFetcher([url: document(did)])
        let clock = HandClock()
        let resolver = CachingResolver(fetcher: fetcher) { clock.time.withLock { $0 } }
        for _ in 0..<3 { #expect(try await resolver.document(of: DID(parsing: Text(did))).id.text == Text(did)) }
        #expect(fetcher.asked.withLock { $0 } == [url])
        clock.advance(TrustLimits.didWebFreshness)
        _ = try await resolver.document(of: DID(parsing: Text(did)))
        #expect(fetcher.asked.withLock { $0.count } == 2)
    }

    @Test func `no document, another's, a broken or a large one resolves to nothing and is not kept`() async throws {
        let fetcher = TableFetcher([:])
        let resolver = CachingResolver(fetcher: fetcher)
        let large = document(did) + [UInt8](repeating: 0x20, count: TrustLimits.didDocumentBytesMax)
        for (bytes, expected) in [
            (nil, "trust.unresolved"), (document("did:web:b.example"), "trust.bad-document"),
            ([0x7B], "base.malformed-json"), (large, "trust.unresolved"), (document(did), nil),
        ] as [([UInt8]?, String?)] {
            fetcher.table.withLock { $0[url] = bytes }
            #expect(await code { try await resolver.document(of: DID(parsing: Text(did))) } == expected)
        }
    }

    @Test func `names that cannot be fetched, and keys, reach no network`() async throws {
        let fetcher = TableFetcher([:])
        let resolver = CachingResolver(fetcher: fetcher)
        #expect(await code { try await resolver.document(of: DID(parsing: "did:web:localhost")) } == "trust.bad-did")
        #expect(await code { try await resolver.document(of: DID(parsing: "did:other:x")) } == "trust.unresolved")
        let key = try SigningKey(suite: .ed25519, secret: [UInt8](repeating: 1, count: 32))
        #expect(try await resolver.document(of: key.did).id == key.did)
        #expect(fetcher.asked.withLock { $0.isEmpty })
    }

    @Test func `the cache is bounded`() async throws {
        let names = (0...CachingResolver.entriesMax).map { "did:web:a\($0).example" }
        let fetcher = TableFetcher(
            Dictionary(
                uniqueKeysWithValues: names.map {
                    (Text("https://\($0.dropFirst(8))/.well-known/did.json"), document($0))
                }))
        let resolver = CachingResolver(fetcher: fetcher)
        for name in names { _ = try await resolver.document(of: DID(parsing: Text(name))) }
        let before = fetcher.asked.withLock { $0.count }
        _ = try await resolver.document(of: DID(parsing: Text(names[1])))
        #expect(fetcher.asked.withLock { $0.count } == before)
        _ = try await resolver.document(of: DID(parsing: Text(names[0])))
        #expect(fetcher.asked.withLock { $0.count } == before + 1)
    }
}
