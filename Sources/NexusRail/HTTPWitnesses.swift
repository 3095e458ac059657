import Logging
import NexusBase
import NexusLog
import NexusLogHTTP
import NexusLogStore
import NexusWitness
import Synchronization

/// The witnesses that a rail asks over HTTP: for their latest checkpoint before its first signature after a start, and
/// for a cosignature on every checkpoint before certificates are released.
final class HTTPWitnesses: Sendable {
    private struct Asked {
        /// The size that each witness is thought to have.
        var sizes: [Int]
        var isRollbackExcluded = false
    }

    /// Between two rounds while too few answer.
    private static let pause = Duration.seconds(1)
    /// For one question to all.
    private static let roundTimeMax = Duration.seconds(15)
    /// For the others, once enough cosigned.
    private static let grace = Duration.milliseconds(250)

    private let witnesses: [WitnessClient]
    private let threshold: Int
    private let asked: Mutex<Asked>
    private let logger: Logger

    init(_ policy: WitnessPolicy, logger: Logger) throws {
        witnesses = try policy.witnesses.map { witness in
            WitnessClient(keys: [witness.key], post: try LogURL(witness.url.string).post)
        }
        threshold = policy.threshold
        asked = Mutex(Asked(sizes: [Int](repeating: 0, count: policy.witnesses.count)))
        self.logger = logger
    }

    /// Before the first signature: waits until a majority answers. Throws `witness.rolled-back` if one is ahead of the
    /// log on disk.
    func excludeRollback(of writer: LogWriter, signer: Ed25519NoteSigner) async throws {
        guard !witnesses.isEmpty, !asked.withLock({ $0.isRollbackExcluded }) else { return }
        // What was published, or the empty tree, which every log begins with: no new tree is signed to ask.
        let known =
            try writer.latestCheckpoint
            ?? SignedCheckpoint(Checkpoint(origin: signer.key.name, size: 0, root: Merkle.root([])), signedBy: signer)
        while true {
            do {
                try await RollbackCheck.run(witnesses, size: writer.size, knowing: known)
                return asked.withLock { $0.isRollbackExcluded = true }
            } catch let error as WitnessError where error.code == .tooFewWitnesses {
                logger.warning("waiting for a majority of witnesses", metadata: ["reason": "\(error.message)"])
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Asks all witnesses at once until `threshold` of them cosigned; those who are slower then have `grace` to add
    /// theirs. Throws `witness.rolled-back` if one has cosigned another history than ours.
    func cosign(_ signed: SignedCheckpoint, _ writer: LogWriter) async throws -> [NoteSignature] {
        guard !witnesses.isEmpty else { return [] }
        var lines: [Int: [NoteSignature]] = [:]
        while true {
            for (index, answer) in await round(signed, writer, without: Set(lines.keys)) {
                switch answer {
                case .success(let found): lines[index] = found
                case .failure(let error as WitnessError) where error.code == .rolledBack: throw error
                case .failure(let error):
                    logger.warning(
                        "a witness did not cosign",
                        metadata: ["witness": "\(witnesses[index].keys[0].name)", "reason": "\(error)"])
                }
            }
            if lines.count >= threshold { return lines.sorted { $0.key < $1.key }.flatMap(\.value) }
            try await Task.sleep(for: Self.pause)
        }
    }

    private typealias Answer = (index: Int, line: Result<[NoteSignature], any Error>)

    /// One question to each of those who have not cosigned, side by side; none is waited for beyond `roundTimeMax`, nor
    /// beyond `grace` once there are enough.
    private func round(
        _ signed: SignedCheckpoint, _ writer: LogWriter, without done: Set<Int>
    ) async -> [Answer] {
        let missing = witnesses.indices.filter { !done.contains($0) }
        return await withTaskGroup(of: Answer?.self) { group in
            defer { group.cancelAll() }
            for index in missing { group.addTask { (index, await self.ask(index, signed, writer)) } }
            func alarm(_ time: Duration) {
                group.addTask {
                    try? await Task.sleep(for: time)
                    return nil
                }
            }
            alarm(Self.roundTimeMax)
            var answers: [Answer] = []
            var isEnough = false
            while answers.count < missing.count, let answer = await group.next() ?? nil {
                answers.append(answer)
                let cosigned = answers.count { if case .success = $0.line { true } else { false } }
                if !isEnough, done.count + cosigned >= threshold, threshold > 0 {
                    isEnough = true
                    alarm(Self.grace)
                }
            }
            return answers
        }
    }

    private func ask(
        _ index: Int, _ signed: SignedCheckpoint, _ writer: LogWriter
    ) async -> Result<[NoteSignature], any Error> {
        let known = asked.withLock { $0.sizes[index] }
        do {
            let lines = try await witnesses[index].cosign(signed, from: known) { old, new in
                try await writer.consistencyProof(from: old, to: new)
            }
            asked.withLock { $0.sizes[index] = signed.checkpoint.size }
            return .success(lines)
        } catch { return .failure(error) }
    }
}
