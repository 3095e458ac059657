import Dispatch
public import NexusBase
public import NexusLog
import Synchronization

/// A witness (c2sp.org/tlog-witness): cosigns checkpoints of logs that only ever grow. Its state is durable before a
/// cosignature leaves it. HTTP is the caller's: give it the body of `POST <prefix>/add-checkpoint`.
public final class Witness: Sendable {
    /// A check beyond consistency that a validator makes before it cosigns, such as each quorum of a rail's entries.
    /// It throws to refuse; the checkpoint is then neither recorded nor cosigned.
    public typealias Validation = @Sendable (SignedCheckpoint, _ previous: Checkpoint?) throws -> Void

    private let state: Mutex<WitnessState>
    private let store: CheckpointStore
    private let signers: [any NoteSigner]
    private let validation: Validation?
    private let queue = DispatchQueue(label: "nexus.witness")
    private let waiting = Mutex(0)

    /// Opens the witness's folder, or begins one. Blocks; call it at start.
    ///
    /// `signers` are cosigners (`.cosignatureEd25519`, or ML-DSA-44). Throws `witness.locked`, `.damaged`,
    /// `.input-output`, `.too-large`.
    public init(
        directory: String, logs: [WitnessedLog], signers: [any NoteSigner],
        validation: Validation? = nil
    ) throws {
        precondition(!signers.isEmpty && signers.allSatisfy { $0.key.type.hasTime }, "a witness has cosigning keys")
        var state = try WitnessState(logs: logs)
        store = try CheckpointStore(directory: directory)
        for stored in try store.load() { try state.restore(stored) }
        self.state = Mutex(state)
        self.signers = signers
        self.validation = validation
    }

    /// The public keys of its cosignatures.
    public var keys: [VerifierKey] { signers.map(\.key) }

    /// The latest checkpoint of a log that it cosigned.
    public func latest(of origin: Text) -> Checkpoint? { state.withLock { $0.latest(of: origin) } }

    /// Answers `add-checkpoint`; the state is durable before a 200. `now` is the time of the cosignature.
    public func addCheckpoint(_ body: [UInt8], now: Instant) async -> WitnessResponse {
        let isRoom = waiting.withLock { waiting in
            guard waiting < WitnessLimits.requestsWaitingMax else { return false }
            waiting += 1
            return true
        }
        guard isRoom else { return WitnessResponse(503, "too many requests wait\n") }
        return await withCheckedContinuation { continuation in
            queue.async {
                let response = self.answer(body, now: now)
                self.waiting.withLock { $0 -= 1 }
                continuation.resume(returning: response)
            }
        }
    }

    /// One at a time, on the queue: check, store and record are one step, as the specification asks.
    private func answer(_ body: [UInt8], now: Instant) -> WitnessResponse {
        switch state.withLock({ $0.judge(body) }) {
        case .refuse(let response): return response
        case .cosign(let signed):
            do { try validation?(signed, latest(of: signed.checkpoint.origin)) } catch {
                return WitnessResponse(422, "the validator refuses: \(error)\n")
            }
            do {
                let time = now.milliseconds / 1_000
                let lines = try signers.map { try $0.sign(signed.note.text, time: time).line.string + "\n" }
                try store.save(signed)
                state.withLock { $0.record(signed.checkpoint) }
                return WitnessResponse(200, lines.joined())
            } catch {
                return WitnessResponse(500, "the witness cannot store or sign\n")
            }
        }
    }
}
