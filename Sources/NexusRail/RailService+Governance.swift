import NexusBase
import NexusGovernance
import NexusLogStore
import NexusOrchestration

extension RailService {
    /// Entries of the governance chain, newest first, as they stand in the log: all below number `before`, or those of
    /// them that decide about one clause.
    func governanceEntries(_ fields: inout Fields) async throws -> JSON {
        let before = try fields.optionalInteger("before", in: 1...Limits.jsonIntegerMax)
        let count = try fields.optionalInteger("count", in: 1...1_000) ?? 50
        let clause = try fields.optionalDigest("clause")
        let indices = engine.read { $0.governanceIndices }
        var found: [JSON] = []
        for place in (0..<min(indices.count, (before ?? .max) - 1)).reversed() where found.count < count {
            let bytes = try await keeper.sharedBytes(of: indices[place])
            let entry = try GovernanceEntry(parsing: bytes)
            if let clause, try !Self.decides(entry.proposal.decision, about: clause) { continue }
            found.append([
                "entry": try JSON(parsing: bytes), "logIndex": .int(indices[place]), "number": .int(entry.number),
            ])
        }
        return ["entries": .array(found)]
    }

    private static func decides(_ decision: Proposal.Decision, about clause: Digest) throws -> Bool {
        switch decision {
        case .publishClause(let document): Digest(of: document) == clause
        case .advanceClause(let digest, _, _, _): digest == clause
        default: false
        }
    }
}
