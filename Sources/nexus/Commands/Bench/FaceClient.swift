import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NexusBase

/// The benchmark's client: many connections, under one token.
struct FaceClient: Sendable {
    let base: String
    let token: String
    private let client: HTTPClient

    init(base: String, token: String, connections: Int) {
        self.base = base
        self.token = token
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(connections, 8)
        client = HTTPClient(configuration: configuration)
    }

    func close() async throws { try await client.shutdown() }

    private func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        return request
    }

    /// The whole answer to a `GET`. Throws `cli.io` unless it is 200.
    func get(_ path: String) async throws -> [UInt8] {
        var request = request(path)
        // Pages are for browsers, which have the token as a cookie.
        request.headers.add(name: "cookie", value: "nexus-token=\(token)")
        let response = try await client.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 64 << 20)
        guard response.status == .ok else { throw Self.failure(path, Int(response.status.code), body) }
        return Array(body.readableBytesView)
    }

    /// Throws `cli.io` unless it is 200 or 201.
    func post(_ path: String, _ body: [UInt8], type: String) async throws {
        var request = request(path)
        request.method = .POST
        request.headers.add(name: "content-type", value: type)
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(request, timeout: .seconds(60))
        let answer = try await response.body.collect(upTo: 64 << 20)
        guard response.status == .ok || response.status == .created else {
            throw Self.failure(path, Int(response.status.code), answer)
        }
        // A batch is answered with 200 also where the rail refused some.
        guard String(buffer: answer).contains("\"error\"") == false else { throw Self.failure(path, 200, answer) }
    }

    private static func failure(_ path: String, _ status: Int, _ body: ByteBuffer) -> CommandError {
        CommandError(.inputOutput, "\(path): \(status) \(String(buffer: body).prefix(200))")
    }

    func json(_ path: String) async throws -> Fields {
        try Fields(JSON(parsing: await get(path), bytesMax: 64 << 20), at: path)
    }

    /// Waits until the rail answers again after a start.
    func ready() async throws {
        for _ in 0..<6_000 {
            if let body = try? await get("/readyz"), !body.isEmpty { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandError(.inputOutput, "the rail was not ready within five minutes")
    }

    /// Waits until every job is decided and in the index.
    func settle() async throws {
        for _ in 0..<6_000 {
            var rail = try await json("/v1/rail")
            let jobs = try rail.integer("jobs")
            let certified = try rail.integer("certified")
            if jobs == certified { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandError(.inputOutput, "not every job was certified within five minutes")
    }

    /// Opens an event stream, tells `onOpen` once it is there, and reads until `isLast` says so of what came.
    func follow(_ onOpen: @Sendable () -> Void, until isLast: @Sendable (ByteBuffer) -> Bool) async throws {
        let response = try await client.execute(request("/v1/events"), timeout: .seconds(600))
        guard response.status == .ok else { throw Self.failure("/v1/events", Int(response.status.code), ByteBuffer()) }
        var isOpen = false
        for try await part in response.body {
            if !isOpen {
                isOpen = true
                onOpen()
            }
            if isLast(part) { return }
        }
    }
}
