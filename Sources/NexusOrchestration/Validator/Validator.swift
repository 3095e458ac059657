import NexusBase
import NexusClause
public import NexusEvidence
import NexusGovernance
public import NexusLog
import NexusTrust

/// A witness of a rail that also checks what the log says: that each rollup rests on quorums, that no occurrence is
/// certified twice, that rollups and governance stand in order. Pure; the shell keeps the entries and signs.
public struct Validator: Sendable {
    private let trust: TrustFile
    private var tree: TreeFrontier
    private var snapshots: [GovernanceSnapshot] = []
    private var occurrences: Set<Digest> = []
    private var rollupHead: Digest
    private var rollupNumber = 0
    private let origin: Text
    /// The log's key in the genesis.
    private let firstKey: VerifierKey

    public init(trust: TrustFile) throws {
        self.trust = trust
        rollupHead = trust.rail
        firstKey = try VerifierKey(parsing: trust.genesis.logKey)
        origin = firstKey.name
        tree = TreeFrontier()
    }

    /// Entries accepted so far.
    public var size: Int { tree.size }

    /// Takes entries that this validator accepted before a restart; they are not checked again.
    public mutating func restore(_ entries: [[UInt8]]) throws { for entry in entries { try take(entry, jobs: nil) } }

    /// Checks a request in full and gives the checkpoint to cosign. Nothing changes when it throws.
    public mutating func examine(_ request: ValidationRequest) throws -> SignedCheckpoint {
        let signed = try SignedCheckpoint(parsing: request.checkpoint.bytes)
        let logKey = try claimedKey(after: request.entries)
        let verified = try signed.verify(origin: origin, by: [logKey])
        guard verified.keys.contains(logKey) else {
            throw EvidenceError(.badCheckpoint, "the log did not sign the checkpoint")
        }
        guard request.firstIndex <= size else {
            throw EvidenceError(.notInLog, "entries \(size) to \(request.firstIndex) are missing", at: "firstIndex")
        }
        var next = self
        // Entries that were accepted before may be sent again after a lost answer.
        let fresh = request.entries.dropFirst(size - request.firstIndex)
        var jobs = request.jobs[...]
        for (offset, entry) in fresh.enumerated() {
            let count = try Self.rollup(entry)?.leaves.count ?? 0
            guard jobs.count >= count else { throw EvidenceError(.noQuorum, "a rollup comes without its quorums") }
            do {
                try next.take(entry, jobs: (Array(jobs.prefix(count)), request.bindings))
            } catch let error as any CodedFailure {
                throw EvidenceError(
                    .mismatch, "entry \(size + offset): \(error.message)", at: error.place, cause: error)
            }
            jobs = jobs.dropFirst(count)
        }
        guard try next.logKey == logKey else {
            throw EvidenceError(.badCheckpoint, "the checkpoint is not signed by the log's key in force")
        }
        guard next.size == signed.checkpoint.size, next.tree.root == signed.checkpoint.root else {
            throw EvidenceError(.badCheckpoint, "the entries do not come to the checkpoint's tree")
        }
        self = next
        return signed
    }

    private var logKey: VerifierKey {
        get throws { try snapshots.last?.logKey ?? firstKey }
    }

    /// The key that signs after these entries, if what they say of it is true.
    private func claimedKey(after entries: [[UInt8]]) throws -> VerifierKey {
        var key = try logKey
        for entry in entries {
            if let rotation = GovernanceEntry.rotation(in: entry), rotation.from == key { key = rotation.to }
        }
        return key
    }

    private static func rollup(_ entry: [UInt8]) throws -> Rollup? {
        guard let envelope = try? Envelope(parsing: entry) else { return nil }
        return try Rollup(in: envelope)
    }

    private mutating func take(
        _ entry: [UInt8], jobs: (decided: [ValidationRequest.DecidedJob], bindings: [Envelope])?
    ) throws {
        let index = size
        if index == 0 {
            guard entry == trust.genesis.bytes else { throw EvidenceError(.mismatch, "not the trust file's genesis") }
            snapshots = [GovernanceSnapshot(genesis: trust.genesis, suites: trust.suites)]
        } else if let rollup = try Self.rollup(entry) {
            try take(rollup, Envelope(parsing: entry), jobs)
        } else {
            var next = snapshots[snapshots.count - 1]
            try next.apply(GovernanceEntry(parsing: entry), at: index)
            snapshots.append(next)
        }
        tree.append(Merkle.leaf(entry))
    }

    private mutating func take(
        _ rollup: Rollup, _ envelope: Envelope,
        _ jobs: (decided: [ValidationRequest.DecidedJob], bindings: [Envelope])?
    ) throws {
        guard let current = snapshots.last else { throw EvidenceError(.notInLog, "the log begins without genesis") }
        try envelope.verify(by: trust.genesis.railKey.verificationKey(), policy: trust.policy)
        guard rollup.rail == trust.rail, rollup.number == rollupNumber + 1, rollup.previous == rollupHead else {
            throw EvidenceError(.mismatch, "rollup \(rollup.number) does not follow rollup \(rollupNumber)")
        }
        guard rollup.governanceNumber == current.number, rollup.snapshot == current.digest else {
            throw EvidenceError(.mismatch, "the rollup names other governance than stands before it in the log")
        }
        if let jobs {
            for (index, job) in jobs.decided.enumerated() {
                let leaf = rollup.leaves[index]
                guard leaf.hash == Merkle.leaf(job.quorum) else {
                    throw EvidenceError(.mismatch, "leaf \(index) is not its quorum statement")
                }
                try PackVerification.checkDecision(
                    quorum: job.quorum, statements: job.statements, bindings: jobs.bindings, trust: trust,
                    snapshots: snapshots, occurrenceID: leaf.occurrenceID,
                    proof: job.proof.map { ($0.result, $0.input) })
            }
        }
        for leaf in rollup.leaves {
            guard leaf.isCorrection || occurrences.insert(leaf.occurrenceID).inserted else {
                throw EvidenceError(.mismatch, "occurrence \(leaf.occurrenceID.short) is certified twice")
            }
            guard !leaf.isCorrection || occurrences.contains(leaf.occurrenceID) else {
                throw EvidenceError(.mismatch, "a correction of what was never certified")
            }
        }
        rollupNumber = rollup.number
        rollupHead = envelope.payloadDigest
    }
}
