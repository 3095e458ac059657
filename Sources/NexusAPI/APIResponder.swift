import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NexusBase
import NexusDashboard
import NexusIndex
import NexusTrust

/// What the server knows of a request before it is read.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Where it comes from.
    let address: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? "local"
    }
}

/// Answers every request: identity, rate, route, permission, the answer, its tag and its encoding, and one line in the
/// log.
struct APIResponder: HTTPResponder {
    let api: API
    let limiter: RateLimiter
    let anonymous = RateLimiter(rate: APILimits.anonymousRate)
    let site: DashboardSite
    /// Whether connections are TLS: then browsers keep the cookie for TLS alone.
    let isSecure: Bool

    func respond(to request: Request, context: APIContext) async throws -> Response {
        let start = ContinuousClock.now
        let requestID = Self.requestID(request, context)
        let identity = identity(of: request)
        let match = Route.match(method: request.method.rawValue, path: request.uri.path)
        var response = await respond(to: request, context, match, identity, requestID)
        if let name = HeaderNames.requestID { response.headers[name] = requestID }
        if let name = HeaderNames.noSniff, response.headers[name] == nil { response.headers[name] = "nosniff" }
        var route = "other"
        if case .route(let found, _) = match { route = found.template }
        let passed = start.duration(to: .now)
        let method = Self.known(request.method)
        api.metrics.count(route: route, method: method, status: response.status.code, seconds: passed / .seconds(1))
        api.logger.info(
            "request",
            metadata: [
                "id": "\(requestID)", "method": "\(method)", "route": "\(route)", "status": "\(response.status.code)",
                "milliseconds": "\(passed.wholeMilliseconds)", "token": "\(identity?.id.string ?? "-")",
            ])
        return response
    }

    private func respond(
        to request: Request, _ context: APIContext, _ match: Route.Match, _ identity: Access.Identity?,
        _ requestID: String
    ) async -> Response {
        do {
            guard case .route(let route, let parameters) = match else {
                return try await other(request, context, match, identity, requestID)
            }
            if route.permission != .open { try limit(identity, context) }
            try api.access.check(route.permission, identity)
            var exchange = Exchange(
                request: request, route: route, parameters: parameters, requestID: requestID, identity: identity,
                query: try Query(request.uri.query))
            return finish(try await api.answer(&exchange), request)
        } catch {
            return problem(error, request, requestID)
        }
    }

    /// What is no route of the API: a page of the dashboard, perhaps.
    private func other(
        _ request: Request, _ context: APIContext, _ match: Route.Match, _ identity: Access.Identity?,
        _ requestID: String
    ) async throws -> Response {
        try limit(identity, context)
        if let page = try await page(request, identity, requestID) { return page }
        if case .otherMethod(let allowed) = match {
            let error = APIError(.methodNotAllowed, "this path takes \(allowed.joined(separator: ", "))", at: "method")
            var reply = Problem.reply(to: error, status: 405, requestID: requestID)
            if let name = HeaderNames.allow { reply.headers[name] = allowed.joined(separator: ", ") }
            return finish(reply, request)
        }
        throw APIError(.notFound, "there is no such route", at: "path")
    }

    private func limit(_ identity: Access.Identity?, _ context: APIContext) throws {
        if let identity { return try limit(identity) }
        if let wait = anonymous.take(context.address, now: .now) { throw RateLimited(seconds: wait) }
    }

    func limit(_ identity: Access.Identity) throws {
        if let wait = limiter.take(identity.id.string, now: .now) { throw RateLimited(seconds: wait) }
    }

    private func identity(of request: Request) -> Access.Identity? {
        if let header = request.headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased().utf8.elementsEqual("bearer".utf8) else { return nil }
            return api.access.identity(token: parts[1])
        }
        // A cookie comes along from other sites too: it may read, and never write.
        guard request.method == .get || request.method == .head else { return nil }
        return Self.cookieToken(of: request).flatMap { api.access.identity(token: $0) }
    }

    private func problem(_ error: any Error, _ request: Request, _ requestID: String) -> Response {
        var status = 500
        if let failure = error as? any CodedFailure {
            status = failure is RateLimited ? 429 : api.door.status(failure.qualifiedCode)
        }
        if status >= 500 {
            api.logger.error("a request failed", metadata: ["id": "\(requestID)", "reason": "\(error)"])
        }
        var reply = Problem.reply(to: error, status: status, requestID: requestID)
        if let limited = error as? RateLimited, let name = HeaderNames.retryAfter {
            reply.headers[name] = "\(limited.seconds)"
        }
        // What is left of such a body is not worth reading.
        if status == 408 || status == 413 { reply.headers[.connection] = "close" }
        return finish(reply, request)
    }

    private static func requestID(_ request: Request, _ context: APIContext) -> String {
        if let name = HeaderNames.requestID, let given = request.headers[name], (1...64).contains(given.utf8.count),
            given.utf8.allSatisfy({ letter in
                (0x30...0x39).contains(letter) || (0x41...0x5A).contains(letter) || (0x61...0x7A).contains(letter)
                    || letter == 0x2D || letter == 0x5F || letter == 0x2E
            })
        {
            return given
        }
        return context.id
    }

    /// The method for logs and metrics: a client may send any word.
    private static func known(_ method: HTTPRequest.Method) -> String {
        [.get, .head, .post, .put, .patch, .delete, .options].contains(method) ? method.rawValue : "other"
    }
}

extension APIResponder {
    /// The answer as HTTP: tagged, compressed where it pays, without a body for HEAD.
    func finish(_ reply: Reply, _ request: Request) -> Response {
        let isHead = request.method == .head
        switch reply.body {
        case .changes(let after, let kinds):
            if isHead { return Response(status: .init(code: reply.status), headers: reply.headers) }
            let stream = EventStream(index: api.door.index, metrics: api.metrics, kinds: kinds)
            return Response(
                status: .init(code: reply.status), headers: reply.headers,
                body: .init { writer in
                    try await stream.write(after: after, to: &writer)
                    try await writer.finish(nil)
                })
        case .bytes(let bytes):
            var headers = reply.headers
            if reply.status == 200, request.method == .get || isHead {
                let tag = "W/\"\(Digest(of: bytes).hex.prefix(32))\""
                headers[.eTag] = tag
                if headers[.cacheControl] == nil { headers[.cacheControl] = "private, no-cache" }
                if let name = HeaderNames.vary, headers[name] == nil {
                    headers[name] = "Accept-Encoding, Authorization, Cookie"
                }
                if Self.matches(request.headers[.ifNoneMatch], tag) {
                    return Response(status: .notModified, headers: headers.without(.contentType))
                }
            }
            let response = Response(
                status: .init(code: reply.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
            if isHead { return response.createHeadResponse() }
            return compressed(bytes, headers, request) ?? response
        }
    }

    private func compressed(_ bytes: [UInt8], _ headers: HTTPFields, _ request: Request) -> Response? {
        let range = APILimits.compressedBytesMin...APILimits.compressedBytesMax
        guard range.contains(bytes.count), headers[.contentType]?.contains("json") == true,
            Self.takesGzip(request.headers[.acceptEncoding] ?? "")
        else { return nil }
        var headers = headers
        headers[.contentEncoding] = "gzip"
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: Gzip.deflated(bytes))))
    }

    static func takesGzip(_ header: String) -> Bool {
        header.split(separator: ",").contains { item in
            let parts = item.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            guard let name = parts.first, name.utf8.elementsEqual("gzip".utf8) else { return false }
            return !parts.dropFirst().contains {
                $0.hasPrefix("q=0") && !$0.contains(where: { ("1"..."9").contains($0) })
            }
        }
    }

    /// Weak comparison (RFC 9110 section 13.1.2).
    static func matches(_ header: String?, _ tag: String) -> Bool {
        guard let header else { return false }
        func opaque(_ text: some StringProtocol) -> String {
            let text = String(text).filter { !$0.isWhitespace }
            return text.hasPrefix("W/") ? String(text.dropFirst(2)) : text
        }
        return header.split(separator: ",").contains { item in
            let text = opaque(item)
            return text.utf8.elementsEqual("*".utf8) || text.utf8.elementsEqual(opaque(tag).utf8)
        }
    }
}

extension HTTPFields {
    fileprivate func without(_ name: HTTPField.Name) -> HTTPFields {
        var copy = self
        copy[name] = nil
        return copy
    }
}

/// Too many requests; when the next may come.
struct RateLimited: CodedFailure {
    let seconds: Int
    var qualifiedCode: String { "api.rate-limited" }
    var message: String { "too many requests; try again in \(seconds) s" }
    var place: String? { nil }
    var description: String { "\(qualifiedCode): \(message)" }
}
