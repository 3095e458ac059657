import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import NexusBase

/// A client of a rail's HTTP API, under one token.
struct HTTPCaller: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]

        func json() throws -> JSON { try JSON(parsing: body, bytesMax: 64 << 20) }
        func fields() throws -> Fields { try Fields(json(), at: "answer") }
        /// The code of a problem document.
        var code: String {
            var fields = try? fields()
            return (try? fields?.text("code").string) ?? "no problem document"
        }
    }

    /// Gives bodies and redirections as they came; it lives as long as the tests.
    private static let plain = HTTPClient(
        configuration: .init(redirectConfiguration: .disallow, decompression: .disabled))

    let base: String
    var token: String?
    private let client: HTTPClient

    /// `authority`: the file of the certificate that https servers must lead to.
    init(base: String, token: String?, authority: String? = nil) throws {
        self.base = base
        self.token = token
        guard let authority else {
            client = Self.plain
            return
        }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(authority)
        client = HTTPClient(
            configuration: .init(
                tlsConfiguration: tls, redirectConfiguration: .disallow, decompression: .disabled))
    }

    /// Ends a client that trusts an authority of its own.
    func close() async throws { if client !== Self.plain { try await client.shutdown() } }

    func with(token: String?) -> HTTPCaller {
        var copy = self
        copy.token = token
        return copy
    }

    func get(_ path: String, _ headers: [(String, String)] = [], method: HTTPMethod = .GET) async throws -> Answer {
        try await send(method, path, headers, nil)
    }

    func post(
        _ path: String, _ body: [UInt8], type: String = "application/json", _ headers: [(String, String)] = []
    ) async throws -> Answer {
        try await send(.POST, path, headers + [("content-type", type)], body)
    }

    func post(_ path: String, _ json: JSON, _ headers: [(String, String)] = []) async throws -> Answer {
        try await post(path, json.canonicalBytes, headers)
    }

    private func request(_ method: HTTPMethod, _ path: String, _ headers: [(String, String)]) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        return request
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ headers: [(String, String)], _ body: [UInt8]?
    ) async throws -> Answer {
        var request = request(method, path, headers)
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code), headers: response.headers, body: Array(bytes.readableBytesView))
    }

    struct Message: Sendable, Hashable {
        var id = 0
        var event = ""
        var data = ""
    }

    /// Follows the changes until `body` returns false or the server ends the stream.
    func follow(after number: Int?, _ body: (Message) async throws -> Bool) async throws {
        let headers = number.map { [("last-event-id", "\($0)")] } ?? []
        let response = try await client.execute(request(.GET, "/v1/events", headers), timeout: .seconds(60))
        guard response.status == .ok else { throw ProcessFailure("the stream is refused: \(response.status)") }
        var message = Message()
        var line: [UInt8] = []
        for try await chunk in response.body {
            for byte in chunk.readableBytesView {
                guard byte == 0x0A else {
                    line.append(byte)
                    continue
                }
                let text = String(decoding: line, as: UTF8.self)
                line = []
                if text.isEmpty {
                    if !message.event.isEmpty, try await !body(message) { return }
                    message = Message()
                } else if let colon = text.firstIndex(of: ":"), text.first != ":" {
                    let value = String(text[text.index(colon, offsetBy: 2)...])
                    switch text[..<colon] {
                    case "id": message.id = Int(value) ?? 0
                    case "event": message.event = value
                    case "data": message.data = value
                    default: break
                    }
                }
            }
        }
    }
}
