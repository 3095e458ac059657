package import NexusBase
import NexusEvidence
package import NexusOrchestration
package import NexusTrust

/// The real core and, around it, as little as it needs: what is on its way and the log.
/// A value: each step makes another.
package struct ModelState {
    package var core: Orchestrator
    package var now: Instant
    /// Tokens at nodes that have not answered, in order of sending.
    package var outstanding: [Token] = []
    /// What the rail's shell will hand back.
    package var pending: [Pending] = []
    package var isConnected: [Bool]
    /// Occurrences in the log, in order, without corrections.
    package var logged: [Digest] = []
    package var logSize: Int
    package var acknowledged: [Digest] = []
    package var released: [Digest] = []
    package var delivered: [Digest] = []
    /// Nodes that signed a wrong result, and for which job.
    package var wrong: [Wrong] = []
    package var submitted = [false, false]
    package var broken: String?

    package struct Token {
        package let node: Int
        package let digest: Digest
        package let bytes: [UInt8]
        package let payload: [UInt8]
    }

    package enum Pending {
        case seal(Int, [UInt8], [[UInt8]])
        case commit([[UInt8]], firstIndex: Int)
        case deliver(Digest)
    }

    package struct Wrong: Hashable {
        package let node: DID
        package let token: Digest
        /// Two results for the token.
        package let isTwice: Bool
    }

    /// What is known of each node, and of everything else, but for names and for when things happened. Jobs go by the
    /// places of their occurrences in `occurrences`.
    package func outline(_ occurrences: [Text]) -> (nodes: [[Int]], rest: [Int]) {
        func name(_ job: Job) -> Int { occurrences.firstIndex(of: job.occurrence) ?? 9 }
        func name(_ id: Digest) -> Int { core.jobs[id].map(name) ?? 9 }
        let outlook = core.outlook(at: now, name: name)
        let columns: [[Int]] = outlook.nodes.enumerated().map { place, node in
            var column = [isConnected[place] ? 1 : 0] + node.facts
            for attempt in outlook.attempts where attempt.node == node.did {
                // A token that is not at its node is not answered any more: how long it would be good is all the same.
                let isOut = outstanding.contains { $0.digest == attempt.token }
                column += [-5, attempt.job, isOut ? 1 : 0] + (isOut ? attempt.facts : attempt.facts.dropLast())
                column += wrong.filter { $0.token == attempt.token }.map { $0.isTwice ? -2 : -4 }
            }
            for dispute in core.disputes where dispute.node == node.did {
                column += [-6, name(dispute.job), dispute.kind == .differed ? 0 : 1]
            }
            return column
        }
        var facts = outlook.facts
        for jobs in [acknowledged, released] { facts += [-9] + jobs.map(name).sorted() }
        func place(_ action: Digest) -> Int { core.deliveries.all.firstIndex { $0.action.id == action } ?? 9 }
        facts += [-12] + delivered.map(place).sorted()
        facts += [-10] + logged.map { one in core.jobs.values.first { $0.occurrenceID == one }.map(name) ?? 9 }.sorted()
        let waits = pending.map { one in
            switch one {
            case .seal: -1
            case .commit: -2
            case .deliver(let id): place(id)
            }
        }
        facts += [-11] + waits.sorted()
        facts += submitted.map { $0 ? 1 : 0 }
        return (columns, facts)
    }

    /// States that differ in the names of nodes, in when things happened or in the way there have equal digests: the
    /// three nodes are alike, so that each is known by what it did.
    package func digest(_ occurrences: [Text]) -> Digest {
        let (nodes, rest) = outline(occurrences)
        let sorted = nodes.sorted { $0.lexicographicallyPrecedes($1) }
        return (rest + [-7] + sorted.joined(separator: [-8])).withUnsafeBytes { Digest(of: $0) }
    }
}
