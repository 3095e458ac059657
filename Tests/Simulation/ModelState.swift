package import NexusBase
import NexusEvidence
package import NexusOrchestration
package import NexusTrust

/// The real core and, around it, as little as it needs: what is on its way, the log, and how many faults are left.
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
    package var faultsLeft: Int
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

        var digest: Digest {
            switch self {
            case .seal(let number, let bytes, _): Digest(ofParts: [1, UInt8(number)], bytes)
            case .commit(let entries, let index): Digest(ofParts: [2, UInt8(index)], entries.flatMap { $0 })
            case .deliver(let id): Digest(ofParts: [3], id.bytes)
            }
        }
    }

    package struct Wrong: Hashable {
        package let node: DID
        package let token: Digest
        /// Two results for the token.
        package let isTwice: Bool
    }

    /// Equal states have equal digests; time counts, the way there does not.
    package var digest: Digest {
        var bytes = core.stateDigest.bytes
        bytes += withUnsafeBytes(of: now.milliseconds) { Array($0) }
        for token in outstanding.map(\.digest).sorted() { bytes += token.bytes }
        bytes.append(0xFE)
        for one in pending.map(\.digest).sorted() { bytes += one.bytes }
        bytes += isConnected.map { $0 ? 1 : 0 }
        bytes.append(0xFD)
        for job in acknowledged.sorted() + released.sorted() + delivered.sorted() + logged { bytes += job.bytes }
        for one in wrong { bytes += one.token.bytes + [one.isTwice ? 1 : 0] }
        bytes += submitted.map { $0 ? 1 : 0 } + [UInt8(faultsLeft)]
        return Digest(of: bytes)
    }
}
