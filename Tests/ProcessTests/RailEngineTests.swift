import Foundation
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusJournal
import NexusMesh
import NexusOrchestration
import NexusTestSupport
import NexusTrust
import Testing

@testable import NexusRail

@Suite struct RailEngineTests {
    /// Refusals come at once, while the core is locked; stopping takes the same lock.
    @Test func `a rail whose journal refuses says why and leaves nobody waiting`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "nexus-engine-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = RailFolder(path)
        let trust = try folder.create(
            .init(
                name: "test", committee: .init(keys: [Party.rail.did], threshold: 1), validators: [],
                validatorThreshold: 0, attestation: ["simulated"]), now: .now)
        let engine = try RailEngine(folder: folder, trust: trust)
        await engine.journal.close()
        for code in ["journal.closed", "rail.stopped"] {
            let answers = await engine.ask(2) { requests in .cancelled(requests[0], job: trust.rail, reason: "none") }
            #expect(answers.map { Self.code($0) } == [code, code])
        }
        #expect(engine.failure.map { ($0 as? any CodedFailure)?.qualifiedCode } == "journal.closed")
        await engine.close()
    }

    private static func code(_ answer: Result<RequestAnswer, any Error>) -> String? {
        guard case .failure(let error) = answer else { return nil }
        return (error as? any CodedFailure)?.qualifiedCode
    }
}
