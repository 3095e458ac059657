import NexusBase
import NexusEvidence
import NexusOrchestration
import NexusTrust

extension RailService {
    /// Takes back a job that is not decided.
    func cancel(_ fields: inout Fields, _ caller: Caller?) async throws -> JSON {
        let text = try fields.text("job", bytesMax: 128)
        let reason = try fields.text("reason", bytesMax: 1024)
        let id = try find(text).id
        guard case .job = try await engine.ask(caller: caller, { .cancelled($0, job: id, reason: reason) }) else {
            throw RailError(.badRequest, "not an answer to a cancellation")
        }
        return ["job": id.json, "status": .text(Job.Status.withdrawn.rawValue)]
    }

    /// What the journal has of a job: its event, with the inputs as they came, and every statement of its nodes.
    func record(_ fields: inout Fields) async throws -> JSON {
        let text = try fields.text("job", bytesMax: 128)
        let job = try find(text)
        let event = try await engine.excerpt(at: job.sequences[0]).event(at: job.eventIndex)
        let tokens = Set(job.attempts.map(\.token))
        let statements = try await engine.statements(in: job.sequences, of: tokens)
        return [
            "event": event.json, "job": job.id.json,
            "statements": .array(statements.map(\.json)),
        ]
    }
}
