import NexusAttestation
package import NexusBase
import NexusClause
import NexusEvidence
package import NexusGovernance
package import NexusOrchestration
import NexusTestSupport
package import NexusTrust

/// A node of a world: the real agent, with a computation in place of the runtime.
package struct WorldNode {
    package enum Behaviour: Equatable {
        case honest
        /// Signs outputs that are off by this much.
        case lying(by: Int)
        /// Signs two results for one token.
        case equivocating
        /// Takes tokens and says nothing.
        case silent
        case refusing(code: Text, message: Text)
        case indeterminate
        /// Answers a new token with what it signed for an older one.
        case replaying
        /// Signs with a key that is not its own.
        case forging
    }

    enum Message {
        case governance(WorldGovernance)
        case tokens([(Envelope, payload: [UInt8])])
    }

    package let did: DID
    package var behaviour = Behaviour.honest
    package var workMilliseconds = 1...3
    package var isUp = true
    package var session: Int?
    /// Whether it answers challenges.
    package var vouches = true
    /// The sealing key that its evidence binds, where that is not the one that it uses.
    package var evidenceKey: [UInt8]?
    /// Changes a statement before it is signed.
    package var editStatement: (inout JSON) -> Void = { _ in }
    package var agent: NodeAgent
    package var clock = WorldClock()
    package let key: SigningKey
    package let binding: NodeBinding
    package var bindingEnvelope: Envelope
    /// Counts starts; work of an earlier one is gone.
    var run = 1
    private let engine: Engine
    /// On disk.
    private var spent: [Digest] = []
    /// In memory.
    private var kept: [Digest: [Envelope]] = [:]
    private var running: Set<Digest> = []
    /// The last statement it signed, for a liar to send again.
    private var stale: Envelope?

    init(_ index: Int, plan: WorldPlan, trust: TrustFile) throws {
        let ownerIndex = plan.nodes[index]
        let owner = World.operatorKey(ownerIndex)
        key = index < Party.nodes.count ? Party.nodes[index] : Party.key(UInt8(150 + index))
        did = key.did
        binding = NodeBinding(
            rail: trust.rail, node: key.did, operator: owner.did, jurisdiction: plan.operators[ownerIndex],
            sealingKey: [UInt8](repeating: 9, count: 32), issuedAt: Party.time(0),
            expiresAt: Party.time(plan.bindingMinutes))
        bindingEnvelope = try binding.sealed(by: owner)
        engine = plan.upgraded.contains(index) ? Self.newerEngine : Self.engine
        agent = try Self.agent(trust, binding, engine)
    }

    static let engine = Engine(name: "wasmtime", version: "50.0.1", features: ["fuel"])
    private static let newerEngine = Engine(name: "wasmtime", version: "51.0.0", features: ["fuel"])

    private static func agent(_ trust: TrustFile, _ binding: NodeBinding, _ engine: Engine) throws -> NodeAgent {
        try NodeAgent(
            trust: trust,
            identity: .init(
                node: binding.node, binding: binding, attestation: .init(kind: "simulated", evidence: []),
                engine: engine))
    }

    package var hello: Input.NodeSession { hello(nil) }

    func hello(_ verdict: EvidenceVerdict?) -> Input.NodeSession {
        Input.NodeSession(
            session: session ?? 0, node: did, binding: bindingEnvelope,
            attestation: verdict.map { Text($0.kind.rawValue) } ?? "simulated", engine: engine, evidence: verdict)
    }

    /// What the rail's shell finds of the evidence that this node gives over `nonce`; nil if it gives none.
    func verdict(over nonce: [UInt8], in snapshot: GovernanceSnapshot, at now: Instant) throws -> EvidenceVerdict? {
        guard vouches else { return nil }
        let data = try EvidenceVerdict.reportData(
            node: did, sealingKey: evidenceKey ?? binding.sealingKey, nonce: nonce)
        return EvidenceVerdict(
            judging: AttestationEvidence.simulated(reportData: data.bytes).json.canonicalBytes, of: did,
            sealingKey: binding.sealingKey, nonce: nonce, in: snapshot, at: now)
    }

    /// The process starts: what was in memory is gone, spent tokens are not.
    mutating func start(_ trust: TrustFile) throws {
        agent = try Self.agent(trust, binding, engine)
        agent.restore(spent: spent)
        kept = [:]
        running = []
        run += 1
        isUp = true
    }

    /// Admits tokens; gives the work to do, and what is answered at once.
    mutating func take(
        _ tokens: [(Envelope, payload: [UInt8])], at now: Instant
    ) throws -> (work: [NodeAgent.Work], answers: [Input.Answer]) {
        var work: [NodeAgent.Work] = []
        var answers: [Input.Answer] = []
        var cache = Envelope.VerifiedRoots()
        for (envelope, payload) in tokens {
            let token = envelope.payloadDigest
            if let kept = kept[token] {
                answers += try kept.map { .init(token: token, content: .statement($0, try CAC(in: $0))) }
            } else if running.contains(token) {
                continue
            } else if case .refusing(let code, let message) = behaviour {
                answers.append(
                    .init(token: token, content: .refusal(code: code, message: message, isIndeterminate: false)))
            } else {
                do {
                    work.append(try agent.admit(envelope, payload: payload, cache: &cache, at: now))
                    running.insert(token)
                } catch {
                    let failure = error as? any CodedFailure
                    answers.append(
                        .init(
                            token: token,
                            content: .refusal(
                                code: Text(failure?.qualifiedCode ?? "node.internal"), message: Text("\(error)"),
                                isIndeterminate: false)))
                }
            }
        }
        return (behaviour == .silent ? [] : work, answers)
    }

    /// The tokens of admitted work are on disk.
    mutating func recordSpent(_ work: [NodeAgent.Work]) { spent += work.map(\.tokenDigest) }

    /// Signs what the work came to, all under one signature.
    mutating func answers(to work: [NodeAgent.Work], at now: Instant) throws -> [Input.Answer] {
        if behaviour == .indeterminate {
            return work.map { one in
                .init(
                    token: one.tokenDigest,
                    content: .refusal(code: "node.indeterminate", message: "wall clock", isIndeterminate: true))
            }
        }
        let said = try work.flatMap { one in try results(of: one).map { (one, $0) } }
        let statements = try said.map { one, result in
            let statement = agent.statement(
                about: one, result: result, fuelUsed: 5000, startedAt: now, finishedAt: now, wallTimeMicroseconds: 90)
            var json = try JSON(parsing: statement.bytes)
            editStatement(&json)
            return json.canonicalBytes
        }
        let envelopes = try Envelope.sign(batch: statements, by: behaviour == .forging ? Party.stranger : key)
        return try zip(said, envelopes).map { said, envelope in
            if behaviour == .replaying, let stale {
                return .init(token: said.0.tokenDigest, content: .statement(stale, try CAC(in: stale)))
            }
            stale = envelope
            kept[said.0.tokenDigest, default: []].append(envelope)
            return .init(token: said.0.tokenDigest, content: .statement(envelope, try CAC(in: envelope)))
        }
    }

    private func results(of work: NodeAgent.Work) throws -> [ExecutionResult] {
        switch behaviour {
        case .lying(let error): [try WorldModel.result(of: work, engine, off: error)]
        case .equivocating:
            [try WorldModel.result(of: work, engine), try WorldModel.result(of: work, engine, off: 1)]
        default: [try WorldModel.result(of: work, engine)]
        }
    }
}

/// What the test clause's model computes, without a runtime.
enum WorldModel {
    static func result(of work: NodeAgent.Work, _ engine: Engine, off error: Int = 0) throws -> ExecutionResult {
        let values = work.payload.inputs.map { (name: $0.name, value: Text(String(decoding: $0.value, as: UTF8.self))) }
        let november = try ExactDecimal(parsing: values[0].value)
        let index = try november.adding(ExactDecimal(parsing: values[1].value))
            .divided(by: ExactDecimal(2), scale: 4).adding(ExactDecimal(error))
        let share = try index.subtracting(ExactDecimal(24)).divided(by: ExactDecimal(3), scale: 4)
        let rate = min(max(share, .zero), ExactDecimal(1))
        let outputs: [(name: Text, value: ExactDecimal)] = [("index", index), ("payoutRate", rate)]
        let verdict = try ClauseEvaluator(work.clause).verdict(
            inputs: values.map { ($0.name, $0.value) }, outputs: outputs.map { ($0.name, $0.value) })
        return ExecutionResult(
            clause: work.clause.digest, occurrenceID: work.occurrenceID, inputCommitment: work.token.inputCommitment,
            engine: engine, fuelLimit: work.clause.computation.fuel, answer: .outputs(outputs), terms: verdict.terms,
            signal: verdict.signal)
    }
}
