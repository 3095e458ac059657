import HTTPTypes
import Hummingbird
import NexusBase
import NexusDashboard

/// Forms of the pages. A cookie alone never writes: a form must come from a page of this site, and carry what only a
/// page made for this token has.
extension APIResponder {
    /// Nil: another path or method. What the API refuses is said on the page, with the API's status.
    func handIn(_ request: Request, _ segments: [String], _ requestID: String) async throws -> Response? {
        guard request.method == .post, segments.count == 2, let kind = HandIn.Kind(rawValue: segments[1]) else {
            return nil
        }
        guard let token = Self.cookieToken(of: request), let identity = api.access.identity(token: token) else {
            throw APIError(.unauthenticated, "a browser's session is needed: sign in first")
        }
        guard Self.isOfThisSite(request) else { throw APIError(.forbidden, "a form of another site", at: "origin") }
        try limit(identity)
        let bytes = try await Exchange.body(of: request, ["multipart/form-data"], bytesMax: APILimits.formFilesBytesMax)
        let form = try Multipart(bytes.bytes, contentType: request.headers[.contentType] ?? "")
        guard let given = try form.text("form"), Self.isEqual(given, Self.formKey(of: token)) else {
            throw APIError(.forbidden, "not a form of this session", at: "form")
        }
        let (status, outcome) = await handIn(kind, form, identity, requestID)
        if kind == .withdrawal, outcome.isTaken, let job = try form.text("job") {
            return Response(status: .seeOther, headers: [.location: "/jobs/\(job)", .cacheControl: "no-store"])
        }
        let visitor = DashboardSite.Visitor(
            caller: identity.name.string, formKey: Self.formKey(of: token), formID: requestID)
        let answer = try await site.handedIn(outcome, status: status, visitor: visitor) { path in
            try await ask(path, request, identity, requestID)
        }
        var response = shown(answer, segments, request)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// Makes the call that the form stands for, under the same rules as over the API.
    private func handIn(
        _ kind: HandIn.Kind, _ form: Multipart, _ identity: Access.Identity, _ requestID: String
    ) async -> (Int, HandInPage.Outcome) {
        do {
            let made = try HandIn(kind, form)
            guard case .route(let route, let parameters) = Route.match(method: "POST", path: made.path) else {
                throw APIError(.notFound, "there is no such route", at: "path")
            }
            try api.access.check(route.permission, identity)
            var exchange = Exchange(
                request: made.request, route: route, parameters: parameters, requestID: requestID, identity: identity,
                query: try Query(nil))
            let reply = try await api.answer(&exchange)
            guard case .bytes(let bytes) = reply.body else { return (200, .init(isTaken: true, heading: "Taken")) }
            let outcome = HandInPage.Outcome(kind, try JSON(parsing: bytes, bytesMax: APILimits.batchBytesMax))
            return (outcome.isTaken ? 200 : 422, outcome)
        } catch {
            let failure = error as? any CodedFailure
            let status = failure.map { api.door.status($0.qualifiedCode) } ?? 500
            var outcome = HandInPage.Outcome(
                isTaken: false, heading: "Not taken",
                sentence: status < 500 ? failure?.message : "The request failed; see the rail’s log.")
            let place = failure?.place.map { "at \($0)" } ?? "request \(requestID)"
            outcome.lines = [.init(failure?.qualifiedCode ?? "api.internal", detail: place)]
            return (status, outcome)
        }
    }

    /// What a form of this token's pages carries. It says nothing about the token: that has 256 bits of its own.
    static func formKey(of token: some StringProtocol) -> String {
        Framed.digest("nexus/form/v1", Array(token.utf8)).hex
    }

    private static func isEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    static func cookieToken(of request: Request) -> Substring? {
        for pair in (request.headers[.cookie] ?? "").split(separator: ";") {
            let text = pair.trimmingPrefix(while: \.isWhitespace)
            if text.hasPrefix("nexus-token=") { return text.dropFirst("nexus-token=".count) }
        }
        return nil
    }
}
