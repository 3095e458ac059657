import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NexusBase
import NexusLog
package import NexusWitness

/// The prefix under which a log or a witness is reached over HTTP.
package struct LogURL: Sendable, CustomStringConvertible {
    private let prefix: String
    private static let bundleBytesMax = LogLimits.tileWidth * (2 + LogLimits.entryBytesMax)
    private static let timeMax = TimeAmount.seconds(15)

    /// An absolute `http` or `https` URL without query or fragment. Throws `witness.bad-url`.
    package init(_ text: String) throws {
        guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https", url.host != nil,
            url.query == nil, url.fragment == nil
        else { throw WitnessError(.badURL, "an http or https URL without a query is needed", at: text) }
        prefix = text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    package var description: String { prefix }

    /// Fetches the log's files. Throws `witness.unreachable`; a file that is not there is nil.
    package var fetch: LogMonitor.Fetch {
        { path in
            let request = HTTPClientRequest(url: prefix + "/" + path)
            let (status, body) = try await send(request, bytesMax: Self.bundleBytesMax)
            switch status {
            case 200: return body
            case 404, 410: return nil
            default: throw WitnessError(.unreachable, "HTTP status \(status)", at: "\(prefix)/\(path)")
            }
        }
    }

    /// Posts to the witness's `add-checkpoint`. Throws `witness.unreachable`.
    package var post: WitnessClient.Post {
        { body in
            var request = HTTPClientRequest(url: prefix + "/add-checkpoint")
            request.method = .POST
            request.headers.add(name: "content-type", value: "text/plain; charset=utf-8")
            request.body = .bytes(ByteBuffer(bytes: body))
            return try await send(request, bytesMax: WitnessLimits.responseBytesMax)
        }
    }

    private func send(_ request: HTTPClientRequest, bytesMax: Int) async throws -> (status: Int, body: [UInt8]) {
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: Self.timeMax)
            let body = try await response.body.collect(upTo: bytesMax)
            return (Int(response.status.code), Array(body.readableBytesView))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw WitnessError(.unreachable, "no answer", at: request.url, cause: error)
        }
    }
}
