import Foundation
package import Logging
import NIOPosix
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
package import NexusIndex
import NexusJournal
import NexusLog
import NexusLogStore
import NexusMesh
package import NexusOrchestration
import NexusTrust
import ServiceLifecycle
import Synchronization

/// A rail's process: the engine over its journal, the log, the mesh, the actions, and the control socket.
package final class RailService: Service {
    package struct Options: Sendable {
        package var host = "127.0.0.1"
        /// The one used before if nil; any free one if 0.
        package var port: Int?
        package var enrolmentPort: Int?
        package var certificateLifetime = Duration.seconds(3600)
        package var configuration = RailConfiguration()
        /// Whether the index is kept: for those who read it.
        package var isIndexed = false

        package init() {}
    }

    let folder: RailFolder
    let trust: TrustFile
    let engine: RailEngine
    let keeper: LogKeeper
    let options: Options
    let authority: CertificateAuthority
    package let index: RailIndex?
    let watchers = Watchers()
    private let meshServer = Mutex<MeshServer?>(nil)
    private let nodes: NodeSessions
    private let validators: ValidatorSessions
    private let statements: StatementCache
    private let sender: ActionSender
    private let keys: RailFolder.Keys
    private let logger: Logger
    private let sealedStatements = Mutex<[Int: [[UInt8]]]>([:])

    /// Opens the rail in `folder` and replays its journal. Blocks.
    package init(folder: RailFolder, options: Options, logger: Logger) throws {
        self.folder = folder
        self.options = options
        self.logger = logger
        keys = try folder.keys(now: .now)
        authority = try folder.authority(now: .now)
        (engine, index) = try Self.open(folder, isIndexed: options.isIndexed, logger: logger)
        let rotations = engine.read { core in
            core.snapshot.rotations.map { LoggedRotation(index: core.governanceIndices[$0.entry - 1], rotation: $0) }
        }
        let policy = try folder.witnesses()
        trust = try folder.trust(asking: policy, rotations.map(\.rotation))
        statements = StatementCache(isUsed: !trust.genesis.validators.isEmpty)
        validators = ValidatorSessions(logger: logger)
        keeper = try LogKeeper(
            folder: folder, trust: trust, rotations: rotations, validators: validators,
            witnesses: HTTPWitnesses(policy, logger: logger), logger: logger)
        nodes = try NodeSessions(
            engine: engine, folder: folder, signer: keys.signer(), statements: statements, logger: logger)
        sender = ActionSender(folder: folder, logger: logger)
        let ports = try folder.listeningPorts()
        var configuration = MeshServer.Configuration(
            railID: trust.rail.text, host: options.host, port: options.port ?? ports?.mesh ?? 0,
            enrolmentPort: options.enrolmentPort ?? ports?.enrolment ?? 0)
        configuration.certificateLifetime = options.certificateLifetime
        configuration.revoked = revoked
        configuration.isPostQuantum = trust.genesis.policy.requiresPostQuantum
        let server = try MeshServer(
            configuration: configuration, authority: authority, registry: JournaledRegistry(engine: engine),
            clock: { .now }, logger: logger
        ) { [self] session in try await serve(session) }
        meshServer.withLock { $0 = server }
    }

    /// The engine over the folder's journal, and the index beside it, made anew if it is of another journal.
    private static func open(
        _ folder: RailFolder, isIndexed: Bool, logger: Logger
    ) throws -> (RailEngine, RailIndex?) {
        let trust = try folder.trust()
        guard isIndexed else { return (try RailEngine(folder: folder, trust: trust), nil) }
        let index = try RailIndex(path: folder.index)
        do { return (try RailEngine(folder: folder, trust: trust, index: index), index) } catch let error
            as IndexError
        {
            logger.notice("the index is made anew", metadata: ["reason": "\(error)"])
            index.close()
            RailIndex.remove(folder.index)
            let fresh = try RailIndex(path: folder.index)
            return (try RailEngine(folder: folder, trust: trust, index: fresh), fresh)
        }
    }

    /// The nodes that may not connect: revoked themselves, or of an operator who is not approved any more.
    private var revoked: Set<PeerName> {
        engine.read { core in
            let lost = core.population.all.filter { !core.snapshot.isApproved(operator: $0.binding.operator) }
            // Those that may finish are let go of later.
            let gone = (core.snapshot.revokedNodes + lost.map(\.did)).filter { !core.departing.contains($0) }
            return Set(
                gone.map {
                    PeerName(role: .node, did: $0.text, rail: authority.rail)
                })
        }
    }

    /// The mesh, whose handler needs the service: hence made last.
    var mesh: MeshServer {
        guard let server = meshServer.withLock({ $0 }) else { preconditionFailure("used before it was made") }
        return server
    }

    private func serve(_ session: MeshSession) async throws {
        switch session.peer.role {
        case .node:
            try await nodes.serve(session) {
                try await self.keeper.governance(self.engine.read { $0.governanceIndices })?.bytes
            }
        case .validator: try await validators.serve(session)
        }
    }

    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.mesh.run() }
            group.addTask {
                // Before anybody can be invited: who enrols must find the rail again after any crash.
                try await self.rememberPorts()
                try await ControlServer(rail: self, path: self.folder.controlSocket, logger: self.logger).run()
            }
            group.addTask { try await self.perform() }
            if let index { group.addTask { await index.run() } }
            group.addTask { try await self.tick() }
            group.addTask { try await self.sweepEvidence() }
            group.addTask {
                do { try await self.keeper.untilFailure() } catch {
                    self.engine.stop(error)
                    throw error
                }
            }
            engine.submit(.started(options.configuration))
            try await group.next()
            group.cancelAll()
        }
        await engine.close()
        index?.close()
        await keeper.writer.close()
    }

    private func rememberPorts() async throws {
        let addresses = try await mesh.addresses
        try folder.remember(.init(mesh: addresses.mesh.port, enrolment: addresses.enrolment.port))
    }

    private func tick() async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(5))
            engine.tick()
        }
    }

    /// Lets go of evidence documents that nothing needs.
    private func sweepEvidence() async throws {
        while !Task.isCancelled {
            let needed = engine.read { core in
                core.snapshot.evidenceNamed.union(core.population.all.compactMap { $0.evidence?.evidence })
            }
            let shelf = EvidenceShelf(folder: folder)
            let removed = try await NIOThreadPool.singleton.runIfActive { shelf.sweep(needed: needed, now: .now) }
            if removed > 0 { logger.info("evidence documents were let go of", metadata: ["count": "\(removed)"]) }
            try await Task.sleep(for: EvidenceShelf.sweepEvery)
        }
    }

    /// Performs effects in the order of their inputs; what takes time runs beside.
    private func perform() async throws {
        // Discarding: another group keeps every task that ended.
        try await withThrowingDiscardingTaskGroup { group in
            for await effects in engine.effects {
                for effect in effects { try await perform(effect, &group) }
            }
            // The cause, for whoever reads the process's last words: a full disk, say.
            throw engine.failure ?? RailError(.stopped, "the journal stopped: nothing more is acknowledged")
        }
    }

    private func perform(_ effect: Effect, _ group: inout ThrowingDiscardingTaskGroup<any Error>) async throws {
        switch effect {
        case .accepted(let request, let job, let isNew): engine.answer(request, .success(.job(job, isNew: isNew)))
        case .refused(let request, let error): engine.answer(request, .failure(error))
        case .governed(let request, let number, let digest):
            engine.answer(request, .success(.governed(number: number, digest: digest)))
        case .enrolled(let request): engine.answer(request, .success(.enrolled))
        case .assign(let node, let assignments): nodes.send(.assign(assignments), to: node)
        case .cancel(let node, let tokens): nodes.send(.cancel(tokens), to: node)
        case .challenge(let node): nodes.send(.challenge, to: node)
        case .disconnect(let node, let reason): disconnect(node, reason)
        case .seal(let number, let rollup, let statements):
            let envelope = try Envelope.sign(rollup, by: keys.signer())
            // Validators are sent them in a moment.
            if !trust.genesis.validators.isEmpty { sealedStatements.withLock { $0[number] = statements } }
            engine.submit(.sealed(number: number, envelope: envelope, statements: statements))
        case .commit(let entries, let firstIndex):
            // A failure ends the service by another way: `LogKeeper.untilFailure`.
            group.addTask { try? await self.commit(entries, firstIndex) }
        // Here, not beside: nodes must know the governance before tokens that name it.
        case .announce: try await announce()
        case .certified(let jobs): watchers.tell(.certified(jobs))
        case .deliver(let delivery):
            group.addTask {
                let (confirmed, detail) = await self.sender.send(delivery)
                self.engine.submit(.delivered(action: delivery.id, confirmed: confirmed, detail: detail))
            }
        case .alert(let alert):
            logger.warning("\(alert.message)", metadata: ["alert": "\(alert.kind.rawValue)"])
            watchers.tell(.alert(alert))
        }
    }

    private func disconnect(_ node: DID, _ reason: Text) {
        if reason == "revoked" { mesh.setRevoked(revoked) }
        nodes.send(.disconnect(reason), to: node)
    }

    private func commit(_ entries: [[UInt8]], _ firstIndex: Int) async throws {
        let checkpoint = try await keeper.commit(entries, firstIndex: firstIndex) { [self] in try await material(of: $0)
        }
        engine.submit(.committed(firstIndex: firstIndex, count: entries.count, checkpoint: checkpoint))
    }

    /// What validators check the rollups among `entries` against; nothing where there are no validators.
    private func material(
        of entries: [[UInt8]]
    ) async throws -> (jobs: [ValidationRequest.DecidedJob], bindings: [Envelope]) {
        guard !trust.genesis.validators.isEmpty else { return ([], []) }
        var jobs: [ValidationRequest.DecidedJob] = []
        var decided: [Digest] = []
        for entry in entries {
            guard let envelope = try? Envelope(parsing: entry), let rollup = try? Rollup(in: envelope) else { continue }
            for bytes in try await quorumStatements(of: rollup.number) {
                let quorum = try QuorumStatement(parsing: bytes)
                let digests = quorum.attempts.compactMap(\.statement)
                decided.append(quorum.job)
                let proof = try await assembler.proof(ofJob: quorum.job)
                jobs.append(
                    .init(quorum: bytes, statements: try await envelopes(digests, of: quorum.job), proof: proof))
            }
        }
        return (jobs, try bindings(of: decided))
    }

    var assembler: EvidenceAssembler { EvidenceAssembler(engine: engine, keeper: keeper, folder: folder) }

    /// One binding a node, the newest under which it signed one of these jobs.
    private func bindings(of jobs: [Digest]) throws -> [Envelope] {
        var found: [DID: Envelope] = [:]
        for id in jobs {
            for attempt in try engine.job(id)?.attempts ?? [] {
                found[attempt.node] = attempt.binding ?? found[attempt.node]
            }
        }
        return engine.read { core in core.population.all.compactMap { found[$0.did] } }
    }

    /// The quorum statements of a rollup: from memory, or after a restart from the journal.
    private func quorumStatements(of number: Int) async throws -> [[UInt8]] {
        if let kept = sealedStatements.withLock({ $0.removeValue(forKey: number) }) { return kept }
        guard let sequence = engine.read({ $0.rollupState.sealedAt[number] }) else { return [] }
        guard case .sealed(_, _, let statements) = try await engine.input(at: sequence).input else { return [] }
        return statements
    }

    /// The statements that a quorum lists: from memory, or after a restart from the journal.
    private func envelopes(_ digests: [Digest], of job: Digest) async throws -> [Envelope] {
        let kept = statements.take(digests)
        if kept.count == digests.count { return kept }
        let sequences = try engine.job(job)?.sequences ?? []
        let found = try await engine.statements(in: sequences)
        return digests.compactMap { digest in found.last { $0.payloadDigest == digest } }
    }

    private func announce() async throws {
        let indices = engine.read { $0.governanceIndices }
        guard let evidence = try await keeper.governance(indices) else { return }
        mesh.setRevoked(revoked)
        nodes.broadcast(.governance(evidence.bytes))
        watchers.tell(.governance)
    }
}
