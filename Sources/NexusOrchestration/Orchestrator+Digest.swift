public import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTrust

extension Orchestrator {
    /// A digest over the whole state: two replays of one journal have the same.
    public var stateDigest: Digest {
        let json: JSON = [
            "accepted": accepted.digest.json,
            "committedRoots": committedRoots.isEmpty ? nil : .array(committedRoots.sorted().map(\.json)),
            "configuration": configuration.json,
            "deliveries": deliveries.sum.json,
            "disputes": disputed.sum.json,
            "departing": departing.isEmpty ? nil : .array(departing.map(\.json)),
            "governance": .array(governanceIndices.map { .int($0) }),
            "invitations": invitations.digestible,
            "jobs": jobs.sum.json,
            "nodes": .array(
                nodes.all.map {
                    [
                        "answered": .int($0.answered), "binding": $0.bindings.last?.envelope.payloadDigest.json,
                        "did": $0.did.json, "evidence": $0.evidence?.json,
                        "latency": .int($0.latencyMilliseconds), "load": .int($0.load),
                        "reliability": .int($0.reliability), "session": $0.session.map { .int($0) },
                    ]
                }),
            "occurrences": occurrences.sum.json,
            "open": .array(jobs.open.map { .int($0) }),
            "proposals": .array(proposals.map(\.entry.digest.json)),
            "rollups": [
                "committing": rollups.committing.map { .array($0.entries.map { Digest(of: $0).json }) },
                "decided": .array(rollups.decided.map { .int($0) }), "jobs": .array(rollups.jobs.map { .int($0) }),
                "logSize": .int(rollups.logSize), "number": .int(rollups.number), "previous": rollups.previous.json,
                "sealing": .bool(rollups.sealing != nil), "signed": .bool(rollups.signed != nil),
            ],
            "snapshot": snapshotDigest.json, "timers": .int(timers.count),
            "tokens": .array(tokens.keys.sorted().map(\.json)),
            "waiting": .array(waiting.places.map { .array($0.map { .int($0) }) }),
            "wakeup": wakeup == Instant(milliseconds: .max) ? nil : wakeup.json,
            "wanting": .array(wanting.map { .int($0) }),
            "withheld": withheld.isEmpty ? nil : .array(withheld.map { .int($0) }),
        ]
        return json.digest
    }
}

extension Job {
    /// Over what the state's digest says of it; once it is settled, always the same.
    var digest: Digest {
        let json: JSON = [
            "attempts": .array(
                attempts.map {
                    [
                        "detail": $0.detail.map { .string($0) }, "lostAt": $0.lostAt?.json, "node": $0.node.json,
                        "outcome": .text($0.outcome.rawValue), "replaced": .bool($0.isReplaced),
                        "statement": $0.statement?.digest.json, "token": $0.token.json,
                    ]
                }), "id": id.json, "leaf": leafIndex.map { .int($0) }, "rollup": rollup.map { .int($0) },
            "sequences": .array(sequences.map { .int($0) }), "signal": signal.map { .text($0.rawValue) },
            "status": .text(status.rawValue),
        ]
        return json.digest
    }
}
