import HTTPTypes
import NexusBase

/// A problem document (RFC 9457) out of a coded error.
enum Problem {
    static func reply(to error: any Error, status: Int, requestID: String) -> Reply {
        let failure = error as? any CodedFailure
        let code = failure?.qualifiedCode ?? "api.internal"
        // What an unknown error says may name files: it is logged, not sent.
        let detail = status >= 500 && failure == nil ? "the request failed; see the rail's log" : failure?.message
        let json: JSON = [
            "code": .text(code), "detail": detail.map { .text($0) }, "place": failure?.place.map { .text($0) },
            "requestId": .text(requestID), "status": .int(status), "title": .text(title(status)),
            "type": .text("urn:nexus:error:\(code)"),
        ]
        var reply = Reply(status: status, type: "application/problem+json", json.canonicalBytes)
        reply.headers[.cacheControl] = "no-store"
        if status == 401 { reply.headers[.wwwAuthenticate] = "Bearer realm=\"nexus\"" }
        return reply
    }

    private static func title(_ status: Int) -> String {
        let known: [HTTPResponse.Status] = [
            .badRequest, .unauthorized, .forbidden, .notFound, .methodNotAllowed, .requestTimeout, .conflict,
            .contentTooLarge, .unsupportedMediaType, .unprocessableContent, .tooManyRequests, .notImplemented, .badGateway,
            .serviceUnavailable, .gatewayTimeout,
        ]
        return known.first { $0.code == status }?.reasonPhrase ?? "Internal Server Error"
    }
}
