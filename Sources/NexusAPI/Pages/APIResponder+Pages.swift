import HTTPTypes
import Hummingbird
import NIOCore
import NexusBase
import NexusDashboard

/// The dashboard beside the API: its pages ask the API's own routes, as whoever looks, and so show no more than these.
extension APIResponder {
    /// Nil: not a path of the dashboard either.
    func page(_ request: Request, _ identity: Access.Identity?, _ requestID: String) async throws -> Response? {
        guard let segments = Self.segments(request.uri.path) else { return nil }
        if segments.first == "hand-in", let answer = try await handIn(request, segments, requestID) { return answer }
        if segments.first == "session" { return try await session(request, segments, requestID) }
        guard request.method == .get || request.method == .head else { return nil }
        let query = try Query(request.uri.query).pairs
        // Forms are for a browser's session: a program has the API.
        let key = request.headers[.authorization] == nil ? Self.cookieToken(of: request).map(Self.formKey) : nil
        let visitor = DashboardSite.Visitor(
            caller: identity?.name.string, formKey: identity == nil ? nil : key, formID: requestID)
        let found = try await site.answer(segments: segments, query: query, visitor: visitor) { path in
            try await ask(path, request, identity, requestID)
        }
        guard let answer = found else { return nil }
        return shown(answer, segments, request)
    }

    func shown(_ answer: DashboardSite.Answer, _ segments: [String], _ request: Request) -> Response {
        var reply = Reply(status: answer.status, type: answer.contentType, Array(answer.body.utf8))
        reply.headers[.cacheControl] = answer.isAsset ? "no-cache" : "private, no-cache"
        if let name = HTTPField.Name("Content-Security-Policy") {
            // The verifier's page names its own script and style, and forbids more than this.
            reply.headers[name] = segments == ["verify"] ? "frame-ancestors 'none'" : Self.policy
        }
        if let name = HTTPField.Name("Referrer-Policy") { reply.headers[name] = "same-origin" }
        return finish(reply, request)
    }

    private static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// The parts of a path, decoded; nil where one is not percent-encoded UTF-8.
    private static func segments(_ path: String) -> [String]? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count <= 2 else { return nil }
        let decoded = parts.compactMap(\.percentDecoded)
        return decoded.count == parts.count ? decoded : nil
    }

    /// A `GET` of the API from inside, under the same rules.
    func ask(
        _ path: String, _ request: Request, _ identity: Access.Identity?, _ requestID: String
    ) async throws -> DashboardSite.Reply {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        guard case .route(let route, let parameters) = Route.match(method: "GET", path: parts[0]) else {
            return .refused(status: 404)
        }
        do {
            try api.access.check(route.permission, identity)
            var exchange = Exchange(
                request: request, route: route, parameters: parameters, requestID: requestID, identity: identity,
                query: try Query(parts.count > 1 ? parts[1] : nil))
            let reply = try await api.answer(&exchange)
            guard reply.status == 200, case .bytes(let bytes) = reply.body else {
                return .refused(status: reply.status)
            }
            if reply.headers[.contentType] == "application/json" { return .json(try JSON(parsing: bytes)) }
            return .bytes(bytes)
        } catch let failure as any CodedFailure {
            return .refused(status: api.door.status(failure.qualifiedCode))
        }
    }
}
