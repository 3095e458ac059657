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

/// Takes entries into the log: append, sign a checkpoint, collect the validators' and the witnesses' cosignatures,
/// publish.
final class LogKeeper: Sendable {
    let writer: LogWriter
    private let signer: Ed25519NoteSigner
    private let trust: TrustFile
    private let validators: ValidatorSessions
    private let witnesses: HTTPWitnesses
    /// Of the log and its validators: packs hold lines by these only.
    /// What the rollups among some entries rest on: their decided jobs, in order, and the bindings of the nodes.
    typealias Material =
        @Sendable ([[UInt8]]) async throws -> (jobs: [ValidationRequest.DecidedJob], bindings: [Envelope])

    /// Entries without a rollup that a validator takes in one step of catching up.
    private static let earlierMax = 64

    private let genesisKeys: [VerifierKey]
    private let logger: Logger
    private let failures = AsyncStream<any Error>.makeStream(bufferingPolicy: .bufferingOldest(1))

    /// Opens the log. Blocks.
    init(
        folder: RailFolder, trust: TrustFile, signer: Ed25519NoteSigner, validators: ValidatorSessions,
        witnesses: HTTPWitnesses, logger: Logger
    ) throws {
        writer = try LogWriter(directory: folder.log, origin: signer.key.name, keys: [signer.key])
        self.signer = signer
        self.trust = trust
        self.validators = validators
        self.witnesses = witnesses
        genesisKeys = try [signer.key] + trust.genesis.validators.map { try VerifierKey(parsing: $0) }
        self.logger = logger
    }

    /// Durable and cosigned on return. Idempotent: entries that are there already keep their places.
    func commit(_ entries: [[UInt8]], firstIndex: Int, material: @escaping Material) async throws -> Text {
        do { return try await append(entries, firstIndex: firstIndex, material) } catch {
            if !(error is CancellationError) {
                logger.error("the log stopped", metadata: ["reason": "\(error)"])
                failures.continuation.yield(error)
            }
            throw error
        }
    }

    /// Waits for the first commit that fails, and throws what it threw: the rail must not go on without its log.
    func untilFailure() async throws {
        for await error in failures.stream { throw error }
    }

    private func append(_ entries: [[UInt8]], firstIndex: Int, _ material: @escaping Material) async throws -> Text {
        try await witnesses.excludeRollback(of: writer, signer: signer)
        let indices = try await writer.append(entries)
        guard indices == Array(firstIndex..<firstIndex + entries.count) else {
            throw RailError(
                .stopped, "the log holds other entries than the journal says", at: "log index \(firstIndex)")
        }
        let checkpoint = try await writer.checkpointToSign()
        var signed = try SignedCheckpoint(checkpoint, signedBy: signer)
        let request = try await request(signed, firstIndex, entries, material)
        let cosignatures = try await validators.cosign(
            signed, request, threshold: trust.genesis.validatorThreshold
        ) { [self] start, end in
            try await earlier(start, end, material)
        }
        signed.add(cosignatures)
        signed.add(try await witnesses.cosign(signed, writer))
        try await writer.commit(signed)
        return try evidence(signed)
    }

    private func request(
        _ signed: SignedCheckpoint, _ firstIndex: Int, _ entries: [[UInt8]], _ material: Material
    ) async throws -> ValidationRequest {
        let (jobs, bindings) = try await material(entries)
        return ValidationRequest(
            checkpoint: Text(String(decoding: signed.bytes, as: UTF8.self)), firstIndex: firstIndex, entries: entries,
            jobs: jobs, bindings: bindings)
    }

    /// For a validator that missed entries `start` to `end`: those up to the first rollup among them, under the
    /// checkpoint of the log as it was then.
    private func earlier(_ start: Int, _ end: Int, _ material: Material) async throws -> ValidationRequest {
        var entries: [[UInt8]] = []
        while start + entries.count < end, entries.count < Self.earlierMax {
            let entry = try await writer.entry(at: start + entries.count)
            entries.append(entry)
            if (try? Envelope(parsing: entry)) != nil { break }
        }
        let size = start + entries.count
        let root = try await writer.read { try $0.root(size: size) }
        let checkpoint = try Checkpoint(origin: signer.key.name, size: size, root: root)
        return try await request(SignedCheckpoint(checkpoint, signedBy: signer), start, entries, material)
    }

    /// A checkpoint as packs hold it: with the lines of the log and its validators. The trust file does not name the
    /// witnesses that are asked over HTTP, and a pack with a line by an unknown key is refused; their lines stand in
    /// the log's own checkpoint.
    func evidence(_ signed: SignedCheckpoint) throws -> Text {
        let lines = signed.note.signatures.filter { line in genesisKeys.contains { $0.signed(line) } }
        return Text(String(decoding: try SignedNote(text: signed.note.text, signatures: lines).bytes, as: UTF8.self))
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
            checkpoint: try evidence(checkpoint),
            genesis: try await logged(0, size: size),
            entries: entries)
    }
}
