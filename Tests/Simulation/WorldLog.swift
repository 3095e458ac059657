package import NexusBase
package import NexusEvidence
import NexusLog
package import NexusOrchestration
import NexusTestSupport
import NexusTrust

/// A world's log and the validators that watch it.
package struct WorldLog {
    package private(set) var entries: [[UInt8]] = []
    package private(set) var checkpoint: Text?
    package var validators: [Validator]
    private let signers: [Ed25519NoteSigner]

    init(trust: TrustFile, validators count: Int) throws {
        validators = try (0..<count).map { _ in try Validator(trust: trust) }
        signers = Array(Party.validators.prefix(count))
    }

    /// Appends, signs and cosigns. Idempotent: entries that are there already keep their places.
    mutating func commit(
        _ new: [[UInt8]], firstIndex: Int, jobs: [ValidationRequest.DecidedJob], bindings: [Envelope], at now: Instant
    ) throws -> Text {
        for (offset, entry) in new.enumerated() {
            let index = firstIndex + offset
            if index < entries.count {
                guard entries[index] == entry else { throw WorldError("the log holds another entry at \(index)") }
            } else {
                guard index == entries.count else { throw WorldError("a hole in the log before \(index)") }
                entries.append(entry)
            }
        }
        let root = Merkle.root(entries.map { Merkle.leaf($0) })
        var signed = try SignedCheckpoint(
            Checkpoint(origin: Party.log.key.name, size: entries.count, root: root), signedBy: Party.log)
        let request = ValidationRequest(
            checkpoint: Text(String(decoding: signed.bytes, as: UTF8.self)), firstIndex: firstIndex, entries: new,
            jobs: jobs, bindings: bindings)
        for index in validators.indices {
            _ = try validators[index].examine(ValidationRequest(parsing: request.bytes))
            signed.add([try signers[index].sign(signed.note.text, time: now.milliseconds / 1000)])
        }
        let note = Text(String(decoding: signed.bytes, as: UTF8.self))
        checkpoint = note
        return note
    }

    /// A validator looks at a request and cosigns; nil if it refuses.
    mutating func cosign(_ request: ValidationRequest, by index: Int, at now: Instant) throws -> NoteSignature? {
        guard let signed = try? validators[index].examine(ValidationRequest(parsing: request.bytes)) else { return nil }
        return try signers[index].sign(signed.note.text, time: now.milliseconds / 1000)
    }

    /// A validator's process starts again, from the entries that it accepted.
    mutating func restartValidator(_ index: Int, trust: TrustFile, entries: [[UInt8]]) throws {
        let size = validators[index].size
        validators[index] = try Validator(trust: trust)
        try validators[index].restore(Array(entries.prefix(size)))
    }

    /// What an observer of the log sees after a checkpoint.
    mutating func publish(_ new: [[UInt8]], firstIndex: Int, checkpoint: Text) {
        if firstIndex + new.count > entries.count { entries += new.dropFirst(entries.count - firstIndex) }
        self.checkpoint = checkpoint
    }

    package func logged(_ index: Int) -> EvidencePack.LogEntry {
        EvidencePack.LogEntry(
            bytes: entries[index], index: index, path: MerkleTree(entries.map { Merkle.leaf($0) }).path(at: index))
    }

    /// The rollups in the log, in order.
    package var rollups: [Rollup] {
        entries.compactMap { try? Rollup(in: Envelope(parsing: $0)) }
    }
}

package struct WorldError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// Those who receive actions, and what they were sent.
package struct WorldReceiver {
    package private(set) var received: [Effect.ActionDelivery] = []
    /// Answers to the next deliveries; all are confirmed when it is empty.
    package var refusals = 0
    /// How long an answer takes.
    var delayMilliseconds = 0

    mutating func take(_ delivery: Effect.ActionDelivery) -> (Bool, Text) {
        received.append(delivery)
        guard refusals > 0 else { return (true, "200") }
        refusals -= 1
        return (false, "503")
    }

    /// Distinct actions in order of first arrival.
    package var actions: [Digest] {
        received.reduce(into: []) { actions, delivery in
            if !actions.contains(delivery.id) { actions.append(delivery.id) }
        }
    }
}
