import NexusBase

/// Makes pages of the API's documents.
struct PageReader: Sendable {
    let ask: DashboardSite.Ask
    let query: [(name: String, value: String)]
    /// Another one for every page that is made.
    let formID: String

    func page(_ segments: [String]) async throws -> (any DashboardPage)? {
        switch segments.count {
        case 0: return try await overview()
        case 1:
            switch segments[0] {
            case "clauses": return try await clauses()
            case "nodes": return try await nodes()
            case "log": return try await log()
            case "governance": return try await governance()
            case "evidence": return try await evidence()
            case "hand-in": return try await handIn(nil)
            default: return nil
            }
        case 2 where segments[0] == "clauses": return try await clause(segments[1])
        case 2 where segments[0] == "jobs": return try await job(segments[1])
        default: return nil
        }
    }

    func chrome(_ visitor: DashboardSite.Visitor) async throws -> Chrome {
        let rail = try await must("/v1/rail")
        var chrome = Chrome()
        chrome.rail = rail["name"].text ?? "Nexus"
        chrome.railID = rail["rail"].string
        chrome.caller = visitor.caller
        chrome.formKey = visitor.formKey
        if let frozen = rail["frozen"].int, frozen > 0 {
            chrome.trouble =
                frozen == 1
                ? "One job is frozen: people have to decide." : "\(frozen) jobs are frozen: people have to decide."
        }
        return chrome
    }

    /// A document without which there is no page.
    func must(_ path: String) async throws -> Document {
        switch try await ask(path) {
        case .json(let json): return Document(json)
        case .bytes: throw Refusal(status: 404)
        case .refused(let status): throw Refusal(status: status)
        }
    }

    /// A document that a page can do without; an empty one where the API refuses it.
    func may(_ path: String) async throws -> Document {
        if case .json(let json) = try await ask(path) { Document(json) } else { Document(nil) }
    }

    func parameter(_ name: String) -> String? {
        query.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// Titles of clauses by id, for lists of jobs.
    func titles() async throws -> [(id: String, title: String)] {
        try await may("/v1/clauses?limit=200")["items"].items.map { ($0["id"].string, $0["title"].string) }
    }

    /// Names of operators by DID, out of the governance in force; the newest approval counts.
    func operatorNames() async throws -> [(did: String, name: String)] {
        try await may("/v1/governance")["snapshot"]["operators"].items.reversed().map {
            ($0["did"].string, $0["name"].string)
        }
    }

    static func row(_ job: Document, titles: [(id: String, title: String)]) -> JobRow {
        var row = JobRow()
        row.id = job["job"].string
        row.shortID = Document.short(row.id)
        row.clauseID = job["clause"].string
        row.clauseTitle = titles.first { $0.id == row.clauseID }?.title ?? row.clauseID
        row.occurrence = job["occurrence"].string
        row.status = job["status"].string
        row.signal = job["signal"].text
        row.acknowledgedAt = job["acknowledgedAt"].time
        row.took = took(job)
        if let disputes = job["disputes"].int, disputes > 0 { row.disputes = disputes }
        row.isCertified = row.status == "certified"
        return row
    }

    private static func took(_ job: Document) -> String? {
        guard let begin = job["acknowledgedAt"].milliseconds, let end = job["certifiedAt"].milliseconds, end >= begin
        else { return nil }
        return duration(end - begin)
    }

    static func duration(_ milliseconds: Int64) -> String {
        milliseconds < 1000 ? "\(milliseconds) ms" : "\(Drawing.number(Double(milliseconds) / 1000)) s"
    }

    /// A path segment or a query's value, percent-encoded whole.
    static func escaped(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E
            let digits = String(byte, radix: 16, uppercase: true)
            out += isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.utf8.count < 2 ? "0" : "") + digits
        }
        return out
    }
}
