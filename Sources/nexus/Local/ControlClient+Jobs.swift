import NexusBase
import NexusOrchestration
import NexusRail

extension ControlClient {
    struct Accepted: Sendable {
        let id: Digest
        let isNew: Bool
    }

    /// Submits events; one answer each, in order.
    func submit(_ events: [Event]) async throws -> [Result<Accepted, any Error>] {
        try await withConnection { try await $0.submit(events) }
    }

    func job(_ name: Text) async throws -> JSON {
        let answer = try await call(["job": .string(name), "operation": "job"])
        var fields = try Fields(answer, at: "answer")
        return try fields.required("job")
    }

    /// The job once nothing more happens to it by itself.
    func waitFor(_ id: Digest, seconds: Int = 60) async throws -> JSON {
        for _ in 0..<(seconds * 40) {
            let detail = try await job(id.text)
            var fields = try Fields(detail, at: "job")
            let status = try fields.text("status")
            if ["certified", "frozen", "withdrawn"].contains(status) { return detail }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw CommandError(
            .inputOutput, "the job was not decided in \(seconds) seconds; see `nexus job show \(id.short)`")
    }
}

extension ControlConnection {
    func submit(_ events: [Event]) async throws -> [Result<ControlClient.Accepted, any Error>] {
        let answer = try await call(["events": .array(events.map(\.json)), "operation": "submit"])
        var fields = try Fields(answer, at: "answer")
        return try fields.array("results").map { json in
            var result = try Fields(json, at: "result")
            if let error = result.optional("error") {
                var fields = try Fields(error, at: "error")
                return .failure(
                    ControlFailure(
                        qualifiedCode: try fields.text("code").string, message: try fields.text("message").string,
                        place: try fields.optionalText("place")?.string))
            }
            return .success(.init(id: try result.digest("job"), isNew: try result.bool("new")))
        }
    }
}
