public import NexusBase
import NexusClause
public import NexusEvidence
import NexusGovernance
import NexusTrust

extension Job {
    /// The proof of the certified result from the journal record of its answer; nil if the record has none.
    public func proof(from record: InputRecord) -> [UInt8]? {
        guard case .answered(_, let answers) = record.input, case .quorum(let digest, _)? = decision else { return nil }
        for answer in answers {
            if case .statement(_, let statement) = answer.content, statement.job == id,
                statement.resultDigest == digest, let proof = answer.proof
            {
                return proof
            }
        }
        return nil
    }

    /// The input whose commitment the proof speaks of; nil where nothing is proved.
    public var committedInputName: Text? { agreement.clause.committedInput?.name }

    /// Digest of the network that was proved, or of the module that was run.
    public var module: Digest { agreement.clause.computation.module }

    /// The job's inputs with their salts, from the journal record of its submission: its first sequence.
    /// Throws `orchestration.bad-record` if the record is another.
    public func inputs(from record: InputRecord) throws -> [BoundInput] {
        guard case .submitted(let events) = record.input, events.indices.contains(eventIndex) else {
            throw OrchestrationError(.badRecord, "not the record of the job's event")
        }
        return try inputs(of: events[eventIndex].event, record.context)
    }

    /// The same from an excerpt of it: the other events of the submission are not read.
    public func inputs(from record: RecordExcerpt) throws -> [BoundInput] {
        try inputs(of: record.event(at: eventIndex), record.context())
    }

    private func inputs(of event: Event, _ context: StepContext) throws -> [BoundInput] {
        guard context.sequence == sequences.first else {
            throw OrchestrationError(.badRecord, "not the record of the job's event")
        }
        return try inputNames.map { name in
            guard let input = event.inputs.first(where: { $0.name == name }) else {
                throw OrchestrationError(.badRecord, "the record lacks the input \(name)")
            }
            return BoundInput(
                name: name, value: input.value, salt: Orchestrator.salt(name, ofEvent: eventIndex, context),
                feed: input.reading?.signatures.first?.keyID, edition: input.edition, retrievedAt: input.retrievedAt,
                reading: input.reading)
        }
    }
}
