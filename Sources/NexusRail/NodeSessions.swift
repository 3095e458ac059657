import Logging
import NIOPosix
import NexusAttestation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusMesh
import NexusOrchestration
import NexusTrust
import Synchronization

/// The nodes' sessions: what they say becomes inputs, what the core asks of them becomes messages, in order.
final class NodeSessions: Sendable {
    enum Command: Sendable {
        case assign([Effect.Assignment])
        case governance([UInt8])
        case cancel([Digest])
        case disconnect(Text)
        /// Asks for fresh evidence.
        case challenge
    }

    private struct Entry {
        let number: Int
        let outlet: AsyncStream<Command>.Continuation
    }

    private struct State {
        var next = 1
        var entries: [DID: Entry] = [:]
    }

    private let state = Mutex(State())
    private let engine: RailEngine
    private let folder: RailFolder
    private let signer: SigningKey
    private let statements: StatementCache
    private let logger: Logger

    init(engine: RailEngine, folder: RailFolder, signer: SigningKey, statements: StatementCache, logger: Logger) {
        self.engine = engine
        self.folder = folder
        self.signer = signer
        self.statements = statements
        self.logger = logger
    }

    func send(_ command: Command, to node: DID) {
        _ = state.withLock { $0.entries[node]?.outlet.yield(command) }
    }

    func broadcast(_ command: Command) {
        state.withLock { state in for entry in state.entries.values { entry.outlet.yield(command) } }
    }

    /// Serves one node until its session ends.
    func serve(_ session: MeshSession, governance: () async throws -> [UInt8]?) async throws {
        let nonces = EvidenceDesk()
        let opened = try await open(session, nonces)
        let (commands, outlet) = AsyncStream<Command>.makeStream(bufferingPolicy: .unbounded)
        state.withLock { $0.entries[opened.node] = Entry(number: opened.session, outlet: outlet) }
        // Registered first, so that no announcement is missed; a node passes over what is older than it knows.
        if let governance = try await governance() { outlet.yield(.governance(governance)) }
        engine.submit(.opened(opened))
        defer {
            state.withLock { state in
                if state.entries[opened.node]?.number == opened.session { state.entries[opened.node] = nil }
            }
            outlet.finish()
            engine.submit(.closed(node: opened.node, session: opened.session))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.write(commands, to: session, nonces) }
            try await self.listen(to: session, opened, nonces)
            group.cancelAll()
        }
    }

    private func open(_ session: MeshSession, _ desk: EvidenceDesk) async throws -> Input.NodeSession {
        let hello = session.hello
        let binding = try Envelope(parsing: hello.identityDocument)
        let parsed = try NodeBinding(verifying: binding, rail: engine.read { $0.rail })
        guard parsed.node.text == hello.did, parsed.sealingKey == hello.sealingPublicKey else {
            throw GovernanceError(.badBinding, "the binding is not of this node and this sealing key", at: "hello")
        }
        var fields = try Fields(JSON(parsing: hello.runtimeDescription, bytesMax: 65_536), at: "hello.runtime")
        // What the node says of its machine is not asked: its evidence is, and the kind is what verifying that finds.
        _ = try fields.text("attestation", bytesMax: 64)
        let engine = try fields.object("engine") { try Engine(&$0) }
        try await session.send(.materials([desk.challenge()]))
        let document = try await desk.nextEvidence(of: session)
        let nonce = try desk.take()
        try await desk.challengeEndorsement(of: document, on: session)
        let verdict = try judge(document, parsed, nonce, desk.activations)
        let number = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        return Input.NodeSession(
            session: number, node: parsed.node, binding: binding, attestation: Text(verdict.kind.rawValue),
            engine: engine, evidence: verdict)
    }

    /// Keeps the document and judges it. Throws `mesh.busy` if it cannot be kept: the session ends, and the node, which
    /// is not to blame, comes again.
    private func judge(
        _ document: [UInt8], _ binding: NodeBinding, _ nonce: [UInt8], _ activations: [TPMActivation]
    ) throws -> EvidenceVerdict {
        let snapshot = self.engine.read { $0.snapshot }
        let verdict = EvidenceVerdict(
            judging: document, of: binding.node, sealingKey: binding.sealingKey, nonce: nonce, in: snapshot,
            activations: activations, at: .now)
        do {
            try EvidenceShelf(folder: folder).keep(document, verdict.evidence)
            return verdict
        } catch {
            // Packs show what nodes were admitted with: what is not kept cannot be admitted.
            logger.error("an evidence document was not kept", metadata: ["reason": "\(error)"])
            throw MeshError(.busy, "the rail cannot keep evidence now", cause: error)
        }
    }

    /// Parses and verifies answers here, in the session's own task; the core gets what holds.
    private func listen(
        to session: MeshSession, _ opened: Input.NodeSession, _ desk: EvidenceDesk
    ) async throws {
        let node = opened.node
        let binding = try NodeBinding(verifying: opened.binding, rail: engine.read { $0.rail })
        let key = try node.verificationKey()
        var cache = Envelope.VerifiedRoots()
        for try await message in session.inbound {
            switch message {
            case .answers(let answers):
                cache = Envelope.VerifiedRoots()
                var received: [Input.Answer] = []
                for answer in answers {
                    switch answer.outcome {
                    case .refusal(let refusal):
                        received.append(
                            .init(
                                token: answer.tokenDigest,
                                content: .refusal(
                                    code: Text(refusal.code), message: Text(refusal.message),
                                    isIndeterminate: Text(refusal.code) == "node.indeterminate")))
                    case .cac(let bytes):
                        let envelope = try Envelope(parsing: bytes)
                        guard envelope.signatures.count == 1 else {
                            throw EvidenceError(.notEntitled, "a statement has one signature")
                        }
                        try envelope.verify(by: key, cache: &cache)
                        statements.keep(envelope)
                        let statement = try CAC(in: envelope)
                        received.append(
                            .init(
                                token: answer.tokenDigest,
                                content: try await verified(statement, envelope, answer.proof),
                                proof: answer.proof))
                    }
                }
                engine.submit(.answered(node: node, received))
            case .materialRequest(let digests):
                for digest in digests { try await send(module: digest, to: session) }
            case .evidence(let document):
                let verdict = try judge(document, binding, try desk.take(), desk.activations)
                engine.submit(.attested(node: node, session: opened.session, verdict))
            case .heartbeat, .cosignature, .drained: break
            }
        }
    }

    /// The answer that the core gets: where a statement's proof does not hold, a refusal that says why. Whoever proved
    /// something else than this rail asked for is found out here. Verifying computes for milliseconds to seconds, so it
    /// does it on a thread for blocking work: the cooperative pool has one for each core.
    private func verified(
        _ statement: CAC, _ envelope: Envelope, _ proof: [UInt8]?
    ) async throws -> Input.Answer.Content {
        guard let proof else { return .statement(envelope, statement) }
        return try await NIOThreadPool.singleton.runIfActive { self.verified(statement, envelope, proof: proof) }
    }

    private func verified(_ statement: CAC, _ envelope: Envelope, proof: [UInt8]) -> Input.Answer.Content {
        do {
            let asked = try engine.read { core -> (clause: Clause, root: Digest) in
                guard let job = core.jobs[statement.job], let clause = core.snapshot.clause(job.clause)?.clause,
                    let input = job.inputs.first(where: { $0.name == job.committedInputName })
                else { throw EvidenceError(.badProof, "no open job asks for this proof", at: "answer.proof") }
                return (clause, try input.committedRoot)
            }
            let result = ResultProof(model: try folder.module(asked.clause.computation.module), proof: proof)
            guard result.model.count + proof.count <= EvidenceLimits.proofMaterialBytesMax else {
                throw EvidenceError(.badProof, "model and proof are more than a pack holds", at: "answer.proof")
            }
            try result.verify(
                ExecutionResult(parsing: statement.result), asked.clause, inputRoot: asked.root, job: statement.job,
                signed: [statement.proof])
            return .statement(envelope, statement)
        } catch {
            let failure = error as? any CodedFailure
            logger.warning("a proof does not hold", metadata: ["node": "\(statement.node)", "reason": "\(error)"])
            return .refusal(
                code: Text(failure?.qualifiedCode ?? "rail.internal"), message: Text(failure?.message ?? "\(error)"),
                isIndeterminate: false)
        }
    }

    private func send(module digest: Digest, to session: MeshSession) async throws {
        guard let bytes = try? folder.module(digest) else { return }
        try await session.send(.materials([Material(kind: "module", digest: digest, bytes: bytes)]))
    }

    private func write(
        _ commands: AsyncStream<Command>, to session: MeshSession, _ desk: EvidenceDesk
    ) async throws {
        var sent: Set<Digest> = []
        for await command in commands {
            switch command {
            case .governance(let bytes):
                try await session.send(
                    .materials([Material(kind: "governance", digest: Digest(of: bytes), bytes: bytes)]))
            case .cancel(let tokens): try await session.send(.cancel(tokens))
            case .challenge: try await session.send(.materials([desk.challenge()]))
            // Other reasons may end: the node comes back and tries again.
            case .disconnect(let reason):
                session.close(MeshError(reason == "revoked" ? .revoked : .refused, reason.string))
            case .assign(let assignments):
                for module in modules(of: assignments) where sent.insert(module).inserted {
                    try await send(module: module, to: session)
                }
                let tokens = try Envelope.sign(batch: assignments.map(\.tokenBytes), by: signer)
                let outgoing = zip(assignments, tokens).map { assignment, token in
                    Assignment(token: token.bytes, tokenDigest: assignment.tokenDigest, payload: assignment.payload)
                }
                try await session.send(.assignments(outgoing))
            }
        }
    }

    private func modules(of assignments: [Effect.Assignment]) -> [Digest] {
        let clauses = Set(assignments.map(\.clause)).sorted()
        return engine.read { core in clauses.compactMap { core.snapshot.clause($0)?.clause.computation.module } }
    }
}
