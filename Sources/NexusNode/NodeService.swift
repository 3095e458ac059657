import Foundation
package import Logging
import NexusAttestation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusJournal
package import NexusKeys
import NexusMesh
import NexusOrchestration
package import NexusRuntime
package import NexusTrust
import Synchronization

/// A node's process: dials its rail, keeps its governance, runs what tokens entitle it to, and answers in batches.
package final class NodeService: Sendable {
    private let folder: NodeFolder
    private let engine: WasmEngine
    private let drill: Drill?
    private let logger: Logger
    private let keys: NodeFolder.Keys
    private let signer: SigningKey
    private let binding: Envelope
    private let state: Mutex<State>
    private let spending: SpentTokens
    private let provider: any EvidenceProvider
    private let parsedBinding: NodeBinding

    struct State {
        var agent: NodeAgent
        var modules: [Digest: [UInt8]] = [:]
        var executors: [Digest: ClauseExecutor] = [:]
        /// Work whose module has not come yet.
        var parked: [NodeAgent.Work] = []
        var answers = KeptAnswers()
        var running: Set<Digest> = []
        /// Work whose token counts as spent and which has not ended: a session may end before it began.
        var admitted: [Digest: NodeAgent.Work] = [:]
        /// What became of tokens, until it is signed: a session may end between the run and the answer.
        var unsigned: [Digest: FinishedWork.Content] = [:]
    }

    /// Opens the folder and reads the spent tokens. Blocks.
    package init(
        folder: NodeFolder, engine: WasmEngine, drill: Drill?, provider: any EvidenceProvider = SimulatedProvider(),
        logger: Logger
    ) throws {
        self.provider = provider
        self.folder = folder
        self.engine = engine
        self.drill = drill
        self.logger = logger
        keys = try folder.keys(now: .now)
        signer = try keys.signer()
        binding = try folder.binding()
        let trust = try folder.trust()
        let parsed = try NodeBinding(verifying: binding, rail: trust.rail)
        parsedBinding = parsed
        var agent = try NodeAgent(
            trust: trust,
            identity: .init(
                node: signer.did, binding: parsed,
                attestation: CAC.Attestation(kind: "simulated", evidence: Array("no enclave on this machine".utf8)),
                engine: ClauseExecutor.engine(engine.description)))
        var spent: [Digest] = []
        spending = try SpentTokens(path: folder.journal) { spent.append($0) }
        agent.restore(spent: spent)
        state = Mutex(State(agent: agent))
    }

    package var did: DID { signer.did }

    /// Serves until cancelled: connects, works, and connects again when the rail or the network went away.
    package func run() async throws {
        var backoff = Backoff(initial: .milliseconds(50), max: .seconds(2))
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            let connected = Mutex(false)
            do {
                let credential = try await folder.currentCredential(keys)
                let client = try folder.client(credential, keys)
                try await client.withSession(
                    hello: hello(), sealingKey: keys.sealing.privateKey.bytes
                ) { link in
                    self.logger.info("connected")
                    connected.withLock { $0 = true }
                    try await self.serve(link)
                }
            } catch {
                logger.warning("session ended", metadata: ["reason": "\(error)"])
                if let mesh = error as? MeshError, mesh.code == .revoked || mesh.code == .refused { throw error }
            }
            if connected.withLock({ $0 }) { backoff.reset() }
            try await Task.sleep(for: backoff.wait(using: &generator))
        }
    }

    private func hello() -> Hello {
        let runtime: JSON = ["attestation": "simulated", "engine": engine.description.json]
        return Hello(
            role: .node, did: signer.did.text, identityDocument: binding.bytes,
            sealingPublicKey: keys.sealing.publicKey, runtimeDescription: runtime.canonicalBytes,
            logIndex: UInt64(state.withLock { $0.agent.snapshot.logIndex }))
    }

    private func serve(_ link: MeshLink) async throws {
        let (finished, outlet) = AsyncStream<FinishedWork>.makeStream(bufferingPolicy: .unbounded)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // However the session ended: whoever waits for finished work must not wait for ever.
            defer {
                outlet.finish()
                group.cancelAll()
            }
            group.addTask { try await self.answer(finished, on: link) }
            group.addTask { try await self.folder.keepCertified(self.keys, self.logger) }
            for try await message in link.inbound {
                switch message {
                case .materials(let materials): try await learn(materials, link, outlet)
                case .assignments(let assignments): try await take(assignments, link, outlet)
                case .cancel, .validationRequest: break
                case .drain: outlet.finish()
                }
            }
        }
    }

    private func learn(
        _ materials: [Material], _ link: MeshLink, _ outlet: AsyncStream<FinishedWork>.Continuation
    ) async throws {
        for material in materials {
            switch material.kind {
            case "governance":
                let evidence = try GovernanceEvidence(parsing: material.bytes)
                try state.withLock { try $0.agent.learn(evidence) }
                logger.info("governance", metadata: ["number": "\(state.withLock { $0.agent.snapshot.number })"])
            case "attestation-challenge": try await vouch(material.bytes, link)
            case "endorsement-challenge": try await activate(material.bytes, link)
            case "module":
                guard Digest(of: material.bytes) == material.digest else { continue }
                state.withLock { $0.modules[material.digest] = material.bytes }
            default: logger.debug("unknown material", metadata: ["kind": "\(material.kind)"])
            }
        }
        let ready = state.withLock { state in
            let ready = state.parked.filter { state.modules[$0.token.module] != nil }
            state.parked.removeAll { state.modules[$0.token.module] != nil }
            return ready
        }
        for work in ready { start(work, outlet) }
    }

    /// Answers a challenge with what the machine gives over this node's keys.
    private func vouch(_ nonce: [UInt8], _ link: MeshLink) async throws {
        let data = try EvidenceVerdict.reportData(
            node: signer.did, sealingKey: parsedBinding.sealingKey, nonce: nonce)
        let document = try await provider.evidence(over: data).json.canonicalBytes
        try await link.send(.evidence(document))
    }

    /// Has the machine's TPM open a challenge; what it cannot open is answered with no secret.
    private func activate(_ challenge: [UInt8], _ link: MeshLink) async throws {
        var secret: [UInt8] = []
        do { secret = try await provider.activate(TPMChallenge(parsing: challenge)) } catch {
            logger.warning("the TPM did not open a challenge", metadata: ["reason": "\(error)"])
        }
        try await link.send(.evidence(TPMChallenge.answer(secret).canonicalBytes))
    }

    /// Checks each token, records the good ones as spent, and only then runs them.
    private func take(
        _ assignments: [Assignment], _ link: MeshLink, _ outlet: AsyncStream<FinishedWork>.Continuation
    ) async throws {
        var admitted: [NodeAgent.Work] = []
        var cache = Envelope.VerifiedRoots()
        for assignment in assignments {
            if let kept = state.withLock({ $0.answers[assignment.tokenDigest] }) {
                outlet.yield(
                    .init(token: assignment.tokenDigest, content: .kept(kept.envelope, proof: kept.proof)))
                continue
            }
            if let content = state.withLock({ $0.unsigned[assignment.tokenDigest] }) {
                outlet.yield(.init(token: assignment.tokenDigest, content: content))
                continue
            }
            if let parked = state.withLock({ $0.parked.first { $0.tokenDigest == assignment.tokenDigest } }) {
                try await link.send(.materialRequest([parked.token.module]))
                continue
            }
            if state.withLock({ $0.running.contains(assignment.tokenDigest) }) { continue }
            if let work = state.withLock({ $0.admitted[assignment.tokenDigest] }) {
                admitted.append(work)
                continue
            }
            do {
                let envelope = try Envelope(parsing: assignment.token)
                let work = try state.withLock { state in
                    let work = try state.agent.admit(envelope, payload: assignment.payload, cache: &cache, at: .now)
                    state.admitted[work.tokenDigest] = work
                    return work
                }
                admitted.append(work)
            } catch {
                let failure = error as? any CodedFailure
                outlet.yield(
                    .init(
                        token: assignment.tokenDigest,
                        content: .refusal(failure?.qualifiedCode ?? "node.internal", failure?.message ?? "\(error)")))
            }
        }
        guard !admitted.isEmpty else { return }
        try await spending.record(admitted.map(\.tokenDigest))
        if drill == .silent { return }
        for work in admitted {
            let isThere = state.withLock { state in
                if state.modules[work.token.module] != nil { return true }
                state.parked.append(work)
                return false
            }
            if isThere {
                start(work, outlet)
            } else {
                try await link.send(.materialRequest([work.token.module]))
            }
        }
    }

    private func start(
        _ work: NodeAgent.Work, _ outlet: AsyncStream<FinishedWork>.Continuation
    ) {
        state.withLock { _ = $0.running.insert(work.tokenDigest) }
        // Not of the session: what was begun is finished, and the answer kept, when the session ends before it.
        Task {
            let finished = await self.execute(work)
            self.state.withLock { state in
                state.running.remove(work.tokenDigest)
                state.admitted[work.tokenDigest] = nil
                state.unsigned[work.tokenDigest] = finished.content
            }
            if self.drill == .lateWrong { try? await Task.sleep(for: .seconds(2)) }
            outlet.yield(finished)
        }
    }

    private func execute(_ work: NodeAgent.Work) async -> FinishedWork {
        do {
            let executor = try executor(for: work)
            let startedAt = Instant.now
            let clock = ContinuousClock.now
            let inputs = work.payload.inputs.map {
                (name: $0.name, value: Text(String(decoding: $0.value, as: UTF8.self)))
            }
            let outcome = await executor.run(
                occurrence: work.payload.occurrence, occurrenceID: work.occurrenceID, inputs: inputs,
                commitment: work.token.inputCommitment, opening: work.payload.openings.first?.bytes,
                job: work.token.job)
            switch outcome {
            case .indeterminate(let reason, let detail):
                return .init(
                    token: work.tokenDigest, content: .refusal("node.indeterminate", "\(reason.rawValue): \(detail)"))
            case .result(let result, let fuel, let proof):
                let proved = Drill.proof(proof, drill)
                let elapsed = clock.duration(to: .now)
                let statements = state.withLock { state in
                    Drill.results(result, drill).map {
                        state.agent.statement(
                            about: work, result: $0, fuelUsed: fuel, startedAt: startedAt, finishedAt: .now,
                            wallTimeMicroseconds: Int(elapsed.wholeMicroseconds), proof: proved?.reference)
                    }
                }
                return .init(
                    token: work.tokenDigest, content: .statements(statements.map(\.bytes), proof: proved?.bytes))
            }
        } catch {
            let failure = error as? any CodedFailure
            return .init(
                token: work.tokenDigest,
                content: .refusal(failure?.qualifiedCode ?? "node.internal", failure?.message ?? "\(error)"))
        }
    }

    private func executor(for work: NodeAgent.Work) throws -> ClauseExecutor {
        let (known, module) = state.withLock { ($0.executors[work.clause.digest], $0.modules[work.token.module]) }
        if let known { return known }
        guard let module else { throw NodeError(.moduleMissing, "the module \(work.token.module.short) has not come") }
        let executor = try ClauseExecutor(work.clause, module: module, engine: engine)
        state.withLock { $0.executors[work.clause.digest] = executor }
        return executor
    }

    /// Signs and sends what is finished: all that is ready goes under one signature.
    private func answer(_ finished: AsyncStream<FinishedWork>, on link: MeshLink) async throws {
        var iterator = BatchingIterator(finished)
        while let batch = await iterator.next(upTo: 64) {
            var answers: [Answer] = []
            var payloads: [(token: Digest, bytes: [UInt8], proof: [UInt8]?)] = []
            for work in batch {
                switch work.content {
                case .kept(let envelope, let proof):
                    answers.append(Answer(tokenDigest: work.token, outcome: .cac(envelope), proof: proof))
                case .refusal(let code, let message):
                    answers.append(
                        Answer(
                            tokenDigest: work.token,
                            outcome: .refusal(.init(code: code, message: String(message.prefix(1000))))))
                case .statements(let statements, let proof):
                    payloads += statements.map { (work.token, $0, proof) }
                }
            }
            if !payloads.isEmpty {
                let envelopes = try Envelope.sign(batch: payloads.map(\.bytes), by: signer)
                for (payload, envelope) in zip(payloads, envelopes) {
                    let bytes = envelope.bytes
                    answers.append(Answer(tokenDigest: payload.token, outcome: .cac(bytes), proof: payload.proof))
                    state.withLock { $0.answers.keep(bytes, payload.proof, for: payload.token) }
                }
            }
            try await link.send(.answers(answers))
            state.withLock { state in for work in batch { state.unsigned[work.token] = nil } }
        }
    }
}

/// What became of one token.
struct FinishedWork: Sendable {
    enum Content: Sendable {
        case statements([[UInt8]], proof: [UInt8]?)
        /// The envelope that was sent before, with its proof.
        case kept([UInt8], proof: [UInt8]?)
        case refusal(String, String)
    }
    let token: Digest
    let content: Content
}
