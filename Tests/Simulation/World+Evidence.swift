package import NexusBase
package import NexusEvidence
import NexusOrchestration
package import NexusTrust

extension World {
    func governanceEvidence() throws -> WorldGovernance? {
        guard let checkpoint = log.checkpoint else { return nil }
        let indices = core.governanceIndices.filter { $0 < log.entries.count }
        let key = WorldGovernance.Key(checkpoint: checkpoint, indices: indices)
        guard verifiedGovernance[key] == nil else { return WorldGovernance(key: key, evidence: nil) }
        return WorldGovernance(
            key: key,
            evidence: GovernanceEvidence(
                checkpoint: checkpoint, genesis: log.logged(0), entries: indices.map { log.logged($0) }))
    }

    /// Takes entries into the log, with what validators ask for; the answer goes back as an input.
    mutating func commit(_ entries: [[UInt8]], _ firstIndex: Int) throws {
        var jobs: [ValidationRequest.DecidedJob] = []
        for entry in entries where !log.validators.isEmpty {
            guard let envelope = try? Envelope(parsing: entry), let rollup = try? Rollup(in: envelope) else { continue }
            for quorum in try quorumStatements(of: rollup.number) {
                let statement = try QuorumStatement(parsing: quorum)
                guard let job = core.jobs[statement.job] else { throw WorldError("a rollup of an unknown job") }
                jobs.append(.init(quorum: quorum, statements: try envelopes(statement, of: job)))
            }
        }
        let bindings = core.population.all.compactMap { $0.bindings.last?.envelope }
        if store != nil { return try storeCommit(entries, firstIndex, jobs, bindings) }
        let checkpoint = try log.commit(entries, firstIndex: firstIndex, jobs: jobs, bindings: bindings, at: now)
        soon(.done(.committed(firstIndex: firstIndex, count: entries.count, checkpoint: checkpoint)))
    }

    private func quorumStatements(of rollup: Int) throws -> [[UInt8]] {
        guard let sequence = core.rollupState.sealedAt[rollup],
            case .sealed(_, _, let statements) = try record(sequence).input
        else { throw WorldError("rollup \(rollup) was not sealed") }
        return statements
    }

    /// Statements of a job that the journal holds, by digest.
    package func envelopes(in sequences: [Int]) throws -> [Digest: Envelope] {
        var found: [Digest: Envelope] = [:]
        for sequence in sequences {
            guard case .answered(_, let answers) = try record(sequence).input else { continue }
            for answer in answers {
                if case .statement(let envelope, _) = answer.content { found[envelope.payloadDigest] = envelope }
            }
        }
        return found
    }

    private func envelopes(_ quorum: QuorumStatement, of job: Job) throws -> [Envelope] {
        let found = try envelopes(in: job.sequences)
        return try quorum.attempts.compactMap(\.statement).map { digest in
            guard let envelope = found[digest] else { throw WorldError("the journal lacks a statement") }
            return envelope
        }
    }

    /// The pack of a certified job, put together from journal and log as the rail does it.
    package func pack(_ id: Digest) throws -> EvidencePack {
        guard let job = core.jobs[id], job.status == .certified, let number = job.rollup, let leafIndex = job.leafIndex,
            let rollupIndex = core.rollupState.logIndex[number], let checkpoint = log.checkpoint,
            let submission = job.sequences.first
        else { throw WorldError("the job is not certified") }
        let quorum = try quorumStatements(of: number)[leafIndex]
        let statement = try QuorumStatement(parsing: quorum)
        let rollup = try Rollup(in: Envelope(parsing: log.entries[rollupIndex]))
        // As in the rail's own assembler: a statement that came late is no part of the pack, nor is its node's binding.
        let listed = Set(statement.attempts.compactMap(\.statement))
        let bindings = job.attempts.compactMap { attempt in
            attempt.statement.flatMap { listed.contains($0.digest) ? attempt.binding : nil }
        }
        return EvidencePack(
            rail: rollup.rail, genesis: log.logged(0),
            governance: core.governanceIndices.prefix(rollup.governanceNumber).map { log.logged($0) },
            inputs: try job.inputs(from: record(submission)).map { .shown($0) },
            bindings: bindings, statements: try envelopes(statement, of: job), quorum: quorum,
            rollup: log.logged(rollupIndex), leafIndex: leafIndex, checkpoint: checkpoint)
    }

    /// The verifier's report on that pack, from its bytes and the trust file alone.
    package func report(_ id: Digest) throws -> VerificationReport {
        try PackVerifier(trust: TrustFile(parsing: trust.bytes)).verify(pack(id).bytes)
    }
}
