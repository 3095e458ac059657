import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusLogStore
import NexusRuntime
import NexusTestSupport
import NexusTrust

/// One season of the El Niño clause, computed by the engine and certified on a rail of the test parties: the pack, its
/// trust file, its module, and its log on disk.
struct Season {
    let scratch: Scratch
    var pack: String { scratch.file("season.aep.json") }
    var rail: String { scratch.file("rail.json") }
    var log: String { scratch.file("log") }
    var clausePath: String { scratch.file("clause.yaml") }

    /// The clause of the example with the digest of the module that lies beside it.
    static func clauseSource() throws -> [UInt8] {
        let source = Array(try Data(contentsOf: URL(filePath: path("Examples/el-nino/clause.yaml"))))
        let module = Array(try Data(contentsOf: URL(filePath: path("Examples/el-nino/model.wasm"))))
        let digest = Digest(of: module).description
        let lines = String(decoding: source, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return Array(
            lines.map { $0.hasPrefix("  module: ") ? "  module: \(digest)" : String($0) }.joined(separator: "\n").utf8)
    }

    /// 1982: 24.77 and 25.69 by the record give 25.23.
    static func make(occurrence: Text, november: Text, december: Text) async throws -> Season {
        let scratch = try Scratch()
        let source = try clauseSource()
        try scratch.write(source, "clause.yaml")
        let module = Array(try Data(contentsOf: URL(filePath: path("Examples/el-nino/model.wasm"))))
        try scratch.write(module, "model.wasm")
        let clause = try Clause(yaml: source)
        let genesis = try Genesis.test()
        try scratch.write(TrustFile(genesis: genesis, attestation: ["simulated"]).bytes, "rail.json")

        var chain = GovernanceChain(genesis)
        let steps: [GovernanceStep] =
            [.approveOperator(0), .approveOperator(1), .approveOperator(2), .approveIssuer, .approveFeed]
            + [.publish(clause.json.canonicalBytes)] + GovernanceStep.activate(clause.digest)
        for step in steps { try chain.append(step) }

        let inputs = try [("november", november), ("december", december)].map { name, value in
            try input(Text(name), value, occurrence)
        }
        let job = Job(genesis: genesis, clause: clause, occurrence: occurrence, inputs: inputs)
        let result = try await job.compute(module)
        // SAFETY: a chain begins with the genesis' snapshot.
        let snapshot = chain.snapshots.last!
        let statements = try (0..<3).map { try job.statement(node: $0, result, snapshot) }
        let quorum = job.quorum(statements, result)
        let rollup = try job.rollup(quorum, snapshot)
        let entries = [genesis.bytes] + chain.entries + [rollup]
        let checkpoint = try await write(entries, to: scratch.file("log"))

        let tree = MerkleTree(entries.map { Merkle.leaf($0) })
        func logged(_ index: Int) -> EvidencePack.LogEntry {
            EvidencePack.LogEntry(bytes: entries[index], index: index, path: tree.path(at: index))
        }
        let pack = EvidencePack(
            rail: genesis.rail, genesis: logged(0), governance: (1...steps.count).map(logged),
            inputs: inputs.map { .shown($0) }, bindings: try (0..<3).map { try job.binding(node: $0) },
            statements: statements.map(\.envelope), quorum: quorum.bytes, rollup: logged(entries.count - 1),
            leafIndex: 0,
            checkpoint: checkpoint)
        try scratch.write(pack.bytes, "season.aep.json")
        return Season(scratch: scratch)
    }

    private static func input(_ name: Text, _ value: Text, _ occurrence: Text) throws -> BoundInput {
        let reading = Reading(
            feed: "ersst", name: name, occurrence: occurrence, value: value.bytes, edition: "final",
            issuedAt: Party.time(90))
        return BoundInput(
            name: name, value: value.bytes, salt: Framed.digest("test/salt", name.bytes).bytes, feed: Party.feed.did,
            edition: "final", retrievedAt: Party.time(95), reading: try reading.sealed(by: Party.feed))
    }

    /// Writes the log as a rail would; gives back the signed and cosigned checkpoint.
    private static func write(_ entries: [[UInt8]], to folder: String) async throws -> Text {
        let writer = try LogWriter(directory: folder, origin: Party.log.key.name, keys: [Party.log.key])
        _ = try await writer.append(entries)
        let checkpoint = try await writer.checkpointToSign()
        var signed = try SignedCheckpoint(checkpoint, signedBy: Party.log)
        signed.add(try Party.validators.map { try $0.sign(checkpoint.text, time: 1_793_507_000) })
        try await writer.commit(signed)
        await writer.close()
        return Text(String(decoding: signed.bytes, as: UTF8.self))
    }

    private struct Signed {
        let envelope: Envelope
        let attempt: QuorumStatement.Attempt
    }

    private struct Job {
        let genesis: Genesis
        let clause: Clause
        let occurrence: Text
        let inputs: [BoundInput]
        private let trigger = TriggerEvent(kind: "manual", source: "desk", eventID: "event-1")
        private var occurrenceID: Digest {
            Clause.occurrenceID(rail: genesis.rail, id: clause.id, occurrence: occurrence)
        }
        private var id: Digest { JobIdentity.jobID(clause: clause.digest, occurrenceID: occurrenceID, event: trigger) }
        private var commitment: Digest { BoundInput.commitment(inputs.map(\.leaf)) }

        init(genesis: Genesis, clause: Clause, occurrence: Text, inputs: [BoundInput]) {
            self.genesis = genesis
            self.clause = clause
            self.occurrence = occurrence
            self.inputs = inputs
        }

        func compute(_ module: [UInt8]) async throws -> ExecutionResult {
            let executor = try ClauseExecutor(clause, module: module, engine: Binary.engine())
            let values = inputs.map { (name: $0.name, value: Text(String(decoding: $0.value, as: UTF8.self))) }
            let outcome = await executor.run(
                occurrence: occurrence, occurrenceID: occurrenceID, inputs: values, commitment: commitment)
            guard case .result(let result, _, _) = outcome else { throw Unfit() }
            return result
        }

        func binding(node: Int) throws -> Envelope {
            try NodeBinding(
                rail: genesis.rail, node: Party.nodes[node].did, operator: Party.operators[node].did,
                jurisdiction: Party.jurisdictions[node], sealingKey: [UInt8](repeating: 9, count: 32),
                issuedAt: Party.time(20), expiresAt: Party.time(100_000)
            ).sealed(by: Party.operators[node])
        }

        func statement(node: Int, _ result: ExecutionResult, _ snapshot: GovernanceSnapshot) throws -> Signed {
            let token = Framed.digest("test/token", [UInt8(node)])
            let statement = CAC(
                clauseID: clause.id, clause: clause.digest, occurrenceID: occurrenceID, job: id, attempt: node + 1,
                trigger: trigger, inputs: inputs.map { CAC.InputReference($0) }, inputCommitment: commitment,
                result: result.bytes, engine: result.engine,
                usage: .init(
                    module: clause.computation.module, fuel: 5000, memoryBytesMax: 131_072, wallTimeMicroseconds: 90),
                attestation: .init(kind: "simulated", evidence: []),
                governance: .init(
                    rail: genesis.rail, jurisdiction: Party.jurisdictions[node], snapshot: snapshot.digest,
                    logIndex: snapshot.logIndex),
                token: token, nonce: [UInt8](repeating: UInt8(node), count: 16), node: Party.nodes[node].did,
                operator: Party.operators[node].did, startedAt: Party.time(101), finishedAt: Party.time(101))
            let envelope = try Envelope.sign(statement.bytes, by: Party.nodes[node])
            return Signed(
                envelope: envelope,
                attempt: .init(
                    attempt: node + 1, node: Party.nodes[node].did, operator: Party.operators[node].did, token: token,
                    outcome: .agreed, statement: envelope.payloadDigest, detail: nil))
        }

        func quorum(_ signed: [Signed], _ result: ExecutionResult) -> QuorumStatement {
            QuorumStatement(
                rail: genesis.rail, job: id, occurrenceID: occurrenceID, occurrence: occurrence, clauseID: clause.id,
                clause: clause.digest, trigger: trigger, inputCommitment: commitment,
                decision: .quorum(result: Digest(of: result.bytes), signal: result.signal),
                attempts: signed.map(\.attempt),
                supersedes: nil, acknowledgedAt: Party.time(100), decidedAt: Party.time(103))
        }

        func rollup(_ quorum: QuorumStatement, _ snapshot: GovernanceSnapshot) throws -> [UInt8] {
            let rollup = Rollup(
                rail: genesis.rail, number: 1, previous: genesis.rail,
                leaves: [.init(occurrenceID: occurrenceID, hash: Merkle.leaf(quorum.bytes), isCorrection: false)],
                governanceNumber: snapshot.number, snapshot: snapshot.digest, sealedAt: Party.time(104))
            return try Envelope.sign(rollup.bytes, by: Party.rail).bytes
        }
    }

    struct Unfit: Error {}
}
