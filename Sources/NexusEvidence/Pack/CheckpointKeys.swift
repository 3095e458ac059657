public import NexusBase
public import NexusGovernance
public import NexusLog

/// Who signs a rail's checkpoints: its log, its validators and the trust file's witnesses, each with the key that is in
/// force after the rotations that the log holds (governance-entry-v1, `key.rotate`).
public struct CheckpointKeys: Sendable, Hashable {
    public private(set) var log: VerifierKey
    public private(set) var validators: [VerifierKey]
    public private(set) var witnesses: [VerifierKey]

    /// Before any rotation. Throws `log.*` for a genesis whose keys do not read.
    public init(trust: TrustFile) throws {
        log = try VerifierKey(parsing: trust.genesis.logKey)
        validators = try trust.genesis.validators.map { try VerifierKey(parsing: $0) }
        witnesses = trust.witnesses?.keys ?? []
    }

    public var all: [VerifierKey] { [log] + validators + witnesses }

    /// Takes a rotation. One of a key that is nobody's here, such as another's witness, changes nothing.
    public mutating func rotate(from old: VerifierKey, to new: VerifierKey) {
        if log == old { log = new }
        validators = validators.map { $0 == old ? new : $0 }
        witnesses = witnesses.map { $0 == old ? new : $0 }
    }

    public mutating func rotate(_ rotations: [GovernanceSnapshot.KeyRotation]) {
        for rotation in rotations { rotate(from: rotation.from, to: rotation.to) }
    }

    /// Who cosigned a checkpoint that the trust file takes.
    public struct Cosigners: Sendable, Hashable {
        public let validators: [VerifierKey]
        public let witnesses: [VerifierKey]
    }

    /// Checks what a trust file asks of a checkpoint: signed by the log, by no unknown key and by none twice, by enough
    /// validators and enough witnesses. Throws `log.*` or `evidence.bad-checkpoint`.
    public func verify(_ signed: SignedCheckpoint, trust: TrustFile) throws -> Cosigners {
        let verified = try signed.verify(origin: log.name, by: all)
        func require(_ holds: Bool, _ message: @autoclosure () -> String) throws {
            guard holds else { throw EvidenceError(.badCheckpoint, message()) }
        }
        try require(verified.keys.contains(log), "the log did not sign the checkpoint")
        if let stranger = verified.unknown.first {
            throw EvidenceError(.badCheckpoint, "a signature by a key that the trust file lacks: \(stranger.name)")
        }
        try require(signed.note.signatures.count == verified.keys.count, "a key signed the checkpoint twice")
        let found = Cosigners(
            validators: validators.filter(verified.keys.contains), witnesses: witnesses.filter(verified.keys.contains))
        let wanted = (trust.genesis.validatorThreshold, trust.witnesses?.threshold ?? 0)
        try require(
            found.validators.count >= wanted.0, "\(found.validators.count) of the \(wanted.0) cosignatures needed")
        try require(
            found.witnesses.count >= wanted.1, "\(found.witnesses.count) of the \(wanted.1) witnesses needed")
        return found
    }

    /// The note as packs hold it: with the lines by these keys only.
    public func note(of signed: SignedCheckpoint) throws -> Text {
        let lines = signed.note.signatures.filter { line in all.contains { $0.signed(line) } }
        return Text(String(decoding: try SignedNote(text: signed.note.text, signatures: lines).bytes, as: UTF8.self))
    }
}
