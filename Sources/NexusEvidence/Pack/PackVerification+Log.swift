import NexusAnchor
import NexusBase
import NexusClause
import NexusGovernance
import NexusLog
import NexusTrust

extension PackVerification {
    mutating func verifyCheckpoint() throws -> String {
        let signed = try SignedCheckpoint(parsing: pack.checkpoint.bytes)
        let keys = try keysInForce()
        let found = try keys.verify(signed, trust: trust)
        cosigners = (found.validators.map(\.name), found.witnesses.map(\.name))
        checkpoint = signed.checkpoint
        anchored = try verifyAnchors()
        let size = "size \(signed.checkpoint.size), signed by \(keys.log.name)"
        let others = trust.witnesses.map { " and \(found.witnesses.count) of \($0.keys.count) witnesses" } ?? ""
        let stamped = anchored.first { $0.isTrusted }.map { ", no later than \($0.time)" } ?? ""
        return "\(size) and \(found.validators.count) of \(keys.validators.count) validators\(others)\(stamped)"
    }

    /// The keys that the rotations of this pack lead to. Rotations are believed here, and what does not read is passed
    /// over: the check of the governance reads and verifies every one.
    private func keysInForce() throws -> CheckpointKeys {
        var keys = try CheckpointKeys(trust: trust)
        for logged in pack.governance + pack.rotations {
            if let rotation = GovernanceEntry.rotation(in: logged.bytes) { keys.rotate([rotation]) }
        }
        return keys
    }

    private func verifyAnchors() throws -> [AnchoredTime] {
        try pack.anchors.enumerated().map { index, anchor in
            let place = "pack.anchors[\(index)]"
            guard anchor.kind == TimeStampVerifier.kind else {
                throw EvidenceError(.badAnchor, "no kind of anchor that is known here: \(anchor.kind)", at: place)
            }
            do {
                return try TimeStampVerifier(roots: trust.timeStampRoots)
                    .verify(anchor.proof, over: pack.checkpoint.bytes)
            } catch let error as AnchorError {
                throw EvidenceError(.badAnchor, "\(error.code.rawValue): \(error.message)", at: place, cause: error)
            }
        }
    }

    private func requireLogged(_ entry: EvidencePack.LogEntry, at place: String) throws {
        guard let checkpoint else { preconditionFailure("checked before the checkpoint") }
        let root: Digest
        do {
            root = try Merkle.root(
                from: Merkle.leaf(entry.bytes), at: entry.index, of: checkpoint.size, path: entry.path)
        } catch let error as BaseError {
            throw EvidenceError(.notInLog, error.message, at: place, cause: error)
        }
        try require(root == checkpoint.root, .notInLog, "the path does not lead to the checkpoint's root", at: place)
    }

    mutating func verifyGenesis() throws -> String {
        try require(
            pack.genesis.bytes == trust.genesis.bytes, .mismatch, "not the trust file's genesis", at: "pack.genesis")
        try require(
            pack.genesis.index == 0, .mismatch, "the genesis is the log's first entry", at: "pack.genesis.index")
        try requireLogged(pack.genesis, at: "pack.genesis")
        snapshots = [GovernanceSnapshot(genesis: trust.genesis, suites: trust.suites)]
        let committee = trust.genesis.committee
        return "committee of \(committee.keys.count), \(committee.threshold) decide"
    }

    mutating func verifyGovernance() throws -> String {
        var lastIndex = 0
        for (offset, logged) in pack.governance.enumerated() {
            let place = "pack.governance[\(offset)]"
            try requireLogged(logged, at: place)
            try require(logged.index > lastIndex, .mismatch, "entries stand in the log's order", at: "\(place).index")
            lastIndex = logged.index
            var next = current
            try next.apply(GovernanceEntry(parsing: logged.bytes), at: logged.index)
            snapshots.append(next)
        }
        try verifyRotations(after: lastIndex)
        return "\(pack.governance.count) entries, each in the log with its votes"
    }

    /// Rotations after the governance that the rollup names. What came between is not shown: each has its own votes.
    private func verifyRotations(after index: Int) throws {
        var (later, lastIndex) = (current, index)
        for (offset, logged) in pack.rotations.enumerated() {
            let place = "pack.rotations[\(offset)]"
            try requireLogged(logged, at: place)
            try require(logged.index > lastIndex, .mismatch, "entries stand in the log's order", at: "\(place).index")
            lastIndex = logged.index
            try later.applyRotation(GovernanceEntry(parsing: logged.bytes))
        }
    }

    mutating func verifyRollup(_ quorum: QuorumStatement) throws -> String {
        try requireLogged(pack.rollup, at: "pack.rollup.entry")
        let envelope = try Envelope(parsing: pack.rollup.bytes)
        try require(envelope.signatures.count == 1, .mismatch, "the rail alone signs a rollup", at: "pack.rollup.entry")
        try envelope.verify(by: trust.genesis.railKey.verificationKey(), policy: trust.policy)
        let rollup = try Rollup(in: envelope)
        try require(rollup.rail == trust.rail, .otherRail, "the rollup is of another rail", at: "rollup.rail")
        try require(
            pack.rollup.index > current.logIndex, .mismatch, "governance that came after the rollup",
            at: "pack.governance")
        try require(
            rollup.leaves.indices.contains(pack.leafIndex), .mismatch, "no such leaf", at: "pack.rollup.leafIndex")
        let leaf = rollup.leaves[pack.leafIndex]
        try require(leaf.hash == Merkle.leaf(pack.quorum), .mismatch, "the leaf is not this job's", at: "pack.quorum")
        try require(leaf.occurrenceID == quorum.occurrenceID, .mismatch, "another occurrence", at: "rollup.leaves")
        try require(
            leaf.isCorrection == (quorum.supersedes != nil), .mismatch, "a correction says so", at: "rollup.leaves")
        try require(
            rollup.governanceNumber == current.number && rollup.snapshot == current.digest, .mismatch,
            "the pack's governance is not the one the rollup was sealed under", at: "rollup.governance")
        self.rollup = rollup
        return
            "number \(rollup.number), leaf \(pack.leafIndex + 1) of \(rollup.leaves.count), log index \(pack.rollup.index)"
    }

    /// The clause, which its issuer published and the committee made active before the rollup.
    func findClause() throws -> Clause {
        try require(quorum.rail == trust.rail, .otherRail, "the statement is of another rail", at: "quorum.rail")
        guard let published = current.clause(quorum.clause) else {
            throw EvidenceError(.mismatch, "the clause is not published on this rail", at: "quorum.clause")
        }
        try require(published.clause.id == quorum.clauseID, .mismatch, "another clause", at: "quorum.clause.id")
        try require(published.activatedBy != nil, .notEntitled, "the clause never became active", at: "quorum.clause")
        let window = published.clause.validity
        let isInside = window.from <= quorum.acknowledgedAt && window.until.map { quorum.acknowledgedAt < $0 } ?? true
        try require(isInside, .notEntitled, "outside the clause's window", at: "quorum.acknowledgedAt")
        let kinds = published.clause.trigger.kinds.map { Text($0.rawValue) }
        try require(
            kinds.contains(quorum.trigger.kind), .notEntitled, "no trigger of this clause", at: "quorum.trigger")
        return published.clause
    }
}
