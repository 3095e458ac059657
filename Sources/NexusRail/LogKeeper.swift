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
    init(folder: RailFolder, trust: TrustFile, signer: Ed25519NoteSigner, validators: ValidatorSessions, logger: Logger)
        throws
    {
        writer = try LogWriter(directory: folder.log, origin: signer.key.name, keys: [signer.key])
        self.signer = signer
        self.trust = trust
        self.validators = validators
        self.logger = logger
    }

    /// Durable and cosigned on return. Idempotent: entries that are there already keep their places.
    func commit(_ entries: [[UInt8]], firstIndex: Int, jobs: [ValidationRequest.DecidedJob], bindings: [Envelope])
        async throws
        -> Text
    {
        let indices = try await writer.append(entries)
        guard indices == Array(firstIndex..<firstIndex + entries.count) else {
            throw RailError(
                .stopped, "the log holds other entries than the journal says", at: "log index \(firstIndex)")
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
            checkpoint: Text(String(decoding: checkpoint.bytes, as: UTF8.self)),
            genesis: try await logged(0, size: size),
            entries: entries)
    }
}
