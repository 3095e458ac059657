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

    /// Takes what an entry decides, if it is a rotation.
    mutating func rotate(_ decision: Proposal.Decision) throws {
        guard case .rotateKey(let from, let to, _) = decision else { return }
        rotate(from: try VerifierKey(parsing: from), to: try VerifierKey(parsing: to))
    }

    /// The note as packs hold it: with the lines by these keys only.
    public func note(of signed: SignedCheckpoint) throws -> Text {
        let lines = signed.note.signatures.filter { line in all.contains { $0.signed(line) } }
        return Text(String(decoding: try SignedNote(text: signed.note.text, signatures: lines).bytes, as: UTF8.self))
    }
}
