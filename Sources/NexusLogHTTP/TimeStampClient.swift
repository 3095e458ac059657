import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
package import NexusAnchor
import NexusBase
package import NexusLog
import NexusWitness

/// A time-stamping authority over HTTP (RFC 3161 section 3.4).
package struct TimeStampClient: AnchorService {
    private static let timeMax = TimeAmount.seconds(30)
    private let url: String
    private let verifier: TimeStampVerifier

    /// An absolute `http` or `https` URL. Throws `witness.bad-url`.
    package init(_ text: String, verifier: TimeStampVerifier) throws {
        guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https", url.host != nil else {
            throw WitnessError(.badURL, "an http or https URL is needed", at: text)
        }
        self.url = text
        self.verifier = verifier
    }

    /// Asks for a time stamp of `message` and checks it. Throws `witness.unreachable`, `anchor.*`.
    package func anchor(_ message: [UInt8]) async throws -> Anchor {
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let exchange = TimeStampExchange(over: message, nonce: nonce)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/timestamp-query")
        request.body = .bytes(ByteBuffer(bytes: exchange.request))
        let (status, body) = try await send(request)
        guard status == 200 else { throw WitnessError(.unreachable, "HTTP status \(status)", at: url) }
        return try exchange.anchor(from: body, by: verifier)
    }

    private func send(_ request: HTTPClientRequest) async throws -> (status: Int, body: [UInt8]) {
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: Self.timeMax)
            let body = try await response.body.collect(upTo: 2 * LogLimits.anchorBytesMax)
            return (Int(response.status.code), Array(body.readableBytesView))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw WitnessError(.unreachable, "no answer", at: url, cause: error)
        }
    }
}
