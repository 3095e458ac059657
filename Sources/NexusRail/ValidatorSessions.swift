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
    /// A validator that is there, and how much of the log it has taken.
    private struct Peer {
        let session: MeshSession
        var size: Int
        var isCatchingUp = false
    }

    /// What was logged from an index on, as a request that ends at or before another: one step of catching up.
    typealias Earlier = @Sendable (_ from: Int, _ until: Int) async throws -> ValidationRequest

    private struct State {
        var peers: [PeerName: Peer] = [:]
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
    /// A validator that missed more entries than this catches up beside the commits, and is not waited for.
    private static let missedMax = 4

    private let state = Mutex(State())
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func serve(_ session: MeshSession) async throws {
        let name = session.peer.name
        state.withLock { $0.peers[name] = Peer(session: session, size: Int(clamping: session.hello.logIndex)) }
        announceArrival()
        defer {
            state.withLock { state in if state.peers[name]?.session === session { state.peers[name] = nil } }
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
        _ signed: SignedCheckpoint, _ request: ValidationRequest, by keys: [VerifierKey], threshold: Int,
        earlier: @escaping Earlier
    ) async throws -> [NoteSignature] {
        guard !keys.isEmpty else { return [] }
        var lines: [NoteSignature] = []
        while true {
            let names = ready(for: request, earlier)
            let answers = await withTaskGroup(of: NoteSignature?.self) { group in
                for name in names {
                    group.addTask {
                        guard await self.catchUp(name, until: request.firstIndex, earlier) else { return nil }
                        return await self.ask(name, request)
                    }
                }
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
            await waitForArrival()
            try Task.checkCancellation()
        }
    }

    /// The validators that can be asked now. Those that missed much begin to catch up.
    private func ready(for request: ValidationRequest, _ earlier: @escaping Earlier) -> [PeerName] {
        let (ready, behind) = state.withLock { state -> ([PeerName], [PeerName]) in
            var (ready, behind): ([PeerName], [PeerName]) = ([], [])
            for (name, peer) in state.peers where !peer.isCatchingUp {
                if request.firstIndex - peer.size <= Self.missedMax {
                    ready.append(name)
                } else {
                    behind.append(name)
                    state.peers[name]?.isCatchingUp = true
                }
            }
            return (ready, behind)
        }
        for name in behind {
            logger.info("a validator catches up", metadata: ["validator": "\(name)"])
            Task {
                _ = await self.catchUp(name, until: request.firstIndex, earlier)
                self.state.withLock { $0.peers[name]?.isCatchingUp = false }
                self.announceArrival()
            }
        }
        return ready
    }

    /// Has the validator take what it missed, rollup by rollup. False if it did not.
    private func catchUp(_ name: PeerName, until end: Int, _ earlier: Earlier) async -> Bool {
        while let size = state.withLock({ $0.peers[name]?.size }) {
            if size >= end { return true }
            do {
                let request = try await earlier(size, end)
                guard await ask(name, request) != nil else { return false }
            } catch {
                logger.error(
                    "a validator cannot catch up", metadata: ["validator": "\(name)", "reason": "\(error)"])
                return false
            }
        }
        return false
    }

    private func ask(_ name: PeerName, _ request: ValidationRequest) async -> NoteSignature? {
        guard let session = state.withLock({ $0.peers[name]?.session }) else { return nil }
        guard let line = await ask(session, name, request) else { return nil }
        state.withLock { state in
            guard state.peers[name]?.session === session else { return }
            state.peers[name]?.size = request.firstIndex + request.entries.count
        }
        return line
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

    /// Waits until another validator comes or has caught up, at most a second.
    private func waitForArrival() async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.arrivals.append(continuation) }
            Task {
                try? await Task.sleep(for: .seconds(1))
                self.announceArrival()
            }
        }
    }

    private func announceArrival() {
        let arrivals = state.withLock { state in
            defer { state.arrivals = [] }
            return state.arrivals
        }
        for arrival in arrivals { arrival.resume() }
    }
}
