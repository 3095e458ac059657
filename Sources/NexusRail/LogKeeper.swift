import Logging
import NexusAnchor
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusLogStore
import NexusMesh
import NexusOrchestration
import NexusTrust
import Synchronization

/// A rotation of a key and where it stands in the log.
struct LoggedRotation: Sendable {
    let index: Int
    let rotation: GovernanceSnapshot.KeyRotation
}

/// Takes entries into the log: append, sign a checkpoint, collect the validators' and the witnesses' cosignatures,
/// publish.
final class LogKeeper: Sendable {
    /// What the rollups among some entries rest on: their decided jobs, in order, and the bindings of the nodes.
    typealias Material =
        @Sendable ([[UInt8]]) async throws -> (jobs: [ValidationRequest.DecidedJob], bindings: [Envelope])

    /// Entries without a rollup that a validator takes in one step of catching up.
    private static let earlierMax = 64

    let writer: LogWriter
    let folder: RailFolder
    private let trust: TrustFile
    private let validators: ValidatorSessions
    private let witnesses: HTTPWitnesses
    private let origin: Text
    private let firstKeys: CheckpointKeys
    private let rotations: Mutex<[LoggedRotation]>
    let shown = Mutex(Shown())
    private let signers: Mutex<[Ed25519NoteSigner]>
    private let logger: Logger
    private let failures = AsyncStream<any Error>.makeStream(bufferingPolicy: .bufferingOldest(1))

    /// Opens the log. Blocks.
    init(
        folder: RailFolder, trust: TrustFile, rotations: [LoggedRotation], validators: ValidatorSessions,
        witnesses: HTTPWitnesses, logger: Logger
    ) throws {
        firstKeys = try CheckpointKeys(trust: trust)
        origin = firstKeys.log.name
        // Past keys, and those that a rotation in the log may have brought in before the journal knew.
        let known = rotations.map(\.rotation.to).filter { $0.type == .ed25519 }
        let held = try folder.logSigners(origin: origin)
        signers = Mutex(held)
        writer = try LogWriter(
            directory: folder.log, origin: origin, keys: [firstKeys.log] + known + held.map(\.key))
        self.folder = folder
        self.trust = trust
        self.validators = validators
        self.witnesses = witnesses
        self.rotations = Mutex(rotations)
        self.logger = logger
    }

    /// The keys in force for a checkpoint of `size`.
    func keys(at size: Int) -> CheckpointKeys {
        var keys = firstKeys
        keys.rotate(rotations.withLock { $0.filter { $0.index < size }.map(\.rotation) })
        return keys
    }

    /// Signs for the log with the key in force at `size`.
    private func signer(at size: Int) async throws -> Ed25519NoteSigner {
        let key = keys(at: size).log
        if let signer = signers.withLock({ $0 }).first(where: { $0.key == key }) { return signer }
        // The file of a key that was made since.
        let found = try await writer.read { [folder, origin] _ in try folder.logSigners(origin: origin) }
        signers.withLock { $0 = found }
        guard let signer = found.first(where: { $0.key == key }) else {
            throw RailError(.notFound, "no key file of the log's key in force: \(key.text)", at: folder.path)
        }
        return signer
    }

    /// Rotations among entries from `firstIndex` on; taken once.
    private func take(_ entries: [[UInt8]], from firstIndex: Int) async throws {
        for (offset, bytes) in entries.enumerated() {
            guard let found = GovernanceEntry.rotation(in: bytes) else { continue }
            let rotation = LoggedRotation(index: firstIndex + offset, rotation: found)
            rotations.withLock { known in
                if !known.contains(where: { $0.index == rotation.index }) { known.append(rotation) }
            }
            if rotation.rotation.to.type == .ed25519 { try await writer.admit(rotation.rotation.to) }
        }
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
        try await witnesses.excludeRollback(of: writer, signer: signer(at: writer.size))
        let indices = try await writer.append(entries)
        guard indices == Array(firstIndex..<firstIndex + entries.count) else {
            throw RailError(
                .stopped, "the log holds other entries than the journal says", at: "log index \(firstIndex)")
        }
        try await take(entries, from: firstIndex)
        let checkpoint = try await writer.checkpointToSign()
        var signed = try SignedCheckpoint(checkpoint, signedBy: try await signer(at: checkpoint.size))
        let request = try await request(signed, firstIndex, entries, material)
        let cosignatures = try await validators.cosign(
            signed, request, by: keys(at: checkpoint.size).validators, threshold: trust.genesis.validatorThreshold
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
        let checkpoint = try Checkpoint(origin: origin, size: size, root: root)
        let signed = try SignedCheckpoint(checkpoint, signedBy: await signer(at: size))
        return try await request(signed, start, entries, material)
    }

    /// A checkpoint as nodes are told it: with the lines of the log and its validators, which is all that they trust.
    func evidence(_ signed: SignedCheckpoint) throws -> Text {
        var keys = try CheckpointKeys(trust: trust.with(witnesses: nil, timeStampRoots: []))
        let size = signed.checkpoint.size
        keys.rotate(rotations.withLock { $0.filter { $0.index < size }.map(\.rotation) })
        return try keys.note(of: signed)
    }

    /// What a pack of an entry rests on: the note, its anchors, and the rotations after governance entry `number`.
    struct Published: Sendable {
        let note: Text
        let size: Int
        let root: Digest
        let anchors: [Anchor]
        let rotations: [Int]
    }

    /// The earliest anchored checkpoint that covers entry `index`, since it says most about when; else the latest one.
    func published(covering index: Int, after number: Int) async throws -> Published {
        guard let latest = writer.latestCheckpoint else {
            throw RailError(.notCertified, "the log has no checkpoint yet")
        }
        let found = try await anchored(covering: index)
        let size = found?.size ?? latest.checkpoint.size
        let later = rotations.withLock { known in
            known.filter { $0.rotation.entry > number && $0.index < size }.map(\.index)
        }
        if let found {
            return Published(
                note: found.file.note, size: size, root: found.root, anchors: found.file.anchors, rotations: later)
        }
        return Published(
            note: try keys(at: size).note(of: latest), size: size, root: latest.checkpoint.root, anchors: [],
            rotations: later)
    }

    /// An anchored checkpoint that packs can rest on: of this log's tree, with all that the trust file asks.
    private func anchored(covering index: Int) async throws -> (size: Int, root: Digest, file: AnchoredCheckpoint)? {
        let size = writer.size
        let sizes = try await writer.read { [folder] _ in folder.anchoredSizes() }
        for candidate in sizes where candidate > index && candidate <= size {
            do {
                let (file, root) = try await writer.read { [folder] reader in
                    (try folder.anchored(candidate), try reader.root(size: candidate))
                }
                let signed = try SignedCheckpoint(parsing: file.note.bytes)
                guard signed.checkpoint.size == candidate, signed.checkpoint.root == root else { continue }
                _ = try keys(at: candidate).verify(signed, trust: trust)
                return (candidate, root, file)
            } catch {
                logger.warning("an anchored checkpoint is of no use", metadata: ["reason": "\(error)"])
            }
        }
        return nil
    }

    /// Governance up to its entry `number`, whose log indices are given, for nodes.
    func governance(_ indices: [Int]) async throws -> GovernanceEvidence? {
        guard let checkpoint = writer.latestCheckpoint else { return nil }
        let size = checkpoint.checkpoint.size
        var entries: [EvidencePack.LogEntry] = []
        for index in indices where index < size { entries.append(try await shared(index, size: size)) }
        return GovernanceEvidence(
            checkpoint: try evidence(checkpoint),
            genesis: try await shared(0, size: size),
            entries: entries)
    }
}
