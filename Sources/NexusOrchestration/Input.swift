public import NexusBase
public import NexusEvidence
public import NexusTrust

/// What a step is told besides its input: all that is not a function of the state.
public struct StepContext: Sendable, Hashable {
    public let now: Instant
    /// 32 bytes drawn for this step; salts and nonces come from them.
    public let entropy: [UInt8]
    /// Sequence of the journal record that holds the input.
    public let sequence: Int
    /// Who asked for it over the network; nil for what comes from the rail itself or over the control socket.
    public let caller: Caller?

    public init(now: Instant, entropy: [UInt8], sequence: Int, caller: Caller? = nil) {
        self.now = now
        self.entropy = entropy
        self.sequence = sequence
        self.caller = caller
    }
}

/// Names whoever waits for the answer to a request; meaningless after a restart.
public struct RequestID: Sendable, Hashable {
    public let value: Int
    public init(_ value: Int) { self.value = value }

    /// Of a request whose sender is gone; no shell gives it out.
    static let nobody = RequestID(0)
}

/// Everything that can happen to a rail. Each is journaled before anything follows from it.
public enum Input: Sendable {
    /// The process started: sessions are gone, what was under way is asked for again.
    case started(RailConfiguration)
    case governed(RequestID, proposal: [UInt8], ballots: [Envelope])
    case submitted([(request: RequestID, event: Event)])
    /// A node's session began, with its operator's binding (signature verified by the shell).
    case opened(NodeSession)
    case closed(node: DID, session: Int)
    /// Answers of one message; statements were parsed and their signatures verified by the shell.
    case answered(node: DID, [Answer])
    /// The rail's signature on the rollup that `Effect.seal` asked for.
    case sealed(number: Int, envelope: Envelope, statements: [[UInt8]])
    /// The entries of the last `Effect.commit` are in the log and a durable, cosigned checkpoint holds them.
    case committed(firstIndex: Int, count: Int, checkpoint: Text)
    /// An enrolment token was made; only the digest of its secret is kept.
    case invited(secret: Digest, role: Text, expiresAt: Instant)
    /// A party presented a secret with this digest.
    case redeemed(RequestID, secret: Digest, role: Text, did: Text)
    case delivered(action: Digest, confirmed: Bool, detail: Text)
    /// The rail's operator takes back a job that is not decided.
    case cancelled(RequestID, job: Digest, reason: Text)
    /// Time passed and something was due.
    case tick

    /// A node's session as the core sees it.
    public struct NodeSession: Sendable {
        public let session: Int
        public let node: DID
        public let binding: Envelope
        public let attestation: Text
        public let engine: Engine

        public init(session: Int, node: DID, binding: Envelope, attestation: Text, engine: Engine) {
            self.session = session
            self.node = node
            self.binding = binding
            self.attestation = attestation
            self.engine = engine
        }
    }

    /// A node's answer to one token.
    public struct Answer: Sendable {
        public enum Content: Sendable {
            case statement(Envelope, CAC)
            /// A coded refusal; `indeterminate` when the host's limits ended the run.
            case refusal(code: Text, message: Text, isIndeterminate: Bool)
        }
        public let token: Digest
        public let content: Content

        public init(token: Digest, content: Content) {
            self.token = token
            self.content = content
        }
    }
}
