import HTTPTypes
import Hummingbird
import NexusBase
import NexusDashboard

/// A person's browser keeps the token as a cookie that no script can read: `POST /session` sets it, `POST /session/end`
/// takes it away. With it a browser may read, and never write.
extension APIResponder {
    /// Nil: another path or method. Throws `api.forbidden` for a form of another site: it could sign a person in as
    /// somebody else.
    func session(_ request: Request, _ segments: [String], _ requestID: String) async throws -> Response? {
        guard request.method == .post, segments.count == 1 || segments == ["session", "end"] else { return nil }
        guard Self.isOfThisSite(request) else {
            throw APIError(.forbidden, "a form of another site", at: "origin")
        }
        guard segments.count == 1 else { return redirect(to: "/", cookie: cookie("", seconds: 0)) }
        let (_, bytes) = try await Exchange.body(
            of: request, ["application/x-www-form-urlencoded"], bytesMax: APILimits.formBytesMax)
        var form = try Query(String(decoding: bytes, as: UTF8.self))
        let token = (form.take("token") ?? "").filter { !$0.isWhitespace }
        let place = Self.place(form.take("to") ?? "/")
        try form.finish()
        guard api.access.identity(token: token) != nil else {
            let answer = try site.signIn(at: place, fault: "This rail does not know that token, or it holds no more.")
            return shown(answer, segments, request)
        }
        return redirect(to: place, cookie: cookie(token, seconds: APILimits.cookieSeconds))
    }

    /// Where browsers say it, the page that sent the form is one of this rail's.
    static func isOfThisSite(_ request: Request) -> Bool {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name] {
            return site.utf8.elementsEqual("same-origin".utf8) || site.utf8.elementsEqual("none".utf8)
        }
        guard let origin = request.headers[.origin] else { return true }
        return ["http://", "https://"].contains {
            origin.utf8.elementsEqual("\($0)\(request.head.authority ?? "")".utf8)
        }
    }

    /// A path of this site, or the overview: never another's address.
    static func place(_ text: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~%?=&".utf8)
        guard text.utf8.first == UInt8(ascii: "/"), text.utf8.dropFirst().first != UInt8(ascii: "/"),
            text.utf8.count <= APILimits.queryBytesMax, text.utf8.allSatisfy(plain.contains)
        else { return "/" }
        return text
    }

    private func cookie(_ token: String, seconds: Int) -> String {
        "nexus-token=\(token); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)\(isSecure ? "; Secure" : "")"
    }

    private func redirect(to place: String, cookie: String) -> Response {
        var headers = HTTPFields()
        headers[.location] = place
        headers[.setCookie] = cookie
        headers[.cacheControl] = "no-store"
        return Response(status: .seeOther, headers: headers)
    }
}
