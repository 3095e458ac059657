package import NexusBase

/// What a node or validator says to its rail after hello.
package enum NodeMessage: Sendable, Hashable {
    /// What became of assignments.
    case answers([Answer])
    /// A validator's cosignature.
    case cosignature([UInt8])
    case heartbeat(Heartbeat)
    /// Asks for materials by digest.
    case materialRequest([Digest])
    /// Everything that ran is answered; the session may end.
    case drained
    /// What vouches for the node's machine and keys: the answer to a challenge.
    case evidence([UInt8])
}

/// What became of one attempt.
package struct Answer: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// The envelope of a signed CAC.
        case cac([UInt8])
        case refusal(Refusal)
    }

    package var tokenDigest: Digest
    package var outcome: Outcome
    /// Beside a CAC about a model: the proof that it names.
    package var proof: [UInt8]?

    package init(tokenDigest: Digest, outcome: Outcome, proof: [UInt8]? = nil) {
        self.tokenDigest = tokenDigest
        self.outcome = outcome
        self.proof = proof
    }
}

/// Why a node made no CAC.
package struct Refusal: Sendable, Hashable {
    /// A qualified code such as `runtime.out-of-fuel`; at most 128 bytes.
    package var code: String
    /// For people; at most 4096 bytes.
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// How busy a node is.
package struct Heartbeat: Sendable, Hashable {
    package var running: UInt32
    package var queued: UInt32
    /// Thousandths of what the node can carry.
    package var loadPermille: UInt32
    package var maxConcurrency: UInt32

    package init(running: UInt32, queued: UInt32, loadPermille: UInt32, maxConcurrency: UInt32) {
        self.running = running
        self.queued = queued
        self.loadPermille = loadPermille
        self.maxConcurrency = maxConcurrency
    }
}
