public import NexusBase
public import NexusClause
public import NexusEvidence
public import NexusTrust

/// One evaluation, from its event to its certificate.
public struct Job: Sendable {
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Acknowledged; no nodes chosen yet.
        case waiting
        case running
        /// The quorum cannot be reached: people decide.
        case frozen
        /// k agree, or the committee decided; waiting for its rollup.
        case decided
        /// In a rollup that is on its way into the log.
        case sealed
        /// The certificate is released.
        case certified
        /// The clause was deprecated, or the rail's operator took the job back, before it was decided.
        case withdrawn
    }

    public struct Attempt: Sendable {
        public let number: Int
        public let node: DID
        public let `operator`: DID
        public let jurisdiction: Text
        public let token: Digest
        public let nonce: [UInt8]
        /// What the node said it runs when the token was made.
        public let engine: Engine
        /// The governance in force when the token was made.
        public let snapshot: Digest
        public let snapshotLogIndex: Int
        public let issuedAt: Instant
        public let expiresAt: Instant
        /// The token's statement, kept while an answer may come.
        var tokenBytes: [UInt8]
        public internal(set) var outcome: QuorumStatement.Attempt.Outcome = .pending
        public internal(set) var detail: Text?
        public internal(set) var statement: Received?
        /// The binding under which the node made its statement, for evidence: it may enrol again later.
        public internal(set) var binding: Envelope?
        /// The session was lost at this time; nil while it is there.
        var lostAt: Instant?
        /// Whether another attempt stands in its place.
        public internal(set) var isReplaced = false

        init(
            number: Int, node: DID, operator: DID, jurisdiction: Text, token: Digest, nonce: [UInt8],
            engine: Engine, snapshot: Digest, snapshotLogIndex: Int, issuedAt: Instant, expiresAt: Instant,
            tokenBytes: [UInt8]
        ) {
            self.number = number
            self.node = node
            self.operator = `operator`
            self.jurisdiction = jurisdiction
            self.token = token
            self.nonce = nonce
            self.engine = engine
            self.snapshot = snapshot
            self.snapshotLogIndex = snapshotLogIndex
            self.issuedAt = issuedAt
            self.expiresAt = expiresAt
            self.tokenBytes = tokenBytes
        }

        public struct Received: Sendable {
            /// Payload digest of the CAC.
            public let digest: Digest
            public let resultDigest: Digest
            /// Empty once nothing can be compared with it any more, unless it is the certified one.
            public internal(set) var result: [UInt8]
            public let signal: Signal
            /// Bytes of the proof beside it, which are in the answer's journal record.
            public let proofBytes: Int
        }

        /// Whether the node's answer is still awaited.
        var isOpen: Bool { outcome == .pending && statement == nil }
        /// Whether it ended without a statement, so that another node may stand in.
        var sentNothing: Bool { [.silent, .indeterminate, .refused].contains(outcome) }
    }

    /// A dispute by its place in the order of opening.
    public struct DisputeMark: Sendable, Hashable {
        public let number: Int
        let kind: Dispute.Kind
        let node: DID
    }

    public let id: Digest
    public let clause: Digest
    public let clauseID: ClauseID
    public let occurrence: Text
    public let occurrenceID: Digest
    public let trigger: TriggerEvent
    /// Let go of once the job is certified; the event's journal record has them.
    public internal(set) var inputs: [BoundInput]
    /// In the clause's order.
    public let inputNames: [Text]
    public let inputCommitment: Digest
    public let priority: Int
    public let deadline: Instant?
    public let supersedes: Digest?
    public let acknowledgedAt: Instant
    /// Place of the event in its submission; the salts of the inputs depend on it.
    public let eventIndex: Int
    /// How many certificates of this occurrence it corrects, one after the other.
    public let correction: Int
    let agreement: Agreement
    /// Sequences of the journal records that hold the event and the answers.
    public internal(set) var sequences: [Int]
    public internal(set) var status: Status = .waiting
    public internal(set) var attempts: [Attempt] = []
    public internal(set) var decision: QuorumStatement.Decision?
    public internal(set) var decidedAt: Instant?
    public internal(set) var certifiedAt: Instant?
    public internal(set) var rollup: Int?
    public internal(set) var leafIndex: Int?
    /// The disputes about its statements.
    public internal(set) var disputes: [DisputeMark] = []
    /// The node set the scheduler could not find, for people who ask why a job waits.
    public internal(set) var waitingBecause: Text?
    var payload: [UInt8]
    let payloadDigest: Digest
    /// Whether an attempt is to be replaced and no node was found for it.
    var wantsNodes = false
    /// Whether anything may still happen to it.
    var isOpen = true

    var rule: Clause.ExecutionRule { agreement.clause.execution }

    /// About what the job's proof takes in a request to validators, with its network, which is at most a byte a
    /// multiplication and some for each layer; none where nothing is proved.
    var proofMaterialBytes: Int {
        guard let proof = attempts.lazy.compactMap(\.statement).map(\.proofBytes).max(), proof > 0 else { return 0 }
        return proof + min(agreement.clause.computation.fuel, EvidenceLimits.proofMaterialBytesMax)
    }

    public var signal: Signal? {
        switch decision {
        case .quorum(_, let signal), .override(_, let signal, _): signal
        case nil: nil
        }
    }

    /// The first statement with the certified result.
    public var result: [UInt8]? {
        guard case .quorum(let digest, _) = decision else { return nil }
        return attempts.lazy.compactMap(\.statement).first { $0.resultDigest == digest }?.result
    }
}

/// A node's statement that differs from the certified result, or two that differ from each other.
public struct Dispute: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Signed another result than the quorum.
        case differed
        /// Signed two results for one token.
        case equivocation
    }
    public let kind: Kind
    public let job: Digest
    public let node: DID
    public let `operator`: DID
    /// The path of the first field that differs.
    public let firstDifference: Text
    /// Payload digests of the two statements; both envelopes are in the journal.
    public let statement: Digest
    public let against: Digest
    public let openedAt: Instant
    /// Sequences of the journal records that hold the job's statements.
    public let sequences: [Int]
}
