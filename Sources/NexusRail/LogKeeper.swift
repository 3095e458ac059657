import Logging
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusLogStore
import NexusMesh
import NexusOrchestration
import NexusTrust
import Synchronization

/// Takes entries into the log: append, sign a checkpoint, collect the validators' cosignatures, publish.
final class LogKeeper: Sendable {
    let writer: LogWriter
    private let signer: Ed25519NoteSigner
    private let trust: TrustFile
    private let validators: ValidatorSessions
    private let logger: Logger

    /// Opens the log. Blocks.
    init(folder: RailFolder, trust: TrustFile, signer: Ed25519NoteSigner, validators: ValidatorSessions, logger: Logger) throws {
        writer = try LogWriter(directory: folder.log, origin: signer.key.name, keys: [signer.key])
        self.signer = signer
        self.trust = trust
        self.validators = validators
        self.logger = logger
    }

    /// Durable and cosigned on return. Idempotent: entries that are there already keep their places.
    func commit(_ entries: [[UInt8]], firstIndex: Int, jobs: [ValidationRequest.DecidedJob], bindings: [Envelope]) async throws
        -> Text
    {
        let indices = try await writer.append(entries)
        guard indices == Array(firstIndex..<firstIndex + entries.count) else {
            throw RailError(.stopped, "the log holds other entries than the journal says", at: "log index \(firstIndex)")
        }
        let checkpoint = try await writer.checkpointToSign()
        var signed = try SignedCheckpoint(checkpoint, signedBy: signer)
        let request = ValidationRequest(
            checkpoint: Text(String(decoding: signed.bytes, as: UTF8.self)), firstIndex: firstIndex, entries: entries,
            jobs: jobs, bindings: bindings)
        signed.add(try await validators.cosign(signed, request, threshold: trust.genesis.validatorThreshold))
        try await writer.commit(signed)
        return Text(String(decoding: signed.bytes, as: UTF8.self))
    }

    /// An entry with its proof under the latest checkpoint of `size`.
    func logged(_ index: Int, size: Int) async throws -> EvidencePack.LogEntry {
        EvidencePack.LogEntry(
            bytes: try await writer.entry(at: index), index: index,
            path: try await writer.inclusionProof(of: index, size: size))
    }

    /// Governance up to its entry `number`, whose log indices are given, for nodes.
    func governance(_ indices: [Int]) async throws -> GovernanceEvidence? {
        guard let checkpoint = writer.latestCheckpoint else { return nil }
        let size = checkpoint.checkpoint.size
        var entries: [EvidencePack.LogEntry] = []
        for index in indices where index < size { entries.append(try await logged(index, size: size)) }
        return GovernanceEvidence(
            checkpoint: Text(String(decoding: checkpoint.bytes, as: UTF8.self)), genesis: try await logged(0, size: size),
            entries: entries)
    }
}

/// The validators' sessions, and the cosignatures they give.
final class ValidatorSessions: Sendable {
    private struct State {
        var sessions: [PeerName: MeshSession] = [:]
        var waiting: [PeerName: Question] = [:]
        var questions = 0
        /// Wakes whoever waits for more validators.
        var arrivals: [CheckedContinuation<Void, Never>] = []
    }

    private struct Question {
        let number: Int
        let continuation: CheckedContinuation<NoteSignature?, Never>
    }

    /// How long a validator may take to check a batch.
    private static let answerTimeMax = Duration.seconds(10)

    private let state = Mutex(State())
    private let keys: [VerifierKey]
    private let logger: Logger

    init(trust: TrustFile, logger: Logger) throws {
        keys = try trust.genesis.validators.map { try VerifierKey(parsing: $0) }
        self.logger = logger
    }

    func serve(_ session: MeshSession) async throws {
        let name = session.peer.name
        let arrivals = state.withLock { state in
            state.sessions[name] = session
            defer { state.arrivals = [] }
            return state.arrivals
        }
        for arrival in arrivals { arrival.resume() }
        defer {
            state.withLock { state in if state.sessions[name] === session { state.sessions[name] = nil } }
            answer(nil, for: name)
        }
        for try await message in session.inbound {
            guard case .cosignature(let bytes) = message else { continue }
            let line = try? NoteSignature(parsing: bytes)
            if line == nil {
                let reason = String(decoding: bytes.prefix(500), as: UTF8.self)
                logger.error("a validator refused to cosign", metadata: ["validator": "\(name)", "reason": "\(reason)"])
            }
            answer(line, for: name)
        }
    }

    /// Answers the validator's open question, or only the question of that number.
    private func answer(_ line: NoteSignature?, for name: PeerName, question number: Int? = nil) {
        let question = state.withLock { state -> Question? in
            guard let question = state.waiting[name], number ?? question.number == question.number else { return nil }
            state.waiting[name] = nil
            return question
        }
        question?.continuation.resume(returning: line)
    }

    /// Asks all validators until `threshold` cosigned; a checkpoint without them is not published.
    func cosign(_ signed: SignedCheckpoint, _ request: ValidationRequest, threshold: Int) async throws -> [NoteSignature] {
        guard !keys.isEmpty else { return [] }
        var lines: [NoteSignature] = []
        while true {
            let sessions = state.withLock { Array($0.sessions) }
            let answers = await withTaskGroup(of: NoteSignature?.self) { group in
                for (name, session) in sessions { group.addTask { await self.ask(session, name, request) } }
                return await group.reduce(into: [NoteSignature]()) { if let line = $1 { $0.append(line) } }
            }
            for line in answers {
                guard let key = keys.first(where: { $0.signed(line) }), !lines.contains(where: { key.signed($0) }),
                    (try? key.verify(line, over: signed.note.text)) != nil
                else { continue }
                lines.append(line)
            }
            if lines.count >= threshold { return lines }
            logger.warning("waiting for validators", metadata: ["have": "\(lines.count)", "need": "\(threshold)"])
            await waitForArrival(beyond: sessions.count)
            try Task.checkCancellation()
        }
    }

    private func ask(_ session: MeshSession, _ name: PeerName, _ request: ValidationRequest) async -> NoteSignature? {
        await withCheckedContinuation { continuation in
            let (earlier, number) = state.withLock { state in
                state.questions += 1
                let question = Question(number: state.questions, continuation: continuation)
                return (state.waiting.updateValue(question, forKey: name), question.number)
            }
            earlier?.continuation.resume(returning: nil)
            Task {
                do { try await session.send(.validationRequest(request.bytes)) } catch {
                    self.answer(nil, for: name, question: number)
                }
                try? await Task.sleep(for: Self.answerTimeMax)
                self.answer(nil, for: name, question: number)
            }
        }
    }

    /// Waits until another validator comes, at most a second.
    private func waitForArrival(beyond count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.arrivals.append(continuation) }
            Task {
                try? await Task.sleep(for: .seconds(1))
                let arrivals = self.state.withLock { state in
                    defer { state.arrivals = [] }
                    return state.arrivals
                }
                for arrival in arrivals { arrival.resume() }
            }
        }
    }
}
