import NexusBase
import NexusClause
import NexusEvidence
import NexusTrust

/// What would have come out, had the agreement or the data been another
/// (Documentation/Formats/replay-difference-v1.md). It certifies nothing, and every verifier refuses it as one.
struct ReplayDifference {
    static let predicateType: Text = "urn:nexus:replay-difference:v1"

    struct Change {
        let path: String
        let from: Text
        let to: Text
    }

    let replay: Replay
    let changes: [Change]
    let original: ExecutionResult
    let changed: ExecutionResult

    init(_ replay: Replay, changes: [ReplayChange], original: ExecutionResult, changed: ExecutionResult) throws {
        self.replay = replay
        self.changes = try changes.map { change in
            Change(
                path: change.path, from: try change.original(in: replay),
                to: try change.canonicalValue(in: replay.clause))
        }
        self.original = original
        self.changed = changed
    }

    var statement: Statement {
        Statement(
            predicateType: Self.predicateType,
            subjects: [
                .init(name: "pack", digest: replay.pack), .init(name: "result", digest: Digest(of: original.bytes)),
            ],
            predicate: [
                "certifies": "nothing",
                "changes": .array(
                    changes.map { ["from": .string($0.from), "path": .text($0.path), "to": .string($0.to)] }),
                "clause": ["digest": replay.clause.digest.json, "id": replay.clause.id.json],
                "occurrence": .string(replay.occurrence), "occurrenceId": replay.occurrenceID.json,
                "outputs": .array(outputs.map(\.json)), "rail": replay.rail.json,
                "result": .base64(changed.bytes), "resultDigest": Digest(of: changed.bytes).json,
                "signal": ["from": .text(original.signal.rawValue), "to": .text(changed.signal.rawValue)],
                "terms": .array(terms.map(\.json)),
            ])
    }

    /// One number before and after.
    struct Pair {
        let name: Text
        let from: ExactDecimal?
        let to: ExactDecimal?

        var difference: ExactDecimal? {
            guard let from, let to else { return nil }
            return try? to.subtracting(from)
        }

        var json: JSON {
            ["difference": difference?.json, "from": from?.json, "name": .string(name), "to": to?.json]
        }
    }

    var outputs: [Pair] {
        replay.clause.outputs.map { Pair(name: $0.name, from: original.output($0.name), to: changed.output($0.name)) }
    }

    struct TermPair {
        let from: Term?
        let to: Term?
        let margin: Pair

        var json: JSON {
            [
                "from": from?.json, "margin": margin.json, "name": .string(margin.name), "to": to?.json,
            ]
        }
    }

    /// Terms stand in the clause's order; a fault has none.
    var terms: [TermPair] {
        replay.clause.terms.map { rule in
            let from = original.terms.first { $0.name == rule.name }
            let to = changed.terms.first { $0.name == rule.name }
            return TermPair(from: from, to: to, margin: Pair(name: rule.name, from: from?.margin, to: to?.margin))
        }
    }
}
