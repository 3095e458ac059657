package import NexusBase

/// The dashboard's addresses: asks the rail's API for documents, makes a page of them.
///
/// It has no rights of its own. Every document comes through `ask`, which answers as the API answers the person who
/// looks: what the API refuses is left out of the page, or is the page's own answer.
package struct DashboardSite: Sendable {
    /// What the API says to a `GET` of this path, with its query.
    package typealias Ask = @Sendable (_ path: String) async throws -> Reply

    package enum Reply: Sendable {
        case json(JSON)
        /// A file of the log.
        case bytes([UInt8])
        case refused(status: Int)
    }

    package struct Answer: Sendable {
        package var status = 200
        package var contentType = "text/html; charset=utf-8"
        package var body = ""
        /// Assets do not change while a rail runs.
        package var isAsset = false
    }

    /// Who looks.
    package struct Visitor: Sendable {
        /// The name of the token.
        package var caller: String?
        /// What this one's forms carry.
        package var formKey: String?
        /// Another one for every page.
        package var formID: String

        package init(caller: String?, formKey: String?, formID: String) {
            self.caller = caller
            self.formKey = formKey
            self.formID = formID
        }
    }

    private let dashboard: Dashboard

    /// Throws ``DashboardError``.
    package init() throws(DashboardError) {
        dashboard = try Dashboard()
    }

    /// The page of a path; nil where it is none of these.
    ///
    /// - Parameters:
    ///   - segments: The path's parts, decoded.
    ///   - query: The query's names and values, decoded, each name once.
    package func answer(
        segments: [String], query: [(name: String, value: String)], visitor: Visitor, ask: @escaping Ask
    ) async throws -> Answer? {
        if let asset = Self.asset(segments) { return asset }
        let reader = PageReader(ask: ask, query: query, formID: visitor.formID)
        do {
            guard let page = try await reader.page(segments) else { return nil }
            let chrome = try await reader.chrome(visitor)
            return Answer(body: try dashboard.html(page, in: chrome))
        } catch let refusal as Refusal {
            return try refused(refusal.status, at: Self.place(segments, query))
        }
    }

    /// The page of the forms again, with what came of one.
    package func handedIn(
        _ outcome: HandInPage.Outcome, status: Int, visitor: Visitor, ask: @escaping Ask
    ) async throws -> Answer {
        let reader = PageReader(ask: ask, query: [], formID: visitor.formID)
        do {
            let page = try await reader.handIn(outcome)
            return Answer(status: status, body: try dashboard.html(page, in: await reader.chrome(visitor)))
        } catch let refusal as Refusal {
            return try refused(refusal.status, at: "/hand-in")
        }
    }

    /// Asks for a token again, after one that the rail does not know.
    package func signIn(at place: String, fault: String) throws -> Answer { try refused(401, at: place, fault: fault) }

    private func refused(_ status: Int, at place: String, fault: String? = nil) throws -> Answer {
        var chrome = Chrome()
        chrome.rail = "Nexus"
        let page = RefusedPage(status: status, place: place, fault: fault)
        return Answer(status: status, body: try dashboard.html(page, in: chrome))
    }

    /// A page's address on this site, out of its parts.
    private static func place(_ segments: [String], _ query: [(name: String, value: String)]) -> String {
        let path = "/" + segments.map(PageReader.escaped).joined(separator: "/")
        let pairs = query.map { "\(PageReader.escaped($0.name))=\(PageReader.escaped($0.value))" }
        return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
    }

    private static func asset(_ segments: [String]) -> Answer? {
        switch segments {
        case ["assets", "dashboard.css"]: Answer(contentType: "text/css", body: Dashboard.style, isAsset: true)
        case ["assets", "dashboard.js"]: Answer(contentType: "text/javascript", body: Dashboard.script, isAsset: true)
        case ["verify"]: Answer(body: Dashboard.verifier, isAsset: true)
        default: nil
        }
    }
}

/// The API's refusal of a document that a page cannot do without.
struct Refusal: Error {
    let status: Int
}
