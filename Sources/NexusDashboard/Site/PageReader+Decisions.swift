import NexusBase

extension PageReader {
    /// Full bundles of the log in which decisions are looked for: they stand at its beginning, before the jobs.
    private static let bundlesMax = 4
    private static let bundleWidth = 256

    /// The governance entries among the log's first entries, oldest first, each with who signed: read from the log.
    func decisions() async throws -> [DecisionRow] {
        let note = try await may("/v1/checkpoints?limit=1")["items"].items.first?["checkpoint"].text ?? ""
        let lines = note.split(separator: "\n")
        guard lines.count > 1, let size = Int(lines[1]), size > 0 else { return [] }
        var found: [DecisionRow] = []
        for bundle in 0..<min((size + Self.bundleWidth - 1) / Self.bundleWidth, Self.bundlesMax) {
            let width = min(size - bundle * Self.bundleWidth, Self.bundleWidth)
            let name = "00\(bundle)" + (width < Self.bundleWidth ? ".p/\(width)" : "")
            guard case .bytes(let bytes) = try await ask("/v1/log/tile/entries/" + name) else { continue }
            found += Self.entries(bytes).compactMap(Self.decision)
        }
        return found
    }

    /// A bundle's entries, each after its length as two big-endian bytes (c2sp.org/tlog-tiles).
    private static func entries(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var out: [ArraySlice<UInt8>] = []
        var place = 0
        while place + 2 <= bytes.count {
            let end = place + 2 + Int(bytes[place]) << 8 + Int(bytes[place + 1])
            guard end <= bytes.count else { break }
            out.append(bytes[(place + 2)..<end])
            place = end
        }
        return out
    }

    private static func decision(_ bytes: ArraySlice<UInt8>) -> DecisionRow? {
        guard let json = try? JSON(parsing: Array(bytes)) else { return nil }
        let entry = Document(json)
        guard entry["format"].text == "nexus.governance-entry/v1" else { return nil }
        let proposal = entry["proposal"].decoded["predicate"]
        var row = DecisionRow()
        row.number = entry["number"].string
        row.at = proposal["proposedAt"].time
        row.decision = sentence(proposal["decision"])
        row.subject = proposal["decision"]["clause"].text
        for ballot in entry["ballots"].items {
            let voter = ballot["signatures"].items.first?["keyid"].string ?? ""
            let isFor = ballot["payload"].decoded["predicate"]["vote"].text == "approve"
            if isFor { row.signers.append(voter) } else { row.rejections.append(voter) }
        }
        return row
    }

    private static func sentence(_ decision: Document) -> String {
        let name = decision["name"].text ?? Document.short(decision["did"].string)
        switch decision["kind"].string {
        case "operator.approve": return "Operator \(name) approved in \(decision["jurisdiction"].string)"
        case "operator.revoke": return "Operator \(name) revoked: \(decision["reason"].string)"
        case "node.revoke": return "Node \(name) revoked: \(decision["reason"].string)"
        case "issuer.approve": return "Issuer \(name) approved"
        case "feed.approve": return "Feed \(name) approved"
        case "clause.publish": return "Clause \(decision["document"].decoded["id"].string) published"
        case "clause.advance":
            return "Clause \(Document.short(decision["clause"].string)) becomes \(decision["stage"].string)"
        case "policy.publish": return "Policy \(decision["document"].decoded["id"].string) published"
        case "policy.advance":
            return "Policy \(Document.short(decision["policy"].string)) becomes \(decision["stage"].string)"
        case "occurrence.override":
            return
                "Job \(Document.short(decision["jobId"].string)) decided as \(decision["signal"].string): \(decision["reason"].string)"
        case "job.approve": return "Job \(Document.short(decision["jobId"].string)) approved"
        case "key.rotate": return "A key gave way: \(decision["reason"].string)"
        case let kind: return kind
        }
    }
}
