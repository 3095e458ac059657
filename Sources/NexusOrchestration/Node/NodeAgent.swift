import NexusAttestation
public import NexusBase
public import NexusClause
public import NexusEvidence
public import NexusGovernance
public import NexusTrust

/// What a node decides by itself: whether to trust governance, whether a token entitles it to run, and what its
/// statement says. Pure: the shell runs the module, keeps the spent tokens on disk, and signs.
public struct NodeAgent: Sendable {
    public struct Identity: Sendable {
        public let node: DID
        public let binding: NodeBinding
        /// What a statement says where no admission names evidence.
        public let attestation: CAC.Attestation
        public let engine: Engine

        public init(node: DID, binding: NodeBinding, attestation: CAC.Attestation, engine: Engine) {
            self.node = node
            self.binding = binding
            self.attestation = attestation
            self.engine = engine
        }
    }

    /// A token that entitles the node to run, with all that the run needs.
    public struct Work: Sendable {
        public let token: JobToken
        public let tokenDigest: Digest
        public let clause: Clause
        public let payload: JobPayload
        public let occurrenceID: Digest
        public let snapshot: Digest
        public let logIndex: Int
        /// As the node's admission under that governance says.
        public let attestation: CAC.Attestation
    }

    public let trust: TrustFile
    public let identity: Identity
    public private(set) var snapshot: GovernanceSnapshot
    private var snapshotDigest: Digest
    private var spent: Set<Digest> = []
    private let railKey: VerificationKey

    public init(trust: TrustFile, identity: Identity) throws {
        self.trust = trust
        self.identity = identity
        snapshot = GovernanceSnapshot(genesis: trust.genesis, suites: trust.suites)
        snapshotDigest = snapshot.digest
        railKey = try trust.genesis.railKey.verificationKey()
    }

    /// Takes governance from the rail if it continues what the node saw. Older governance is passed over, and tokens
    /// under it are refused; another history of what the node saw is an error.
    public mutating func learn(_ evidence: GovernanceEvidence) throws {
        try learn(verified: evidence.verify(trust: trust))
    }

    /// The same with what `GovernanceEvidence.verify` made of the evidence under this node's trust.
    package mutating func learn(verified next: GovernanceSnapshot) throws {
        guard next.number >= snapshot.number else { return }
        if next.number == snapshot.number, next.head != snapshot.head {
            throw OrchestrationError(.refused, "the rail shows two histories of its governance")
        }
        snapshot = next
        snapshotDigest = next.digest
    }

    /// Tokens that were recorded as spent before the process started.
    public mutating func restore(spent tokens: [Digest]) { spent.formUnion(tokens) }

    /// Checks a token and its payload. Throws a coded refusal; on success the token counts as spent from now on, and
    /// the
    /// shell makes that durable before it runs anything.
    public mutating func admit(
        _ envelope: Envelope, payload bytes: [UInt8], cache: inout Envelope.VerifiedRoots, at now: Instant
    ) throws -> Work {
        guard envelope.signatures.count == 1 else { throw EvidenceError(.badToken, "a token has one signature") }
        try envelope.verify(by: railKey, cache: &cache)
        let token = try JobToken(in: envelope)
        let digest = envelope.payloadDigest
        func require(_ holds: Bool, _ message: @autoclosure () -> String) throws {
            guard holds else { throw EvidenceError(.badToken, message()) }
        }
        try require(token.rail == trust.rail, "the token is of another rail")
        try require(token.node == identity.node, "the token is for \(token.node)")
        try require(now < token.expiresAt, "the token expired at \(token.expiresAt)")
        try require(!spent.contains(digest), "the token was spent before")
        try require(
            token.snapshot == snapshotDigest, "the token's governance is not the one in force (\(snapshot.number))")
        try require(token.engine == identity.engine, "the token is for another engine")
        try require(Digest(of: bytes) == token.payload, "the payload is not the token's")
        guard let published = snapshot.clause(token.clause), published.stage == .active else {
            throw EvidenceError(.notEntitled, "the clause is not active")
        }
        let clause = published.clause
        try require(token.module == clause.computation.module, "the module is not the clause's")
        try snapshot.admit(identity.binding, at: now)
        let payload = try JobPayload(parsing: bytes)
        try check(payload, token, clause)
        let occurrenceID = Clause.occurrenceID(rail: trust.rail, id: clause.id, occurrence: payload.occurrence)
        let job = JobIdentity.jobID(clause: clause.digest, occurrenceID: occurrenceID, event: payload.trigger)
        try require(job == token.job, "the job is not that of the payload")
        try require(
            payload.openings.map(\.name) == clause.inputs.filter { $0.kind == .committed }.map(\.name),
            "the payload opens other inputs than the committed ones")
        spent.insert(digest)
        return Work(
            token: token, tokenDigest: digest, clause: clause, payload: payload, occurrenceID: occurrenceID,
            snapshot: snapshotDigest, logIndex: snapshot.logIndex, attestation: attestation)
    }

    private var attestation: CAC.Attestation {
        guard let admission = snapshot.admission(of: identity.node), let evidence = admission.evidence else {
            return identity.attestation
        }
        return CAC.Attestation(kind: Text(admission.attestation.rawValue), evidence: evidence.bytes)
    }

    private func check(_ payload: JobPayload, _ token: JobToken, _ clause: Clause) throws {
        try clause.checkOccurrence(payload.occurrence)
        guard payload.inputs.map(\.name) == clause.inputs.map(\.name) else {
            throw EvidenceError(.badCommitment, "not the clause's inputs")
        }
        guard BoundInput.commitment(payload.inputs.map(\.leaf)) == token.inputCommitment else {
            throw EvidenceError(.badCommitment, "the inputs do not lead to the token's commitment")
        }
        for (input, rule) in zip(payload.inputs, clause.inputs) {
            _ = try clause.checkInput(input.name, input.value, edition: input.edition)
            guard let name = rule.feed else { continue }
            guard let feed = snapshot.feed(name), let envelope = input.reading, input.feed == feed else {
                throw EvidenceError(.notEntitled, "no reading by the approved feed \(name)", at: input.name.string)
            }
            let reading = try Reading(verifying: envelope, by: feed.verificationKey())
            guard reading.feed == name, reading.name == input.name, reading.occurrence == payload.occurrence,
                reading.value == input.value, reading.edition == input.edition
            else { throw EvidenceError(.mismatch, "the feed signed something else", at: input.name.string) }
        }
    }

    /// The statement about a run, to be signed.
    public func statement(
        about work: Work, result: ExecutionResult, fuelUsed: Int, startedAt: Instant, finishedAt: Instant,
        wallTimeMicroseconds: Int, proof: CAC.ProofReference? = nil
    ) -> CAC {
        CAC(
            clauseID: work.clause.id, clause: work.clause.digest, occurrenceID: work.occurrenceID, job: work.token.job,
            attempt: work.token.attempt, trigger: work.payload.trigger,
            inputs: work.payload.inputs.map { CAC.InputReference($0) }, inputCommitment: work.token.inputCommitment,
            result: result.bytes, engine: result.engine,
            usage: CAC.Usage(
                module: work.token.module, fuel: fuelUsed, memoryBytesMax: work.clause.computation.memoryBytes,
                wallTimeMicroseconds: wallTimeMicroseconds),
            attestation: work.attestation,
            governance: CAC.GovernanceReference(
                rail: trust.rail, jurisdiction: identity.binding.jurisdiction, snapshot: work.snapshot,
                logIndex: work.logIndex),
            token: work.tokenDigest, nonce: work.token.nonce, node: identity.node, operator: identity.binding.operator,
            startedAt: startedAt, finishedAt: max(startedAt, finishedAt), proof: proof)
    }
}
