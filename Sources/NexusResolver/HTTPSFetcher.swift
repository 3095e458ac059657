import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import NexusBase
import NexusTrust

/// Fetches over HTTPS, following no redirect.
package final class HTTPSFetcher: DocumentFetcher {
    private let client: HTTPClient

    package init() {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package func shutdown() async throws { try await client.shutdown() }

    package func fetch(_ url: Text, bytesMax: Int, timeout: Duration) async throws -> [UInt8] {
        func fail(_ why: String, _ cause: (any Error)? = nil) -> TrustError {
            TrustError(.unresolved, "\(url): \(why)", cause: cause)
        }
        var request = HTTPClientRequest(url: url.string)
        request.headers.add(name: "accept", value: "application/did+json, application/did+ld+json, application/json")
        do {
            let deadline = NIODeadline.now() + .nanoseconds(timeout.wholeMilliseconds * 1_000_000)
            let response = try await client.execute(request, deadline: deadline)
            guard response.status == .ok else { throw fail("the answer is \(response.status.code)") }
            return Array(buffer: try await response.body.collect(upTo: bytesMax))
        } catch let error as TrustError {
            throw error
        } catch is NIOTooManyBytesError {
            throw fail("more than \(bytesMax) bytes")
        } catch {
            throw fail("no answer", error)
        }
    }
}
