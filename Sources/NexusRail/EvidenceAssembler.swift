import NexusBase
import NexusEvidence
import NexusGovernance
import NexusJournal
import NexusLog
import NexusLogStore
import NexusOrchestration
import NexusTrust

/// Puts evidence packs together from the journal and the log. Nothing is kept for it: a pack is a view.
struct EvidenceAssembler: Sendable {
    let engine: RailEngine
    let keeper: LogKeeper
    let folder: RailFolder

    /// What the core knows of a certified job.
    private struct Facts: Sendable {
        let job: Job
        let rollup: Int
        let sealedAt: Int
        let rollupIndex: Int
        let leafIndex: Int
        let governance: [Int]
    }

    /// The pack of a certified job. Throws `rail.not-found` or `rail.not-certified`.
    func pack(_ id: Digest) async throws -> EvidencePack {
        guard let job = try engine.job(id) else { throw RailError(.notFound, "there is no job \(id.short)") }
        let facts = try engine.read { core in try Self.facts(of: job, in: core) }
        let sealed = try await engine.excerpt(at: facts.sealedAt).sealed(leaf: facts.leafIndex)
        let rollup = try Rollup(in: sealed.rollup)
        let published = try await keeper.published(covering: facts.rollupIndex, after: rollup.governanceNumber)
        let size = published.size
        var rotations: [EvidencePack.LogEntry] = []
        for index in published.rotations { rotations.append(try await keeper.shared(index, size: size)) }
        var governance: [EvidencePack.LogEntry] = []
        for index in facts.governance.prefix(rollup.governanceNumber) {
            governance.append(try await keeper.shared(index, size: size))
        }
        let statement = try QuorumStatement(parsing: sealed.statement)
        let (inputs, envelopes) = try await material(of: facts.job, statement)
        return EvidencePack(
            rail: rollup.rail, genesis: try await keeper.shared(0, size: size), governance: governance,
            inputs: inputs.map { .shown($0) }, bindings: Self.bindings(of: facts.job, envelopes),
            statements: envelopes, quorum: sealed.statement,
            rollup: try await keeper.logged(facts.rollupIndex, as: sealed.rollup.bytes, under: published),
            leafIndex: facts.leafIndex, checkpoint: published.note, rotations: rotations, anchors: published.anchors,
            attestations: try await attestations(of: statement, envelopes, governance),
            proof: try await proof(of: facts.job)?.result)
    }

    /// The evidence documents that the admissions of the agreeing nodes name, each once.
    private func attestations(
        of quorum: QuorumStatement, _ statements: [Envelope], _ governance: [EvidencePack.LogEntry]
    ) async throws -> [[UInt8]] {
        let agreeing = Set(quorum.attempts.filter { $0.outcome == .agreed }.compactMap(\.statement))
        var admissions: [LogKeeper.Admission] = []
        for entry in governance {
            if let admission = try await keeper.admission(at: entry.index) { admissions.append(admission) }
        }
        guard !admissions.isEmpty else { return [] }
        var named: [Digest] = []
        for envelope in statements where agreeing.contains(envelope.payloadDigest) {
            let statement = try CAC(in: envelope)
            let admission = admissions.last {
                $0.node == statement.node && $0.logIndex <= statement.governance.logIndex
            }
            if let digest = admission?.evidence, !named.contains(digest) { named.append(digest) }
        }
        return try named.map { try EvidenceShelf(folder: folder).read($0) }
    }

    /// The same by the job's id.
    func proof(ofJob id: Digest) async throws -> ValidationRequest.DecidedJob.Proof? {
        guard let job = try engine.job(id) else { return nil }
        return try await proof(of: job)
    }

    /// What the result of a decided job rests on besides its statements, where a model was computed.
    func proof(of job: Job) async throws -> ValidationRequest.DecidedJob.Proof? {
        guard let name = job.committedInputName, let proof = try await engine.proof(of: job),
            let input = try job.inputs(from: await engine.excerpt(at: job.sequences[0])).first(where: {
                $0.name == name
            })
        else { return nil }
        return .init(result: ResultProof(model: try folder.module(job.module), proof: proof), input: input)
    }

    private static func facts(of job: Job, in core: Orchestrator) throws -> Facts {
        guard job.status == .certified, let rollup = job.rollup, let leafIndex = job.leafIndex,
            let sealedAt = core.rollupState.sealedAt[rollup], let rollupIndex = core.rollupState.logIndex[rollup]
        else { throw RailError(.notCertified, "job \(job.id.short) is \(job.status.rawValue), not certified") }
        return Facts(
            job: job, rollup: rollup, sealedAt: sealedAt, rollupIndex: rollupIndex, leafIndex: leafIndex,
            governance: core.governanceIndices)
    }

    /// The bindings under which these statements were made; a late one's is no part of the pack.
    private static func bindings(of job: Job, _ statements: [Envelope]) -> [Envelope] {
        let digests = Set(statements.map(\.payloadDigest))
        return job.attempts.compactMap { attempt in
            attempt.statement.flatMap { digests.contains($0.digest) ? attempt.binding : nil }
        }
    }

    /// The job's inputs with their salts, and the statements that its quorum statement lists.
    private func material(of job: Job, _ quorum: QuorumStatement) async throws -> ([BoundInput], [Envelope]) {
        let inputs = try job.inputs(from: try await engine.excerpt(at: job.sequences[0]))
        let found = try await engine.statements(in: job.sequences, of: Set(quorum.attempts.map(\.token)))
        let statements = try quorum.attempts.compactMap(\.statement).map { digest in
            guard let envelope = found.last(where: { $0.payloadDigest == digest }) else {
                throw RailError(.replayDiverged, "the journal lacks statement \(digest.short)")
            }
            return envelope
        }
        return (inputs, statements)
    }

    /// The two statements that a dispute is about.
    func statements(of dispute: Dispute) async throws -> [Envelope] {
        try await engine.statements(in: dispute.sequences).filter {
            [dispute.statement, dispute.against].contains($0.payloadDigest)
        }
    }
}
