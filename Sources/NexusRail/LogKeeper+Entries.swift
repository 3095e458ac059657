import NexusBase
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusLogStore
import NexusTrust
import Synchronization

/// Entries of the log as packs show them, with their proofs.
extension LogKeeper {
    /// What was read of the entries that every pack shows: the genesis, governance and rotations. They are few.
    struct Shown {
        var entries: [Int: [UInt8]] = [:]
        /// Proofs under the tree of one size, that of the latest packs.
        var size = 0
        var paths: [Int: [Digest]] = [:]
        var admissions: [Int: Admission?] = [:]
    }

    /// A decision that let a node in, and where it stands in the log.
    struct Admission: Sendable {
        let logIndex: Int
        let node: DID
        let evidence: Digest?
    }

    /// An entry with its proof. `bytes` is what the journal says that stands there: if the tree holds that, the log's
    /// bundle, of up to 256 entries, need not be read.
    func logged(_ index: Int, as bytes: [UInt8], under published: Published) async throws -> EvidencePack.LogEntry {
        let path = try await writer.inclusionProof(of: index, size: published.size)
        let root = try Merkle.root(from: Merkle.leaf(bytes), at: index, of: published.size, path: path)
        let found = root == published.root ? bytes : try await writer.entry(at: index)
        return EvidencePack.LogEntry(bytes: found, index: index, path: path)
    }

    /// An entry that every pack shows, with its proof. Each is read once, its proof once for every size of the tree.
    func shared(_ index: Int, size: Int) async throws -> EvidencePack.LogEntry {
        let bytes = try await sharedBytes(of: index)
        if let path = shown.withLock({ $0.size == size ? $0.paths[index] : nil }) {
            return .init(bytes: bytes, index: index, path: path)
        }
        let path = try await writer.inclusionProof(of: index, size: size)
        shown.withLock { shown in
            if shown.size != size { (shown.size, shown.paths) = (size, [:]) }
            shown.paths[index] = path
        }
        return .init(bytes: bytes, index: index, path: path)
    }

    /// The bytes of an entry that every pack shows.
    func sharedBytes(of index: Int) async throws -> [UInt8] {
        if let known = shown.withLock({ $0.entries[index] }) { return known }
        let bytes = try await writer.entry(at: index)
        shown.withLock { $0.entries[index] = bytes }
        return bytes
    }

    /// The admission that entry `index` of governance is; nil if it decides something else.
    func admission(at index: Int) async throws -> Admission? {
        if let known = shown.withLock({ $0.admissions[index] }) { return known }
        let entry = try GovernanceEntry(parsing: await sharedBytes(of: index))
        var admission: Admission?
        if case .admitNode(let application, _) = entry.proposal.decision {
            admission = Admission(logIndex: index, node: application.node, evidence: application.evidence)
        }
        shown.withLock { [admission] in $0.admissions[index] = .some(admission) }
        return admission
    }
}
