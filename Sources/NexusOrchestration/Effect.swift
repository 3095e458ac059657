public import NexusBase
public import NexusClause
import NexusEvidence
public import NexusGovernance
public import NexusTrust

/// What a step asks the shell to do, after the input that caused it is durable.
public enum Effect: Sendable {
    /// Answers a submission: the job, and whether this event made it.
    case accepted(RequestID, job: Digest, isNew: Bool)
    case refused(RequestID, OrchestrationError)
    /// Answers a proposal when its entry is in the log.
    case governed(RequestID, number: Int, digest: Digest)
    /// Answers a party that presented an enrolment secret.
    case enrolled(RequestID)
    /// Sends tokens to a node: sign, seal, send.
    case assign(node: DID, [Assignment])
    /// Tells a node that its tokens will not be paid for any more.
    case cancel(node: DID, tokens: [Digest])
    /// Asks a node for fresh evidence; the answer is `Input.attested`.
    case challenge(node: DID)
    /// Ends a node's session.
    case disconnect(node: DID, reason: Text)
    /// Signs a rollup; the answer is `Input.sealed`.
    case seal(number: Int, rollup: [UInt8], statements: [[UInt8]])
    /// Appends to the log, signs, cosigns and stores a checkpoint; the answer is `Input.committed`.
    case commit([[UInt8]], firstIndex: Int)
    /// New governance is in force; nodes are told.
    case announce(GovernanceSnapshot)
    /// Jobs whose certificates are now released.
    case certified([Digest])
    case deliver(ActionDelivery)
    /// People should look: a refusal, a dispute, a freeze.
    case alert(Alert)

    public struct Assignment: Sendable, Hashable {
        /// The clause whose document and module the node must have.
        public let clause: Digest
        /// SHA-256 of the token's statement.
        public let tokenDigest: Digest
        /// The statement to sign.
        public let tokenBytes: [UInt8]
        /// The plaintext to seal.
        public let payload: [UInt8]
    }

    public struct ActionDelivery: Sendable, Hashable {
        public let id: Digest
        public let job: Digest
        public let occurrence: Text
        public let clauseID: ClauseID
        public let action: Clause.Action
        public let signal: Signal
        /// The share and the amount that are due, for payment instructions.
        public let rate: ExactDecimal?
        public let amount: ExactDecimal?
        public let delivery: Int
        /// Of a word that a policy's rule sends, not of a clause's action.
        public var notice: Notice? = nil

        /// Why a policy tells somebody of a certificate.
        public struct Notice: Sendable, Hashable {
            public let policy: Text
            public let because: Text
            public let explanation: Text
        }
    }

    public struct Alert: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case refusal, dispute, equivocation, frozen, replaced, undelivered
            /// A node gets no more work: its evidence, a credential or its standing ended.
            case standing
        }
        public let kind: Kind
        public let job: Digest?
        public let message: String
    }
}
