import Logging
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusMesh
import NexusOrchestration
import Synchronization

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
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

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
                logger.error(
                    "a validator refused to cosign", metadata: ["validator": "\(name)", "reason": "\(reason)"])
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
    func cosign(
        _ signed: SignedCheckpoint, _ request: ValidationRequest, by keys: [VerifierKey], threshold: Int
    ) async throws -> [NoteSignature] {
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
