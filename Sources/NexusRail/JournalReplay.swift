package import NexusBase
package import NexusEvidence
import NexusIndex
package import NexusJournal
package import NexusOrchestration

/// Steps a journal's inputs through a fresh core and holds the decisions against the recorded ones.
package struct JournalReplay: Sendable {
    private var orchestrator: Orchestrator
    private var pending: [UInt8]?
    private var pendingSequence: JournalSequence = 0
    package private(set) var inputs = 0
    package private(set) var effects = 0
    package private(set) var lastNow = Instant(milliseconds: 0)

    /// Told of every step, for read models.
    private let onStep: (@Sendable (IndexStep) throws -> Void)?
    private let archive: JobArchive?

    package init(trust: TrustFile) { self.init(trust: trust, archive: nil, onStep: nil) }

    /// With an archive, settled jobs go there.
    init(trust: TrustFile, archive: JobArchive?, onStep: (@Sendable (IndexStep) throws -> Void)?) {
        orchestrator = Orchestrator(genesis: trust.genesis)
        self.archive = archive
        self.onStep = onStep
    }

    package mutating func take(_ entry: JournalEntry) throws {
        switch entry.kind {
        case RailEngine.inputKind:
            try expectNothing()
            let record = try InputRecord(parsing: entry.bytes, sequence: Int(entry.sequence))
            effects += orchestrator.step(record.input, at: record.context).count
            lastNow = record.context.now
            if let onStep { try onStep(IndexStep(record.input, record.context, orchestrator)) }
            try archive?.putAway(&orchestrator)
            inputs += 1
            guard !orchestrator.decisions.isEmpty else { return }
            pending = JSON.array(orchestrator.decisions).canonicalBytes
            pendingSequence = entry.sequence
        case RailEngine.decisionKind:
            guard pending == entry.bytes else {
                throw RailError(.replayDiverged, "the replay decided something else", at: "record \(entry.sequence)")
            }
            pending = nil
        default: throw RailError(.replayDiverged, "a record of an unknown kind", at: "record \(entry.sequence)")
        }
    }

    private func expectNothing() throws {
        guard pending == nil else {
            throw RailError(.replayDiverged, "the decisions are missing", at: "record \(pendingSequence)")
        }
    }

    /// The state at the end. Decisions of the last input may be missing if the journal was cut there.
    package func finish() throws -> Orchestrator { orchestrator }
    package var stateDigest: Digest { orchestrator.stateDigest }
}
