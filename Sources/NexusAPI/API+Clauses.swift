import NexusBase
import NexusClause
import NexusIndex

extension API {
    /// A clause as a list shows it: without its document.
    private func summary(_ clause: JSONObject) -> JSON {
        var object = clause
        if case .object(let document)? = clause["document"] {
            object["domain"] = document["domain"]
            object["jurisdiction"] = document["jurisdiction"]
        }
        object["document"] = nil
        return .object(object)
    }

    private func clauses() async throws -> [JSONObject] {
        try await items("clauses", "clauses").compactMap { if case .object(let object) = $0 { object } else { nil } }
    }

    private static func text(_ object: JSONObject, _ key: Text) -> String {
        if case .string(let text)? = object[key] { text.string } else { "" }
    }

    private static func name(_ id: String) -> String { String(id.prefix { $0 != "@" }) }

    func listClauses(_ exchange: inout Exchange) async throws -> Reply {
        var found = try await clauses().map { (clause: $0, summary: summary($0)) }
        for key in ["stage", "domain", "jurisdiction"] {
            guard let wanted = exchange.query.take(key) else { continue }
            found = found.filter { pair in
                guard case .object(let object) = pair.summary else { return false }
                return Self.text(object, Text(key)) == wanted
            }
        }
        if let name = exchange.query.take("name") {
            found = found.filter { Self.name(Self.text($0.clause, "id")) == name }
        }
        let page = try exchange.query.page()
        try exchange.query.finish()
        return Reply(Self.list(found.map(\.summary), page))
    }

    private func find(_ wanted: Text) async throws -> JSONObject {
        let all = try await clauses()
        guard let clause = all.last(where: { $0["digest"] == .string(wanted) || $0["id"] == .string(wanted) }) else {
            throw APIError(.notFound, "no clause of this id or digest is published", at: "clause")
        }
        return clause
    }

    func readClause(_ exchange: Exchange) async throws -> Reply {
        Reply(.object(try await find(exchange.parameter("clause"))))
    }

    func listClauseVersions(_ exchange: Exchange) async throws -> Reply {
        let name = Self.name(Self.text(try await find(exchange.parameter("clause")), "id"))
        let versions = try await clauses().filter { Self.name(Self.text($0, "id")) == name }
            .compactMap { clause in (try? ClauseID(parsing: Text(Self.text(clause, "id")))).map { ($0, clause) } }
            .sorted { $0.0.version < $1.0.version }
        return Reply(["items": .array(versions.map { summary($0.1) })])
    }

    /// A page of a list that the rail gives whole; the cursor is a place in it.
    static func list(_ all: [JSON], _ page: Page) -> JSON {
        let start = min(all.count, page.after.map { $0 + 1 } ?? 0)
        let shown = all[start...].prefix(page.limit)
        let isMore = shown.endIndex < all.count
        return ["items": .array(Array(shown)), "next": isMore ? Page.cursor(after: shown.endIndex - 1) : nil]
    }

    func listed(_ operation: String, _ key: Text, _ exchange: inout Exchange) async throws -> Reply {
        let page = try exchange.query.page()
        try exchange.query.finish()
        return Reply(Self.list(try await items(operation, key), page))
    }
}
