import NexusBase
public import NexusLog

extension GovernanceSnapshot {
    /// The log's key in force: the genesis's, or what it was rotated to.
    public var logKey: VerifierKey {
        get throws { try inForce(VerifierKey(parsing: genesis.logKey)) }
    }

    /// What a key was rotated to, or itself.
    public func inForce(_ key: VerifierKey) -> VerifierKey {
        var found = key
        // In order of decision, so one pass follows a chain of rotations.
        for rotation in rotations where rotation.from == found { found = rotation.to }
        return found
    }

    /// Takes a rotation (governance-entry-v1, `key.rotate`). Whether a cosigner's key is a validator's or a witness's
    /// is not asked: trust files name witnesses, the genesis does not. Throws `governance.not-allowed`.
    mutating func rotate(_ from: Text, _ to: Text, entry: Int) throws {
        func fail(_ message: String) -> GovernanceError { GovernanceError(.notAllowed, message, at: "key.rotate") }
        let (old, new): (VerifierKey, VerifierKey)
        do { (old, new) = (try VerifierKey(parsing: from), try VerifierKey(parsing: to)) } catch let error as LogError {
            throw fail(error.message)
        }
        let isLog = old.type == .ed25519
        guard isLog == (new.type == .ed25519) else { throw fail("a log's key and a cosigner's are two things") }
        guard !rotations.contains(where: { $0.from == old }) else { throw fail("the key gave way before") }
        if isLog {
            guard try logKey == old else { throw fail("the log's key in force gives way, no other") }
            guard old.name == new.name else { throw fail("the log keeps its origin, the name of its key") }
        }
        let known = try ([genesis.logKey] + genesis.validators).map { try VerifierKey(parsing: $0) }
        let taken = (known + rotations.flatMap { [$0.from, $0.to] } + [old]).map(\.publicKey)
        guard !taken.contains(new.publicKey) else { throw fail("the new key stood somewhere before") }
        rotations.append(KeyRotation(from: old, to: new, entry: entry))
    }

    /// Takes a rotation whose predecessors are not at hand: its votes and the rotation itself are checked, the chain is
    /// not. Throws as `apply`, and `governance.not-allowed` for another decision.
    package mutating func applyRotation(_ entry: GovernanceEntry) throws {
        guard case .rotateKey(let from, let to, _) = entry.proposal.decision, entry.number > number else {
            throw GovernanceError(.notAllowed, "a later rotation of a key is needed here", at: "governanceEntry")
        }
        _ = try check(entry.proposal, ballots: entry.ballots)
        try rotate(from, to, entry: entry.number)
        number = entry.number
    }
}

extension GovernanceEntry {
    /// The rotation that an entry of the log decides, or nil for anything else. Nothing is verified.
    package static func rotation(in bytes: [UInt8]) -> GovernanceSnapshot.KeyRotation? {
        // Canonical: the first member of an entry is its ballots. Rollups, which are large, are not read for nothing.
        guard bytes.starts(with: "{\"ballots\":".utf8), let entry = try? GovernanceEntry(parsing: bytes),
            case .rotateKey(let from, let to, _) = entry.proposal.decision,
            let old = try? VerifierKey(parsing: from), let new = try? VerifierKey(parsing: to)
        else { return nil }
        return GovernanceSnapshot.KeyRotation(from: old, to: new, entry: entry.number)
    }
}
