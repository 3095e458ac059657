import NexusBase

extension PageReader {
    /// Entries of the governance chain, newest first, each with who signed, as they stand in the log.
    func decisions(_ query: String) async throws -> (rows: [DecisionRow], next: String?) {
        let found = try await may("/v1/governance/entries?\(query)")
        return (found["items"].items.map { Self.decision($0["entry"]) }, found["next"].text)
    }

    private static func decision(_ entry: Document) -> DecisionRow {
        let proposal = entry["proposal"].decoded["predicate"]
        var row = DecisionRow()
        row.number = entry["number"].string
        row.at = proposal["proposedAt"].time
        row.decision = sentence(proposal["decision"])
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
        case "node.admit": return "Node \(name) let in"
        case "node.suspend": return "Node \(name) suspended: \(decision["reason"].string)"
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
