package import NexusBase
package import NexusClause
package import NexusEvidence
package import NexusGovernance
package import NexusLog
package import NexusTrust

/// A job from its governance to its evidence pack, valid as it stands, with a place to spoil every document on the way.
/// No runtime is needed: results are computed here as the clause's model would.
package struct PackScenario {
    package enum Attempt {
        /// The node signs a result.
        case signed(node: Int)
        /// It did not.
        case without(node: Int, QuorumStatement.Attempt.Outcome)

        var node: Int {
            switch self {
            case .signed(let node), .without(let node, _): node
            }
        }
    }

    // What happens.
    package var editClause: (String) -> String = { $0 }
    package var attestation: [Text] = ["simulated"]
    package var suites: SuitePolicy?
    /// Replaces the standard governance: three operators, issuer, feed, the clause published and made active.
    package var governance: ((Clause) -> [GovernanceStep])?
    /// Comes after it: revocations, overrides.
    package var laterGovernance: (PackScenario.Job) -> [GovernanceStep] = { _ in [] }
    package var occurrence: Text = "2015"
    package var values: [(name: Text, value: Text)] = [
        ("november", "24.57"), ("december", "25.89"), ("station", "Nino 1+2"),
    ]
    package var withheld: Set<Text> = []
    package var attempts: [Attempt] = [.signed(node: 0), .signed(node: 1), .signed(node: 2)]
    package var fault: Text?
    package var nodeKeys = Party.nodes
    /// The documents that nodes are admitted with, which the pack shows.
    package var evidence: [[UInt8]] = []
    /// A model instead of a module: `init(model:)`.
    package var model: TestModel?
    package var override: (entry: Int, signal: Signal)?
    package var supersedes: Digest?
    /// How many governance entries the nodes had folded; all but the later ones if nil.
    package var snapshotOfNodes: Int?
    package var trigger = TriggerEvent(kind: "manual", source: "desk", eventID: "event-1")
    /// The last governance entry stands in the log after the rollup.
    package var isRollupEarly = false
    /// Governance entries that the pack leaves out at the end.
    package var governanceLeftOut = 0

    // What is spoiled.
    package var editReading: (Text, inout SignedDocument) -> Void = { _, _ in }
    package var editInput: (Text, inout JSON) -> Void = { _, _ in }
    package var editBinding: (Int, inout SignedDocument) -> Void = { _, _ in }
    package var editResult: (Int, inout JSON) -> Void = { _, _ in }
    package var editStatement: (Int, inout SignedDocument) -> Void = { _, _ in }
    package var editQuorum: (inout JSON) -> Void = { _ in }
    package var editRollup: (inout SignedDocument) -> Void = { _ in }
    package var checkpoint = CheckpointPlan()
    /// Before the pack's digest is computed.
    package var editPack: (inout JSON) -> Void = { _ in }
    package var editBytes: (inout [UInt8]) -> Void = { _ in }
    package var trustedAttestation: [Text]?
    package var trustedWitnesses: TrustFile.Witnesses?
    package var timeStampRoots: [[UInt8]] = []
    /// What outside parties say about the checkpoint's note.
    package var anchors: ([UInt8]) throws -> [Anchor] = { _ in [] }
    /// Governance entries in the log after the rollup, which the pack shows as rotations.
    package var rotations: [GovernanceStep] = []
    package var editTrust: (inout JSON) -> Void = { _ in }

    package init() {}

    /// One node proves the result of the test's network.
    package static func proved(_ edit: (inout PackScenario, inout TestModel) -> Void = { _, _ in }) -> PackScenario {
        var (scenario, model) = (PackScenario(), TestModel())
        scenario.editClause = { TestModel.clause($0) }
        scenario.attempts = [.signed(node: 0)]
        edit(&scenario, &model)
        scenario.model = model
        scenario.values = [("image", model.signedRoot.text), ("station", "Nino 1+2")]
        return scenario
    }

    package init(_ edit: (inout PackScenario) -> Void) {
        edit(&self)
    }

    /// What a job is known by before it runs.
    package struct Job {
        package let genesis: Genesis
        package let clause: Clause
        package let occurrenceID: Digest
        package let id: Digest
    }

    /// A pack and the trust file to verify it with.
    package struct Built {
        package let pack: [UInt8]
        package let trust: [UInt8]

        package func report() throws -> VerificationReport {
            try PackVerifier(trust: TrustFile(parsing: trust)).verify(pack)
        }
    }

    package static func standardGovernance(_ clause: Clause) -> [GovernanceStep] {
        [
            .approveOperator(0), .approveOperator(1), .approveOperator(2), .approveIssuer, .approveFeed,
            .publish(clause.json.canonicalBytes),
        ]
            + GovernanceStep.activate(clause.digest)
    }
}

extension PackScenario {
    package func build() throws -> Built {
        let genesis = try Genesis.test(attestation: attestation, suites: suites)
        let clause = try TestClause.make(editClause)
        let occurrenceID = Clause.occurrenceID(rail: genesis.rail, id: clause.id, occurrence: occurrence)
        let job = Job(
            genesis: genesis, clause: clause, occurrenceID: occurrenceID,
            id: JobIdentity.jobID(clause: clause.digest, occurrenceID: occurrenceID, event: trigger))
        var chain = GovernanceChain(genesis)
        let standard = governance?(clause) ?? Self.standardGovernance(clause)
        // A spoiled entry does not fold, and the pack is made all the same.
        for step in standard { try? chain.append(step) }
        let acting = chain.snapshots[min(snapshotOfNodes ?? standard.count, chain.snapshots.count - 1)]
        let later = laterGovernance(job)
        for (offset, step) in later.enumerated() {
            let shift = isRollupEarly && offset == later.count - 1 ? 1 : 0
            try? chain.append(step, at: chain.entries.count + 1 + shift)
        }
        let inputs = try boundInputs()
        let signed = try attempts.enumerated().map { try attempt($1, number: $0 + 1, job, inputs, acting) }
        let quorum = self.quorum(job, inputs, signed)
        let rollup = try self.rollup(job, quorum, chain.snapshots[chain.snapshots.count - 1])
        return try assemble(job, inputs, signed, quorum, rollup, chain)
    }

    private func boundInputs() throws -> [BoundInput] {
        try values.map { name, value in
            var feed: DID?
            var reading: Envelope?
            if name != "station" {
                let said = Reading(
                    feed: "ersst", name: name, occurrence: occurrence, value: value.bytes, edition: "final",
                    issuedAt: Party.time(90))
                var document = SignedDocument(try said.sealed(by: Party.feed).payload, by: Party.feed)
                editReading(name, &document)
                (feed, reading) = (Party.feed.did, try document.envelope)
            }
            return BoundInput(
                name: name, value: value.bytes, salt: Framed.digest("test/salt", name.bytes).bytes, feed: feed,
                edition: "final", retrievedAt: Party.time(95), reading: reading)
        }
    }

    struct SignedAttempt {
        let attempt: QuorumStatement.Attempt
        let envelope: Envelope?
        let resultDigest: Digest?
        let signal: Signal?
        var proof: ResultProof?
    }

    private func attempt(
        _ plan: Attempt, number: Int, _ job: Job, _ inputs: [BoundInput], _ acting: GovernanceSnapshot
    ) throws -> SignedAttempt {
        let node = plan.node
        let engine: Engine =
            model == nil ? Engine(name: "wasmtime", version: "50.0.1", features: ["fuel"]) : .int8Networks
        let commitment = BoundInput.commitment(inputs.map(\.leaf))
        let payload = JobPayload(occurrence: occurrence, trigger: trigger, inputs: inputs).bytes
        let nonce = Array(Framed.digest("test/nonce", [UInt8(number)]).bytes.prefix(16))
        let token = JobToken(
            rail: job.genesis.rail, job: job.id, attempt: number, node: nodeKeys[node].did, clause: job.clause.digest,
            module: job.clause.computation.module, engine: engine, inputCommitment: commitment, snapshot: acting.digest,
            payload: Digest(of: payload), nonce: nonce, issuedAt: Party.time(101), expiresAt: Party.time(102)
        ).bytes
        let digest = Digest(of: token)
        func told(_ outcome: QuorumStatement.Attempt.Outcome, _ statement: Digest?) -> QuorumStatement.Attempt {
            QuorumStatement.Attempt(
                attempt: number, node: nodeKeys[node].did, operator: Party.operators[node].did, token: digest,
                outcome: outcome, statement: statement, detail: nil)
        }
        if case .without(_, let outcome) = plan {
            return SignedAttempt(attempt: told(outcome, nil), envelope: nil, resultDigest: nil, signal: nil)
        }
        var result = try computed(job, inputs, engine, commitment).json
        editResult(number - 1, &result)
        let bytes = result.canonicalBytes
        let proved = try model.map {
            try $0.proof(of: ExecutionResult(parsing: bytes), job.clause, job: job.id)
        }
        let statement = CAC(
            clauseID: job.clause.id, clause: job.clause.digest, occurrenceID: job.occurrenceID, job: job.id,
            attempt: number, trigger: trigger, inputs: inputs.map { CAC.InputReference($0) },
            inputCommitment: commitment,
            result: bytes, engine: engine,
            usage: .init(
                module: job.clause.computation.module, fuel: 5000, memoryBytesMax: 131_072, wallTimeMicroseconds: 90),
            attestation: .init(kind: "simulated", evidence: []),
            governance: .init(
                rail: job.genesis.rail, jurisdiction: Party.jurisdictions[node], snapshot: acting.digest,
                logIndex: acting.logIndex),
            token: digest, nonce: nonce, node: nodeKeys[node].did, operator: Party.operators[node].did,
            startedAt: Party.time(101), finishedAt: Party.time(101) + .milliseconds(3),
            proof: proved?.reference)
        var document = SignedDocument(statement.bytes, by: nodeKeys[node])
        editStatement(number - 1, &document)
        let envelope = try document.envelope
        let signal = Signal(rawValue: result.text("signal").string)
        return SignedAttempt(
            attempt: told(.pending, envelope.payloadDigest), envelope: envelope, resultDigest: Digest(of: bytes),
            signal: signal, proof: proved?.result)
    }

    private func computed(
        _ job: Job, _ inputs: [BoundInput], _ engine: Engine, _ commitment: Digest
    ) throws -> ExecutionResult {
        var answer = ExecutionResult.Answer.fault(fault ?? "")
        var (terms, signal): ([Term], Signal) = ([], .escalate)
        if fault == nil, model != nil {
            let outputs = zip(job.clause.outputs, try TestModel.output()).map { output, value in
                (name: output.name, value: ExactDecimal(Int(value)))
            }
            let verdict = try ClauseEvaluator(job.clause).verdict(
                inputs: values.map { ($0.name, $0.value) }, outputs: outputs.map { ($0.name, $0.value) })
            (answer, terms, signal) = (.outputs(outputs), verdict.terms, verdict.signal)
        } else if fault == nil {
            let november = try ExactDecimal(parsing: values[0].value)
            let index = try november.adding(ExactDecimal(parsing: values[1].value))
                .divided(by: ExactDecimal(2), scale: 4)
            let share = try index.subtracting(ExactDecimal(24)).divided(by: ExactDecimal(3), scale: 4)
            let rate = min(max(share, .zero), ExactDecimal(1))
            let outputs: [(name: Text, value: ExactDecimal)] = [("index", index), ("payoutRate", rate)]
            let verdict = try ClauseEvaluator(job.clause).verdict(
                inputs: values.map { ($0.name, $0.value) }, outputs: outputs.map { ($0.name, $0.value) })
            (answer, terms, signal) = (.outputs(outputs), verdict.terms, verdict.signal)
        }
        return ExecutionResult(
            clause: job.clause.digest, occurrenceID: job.occurrenceID, inputCommitment: commitment, engine: engine,
            fuelLimit: job.clause.computation.fuel, answer: answer, terms: terms, signal: signal)
    }

    /// What the first statement says is what is certified.
    private func quorum(_ job: Job, _ inputs: [BoundInput], _ signed: [SignedAttempt]) -> JSON {
        let certified = override == nil ? signed.first { $0.resultDigest != nil }?.resultDigest : nil
        let told = signed.map { one in
            guard let digest = one.resultDigest else { return one.attempt }
            let attempt = one.attempt
            return QuorumStatement.Attempt(
                attempt: attempt.attempt, node: attempt.node, operator: attempt.operator, token: attempt.token,
                outcome: digest == certified ? .agreed : .differed, statement: attempt.statement,
                detail: digest == certified ? nil : "result.outputs")
        }
        let decision: QuorumStatement.Decision =
            if let override {
                .override(
                    entry: override.entry, signal: override.signal, inputs: inputs.map(CAC.InputReference.init))
            } else {
                .quorum(
                    result: certified ?? Digest(of: []), signal: signed.lazy.compactMap(\.signal).first ?? .escalate)
            }
        let statement = QuorumStatement(
            rail: job.genesis.rail, job: job.id, occurrenceID: job.occurrenceID, occurrence: occurrence,
            clauseID: job.clause.id, clause: job.clause.digest, trigger: trigger,
            inputCommitment: BoundInput.commitment(inputs.map(\.leaf)), decision: decision, attempts: told,
            supersedes: supersedes, acknowledgedAt: Party.time(100), decidedAt: Party.time(103))
        // SAFETY: the bytes were just written.
        var json = try! JSON(parsing: statement.bytes)
        editQuorum(&json)
        return json
    }

    private func rollup(_ job: Job, _ quorum: JSON, _ snapshot: GovernanceSnapshot) throws -> [UInt8] {
        let neighbour = Rollup.Leaf(
            occurrenceID: Digest(of: [1]), hash: Merkle.leaf([2]), isCorrection: false)
        let occurrence = try Digest(parsing: quorum.text("occurrenceId"))
        let leaf = Rollup.Leaf(
            occurrenceID: occurrence, hash: Merkle.leaf(quorum.canonicalBytes), isCorrection: supersedes != nil)
        let rollup = Rollup(
            rail: job.genesis.rail, number: 1, previous: job.genesis.rail, leaves: [neighbour, leaf],
            governanceNumber: snapshot.number, snapshot: snapshot.digest, sealedAt: Party.time(104))
        var document = SignedDocument(rollup.bytes, by: Party.rail)
        editRollup(&document)
        return try document.envelope.bytes
    }
}
