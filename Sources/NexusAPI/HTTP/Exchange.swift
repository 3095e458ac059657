import HTTPTypes
import Hummingbird
import NIOCore
import NexusBase
import NexusOrchestration

/// One request on its way to its answer.
struct Exchange {
    let request: Request
    let route: Route
    let parameters: [String: String]
    let requestID: String
    let identity: Access.Identity?
    var query: Query

    func parameter(_ name: String) -> Text { Text(parameters[name] ?? "") }

    /// The job in the path. Throws `api.not-found`: what is longer than a digest names nothing.
    func job() throws -> Text {
        let text = parameter("job")
        guard text.utf8.count <= 128 else { throw APIError(.notFound, "there is no such job", at: "job") }
        return text
    }

    /// The number in the path. Throws `api.not-found`: another spelling names nothing.
    func number(_ name: String) throws -> Int {
        let text = parameters[name] ?? ""
        guard let value = Int(text), value >= 0, value <= Int(Int32.max), "\(value)" == text else {
            throw APIError(.notFound, "there is nothing of this number", at: name)
        }
        return value
    }

    /// The body, if its type is one of `types`. Throws `api.unsupported-type`, `api.too-large`, `api.timed-out`.
    func body(of types: [String], bytesMax: Int) async throws -> (type: String, bytes: [UInt8]) {
        try await Self.body(of: request, types, bytesMax: bytesMax)
    }

    static func body(
        of request: Request, _ types: [String], bytesMax: Int
    ) async throws -> (type: String, bytes: [UInt8]) {
        let given = request.headers[.contentType] ?? ""
        let type = given.split(separator: ";").first.map { $0.trimmingPrefix(while: \.isWhitespace).lowercased() } ?? ""
        let known = types.first { $0.utf8.elementsEqual(type.utf8) }
        guard let known, request.headers[.contentEncoding] == nil else {
            throw APIError(.unsupportedType, "this route takes \(types.joined(separator: " or "))", at: "content-type")
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bytesMax {
            throw APIError(.tooLarge, "at most \(bytesMax) bytes", at: "body")
        }
        let body = request.body
        do {
            let bytes = try await within(APILimits.bodyTimeMax) { try await body.collect(upTo: bytesMax) }
            return (known, Array(bytes.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw APIError(.tooLarge, "at most \(bytesMax) bytes", at: "body")
        }
    }

    func json(bytesMax: Int = APILimits.bodyBytesMax) async throws -> (json: JSON, digest: Digest) {
        let bytes = try await body(of: ["application/json"], bytesMax: bytesMax).bytes
        return (try JSON(parsing: bytes, bytesMax: bytesMax), Digest(of: bytes))
    }

    /// Whoever writes, as the journal names it.
    func caller(key: Text? = nil, request: Digest? = nil) -> Caller? {
        identity.map { Caller(token: $0.id, name: $0.name, key: key, request: request) }
    }

    /// The idempotency key. Throws `api.bad-request`.
    func idempotencyKey() throws -> Text? {
        guard let name = HTTPField.Name("Idempotency-Key"), let value = request.headers[name] else { return nil }
        guard (1...APILimits.keyBytesMax).contains(value.utf8.count),
            value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw APIError(.badRequest, "1 to \(APILimits.keyBytesMax) visible ASCII characters", at: "idempotency-key")
        }
        return Text(value)
    }
}

/// Runs `body`, and gives up after `limit`. Throws `api.timed-out`.
func within<Value: Sendable>(_ limit: Duration, _ body: @escaping @Sendable () async throws -> Value) async throws
    -> Value
{
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw APIError(.timedOut, "the body did not arrive within \(limit)", at: "body")
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
