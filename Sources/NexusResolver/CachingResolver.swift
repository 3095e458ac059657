import NexusBase
package import NexusTrust
import Synchronization

/// Resolves did:key and did:jwk offline, and did:web over the network with a bounded cache.
///
/// Failures are not kept. Two callers that ask for one DID at the same time may both fetch it.
package final class CachingResolver: DIDResolver {
    /// DIDs kept at once; the one fetched first goes first.
    package static let entriesMax = 1024

    private struct Kept {
        let document: DIDDocument
        let until: ContinuousClock.Instant
    }
    private struct State {
        var kept: [DID: Kept] = [:]
        var order: [DID] = []
    }

    private let fetcher: any DocumentFetcher
    private let freshness: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    package init(
        fetcher: any DocumentFetcher, freshness: Duration = TrustLimits.didWebFreshness,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.fetcher = fetcher
        self.freshness = freshness
        self.now = now
    }

    package func document(of did: DID) async throws -> DIDDocument {
        guard did.method == "web" else { return try KnownDocuments().document(of: did) }
        if let kept = state.withLock({ $0.kept[did] }), now() < kept.until { return kept.document }
        let bytes = try await fetcher.fetch(
            DIDWeb.url(of: did), bytesMax: TrustLimits.didDocumentBytesMax, timeout: TrustLimits.didWebTimeout)
        let document = try DIDDocument(parsing: bytes, of: did)
        let entry = Kept(document: document, until: now() + freshness)
        state.withLock { state in
            if state.kept.updateValue(entry, forKey: did) == nil { state.order.append(did) }
            if state.order.count > Self.entriesMax { state.kept[state.order.removeFirst()] = nil }
        }
        return document
    }

    /// The documents of several DIDs, for a verification that fetches nothing itself.
    package func documents(of dids: [DID]) async throws -> KnownDocuments {
        var known = KnownDocuments()
        for did in dids where did.method == "web" { known.add(try await document(of: did)) }
        return known
    }
}
