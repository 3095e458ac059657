import NexusBase
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusLogStore

/// A rail's log as its governance tells it: whose keys signed what, and which entries must stay.
struct RailLog {
    let snapshot: GovernanceSnapshot
    /// Log indices of the genesis and of all governance.
    let governance: Set<Int>
    /// Each rotation with the log index of its entry.
    let rotations: [(index: Int, rotation: GovernanceSnapshot.KeyRotation)]

    /// Reads the log's first `size` entries and folds its governance. What does not fold is passed over here: packs
    /// and validators refuse it. Entries that were taken out are none of governance.
    init(_ reader: LogReader, size: Int, genesis: Genesis) throws {
        var snapshot = GovernanceSnapshot(genesis: genesis)
        var governance: Set<Int> = [0]
        var rotations: [(index: Int, rotation: GovernanceSnapshot.KeyRotation)] = []
        let pruned = try reader.prunedBundles()
        var index = 0
        while index < size {
            let id = TileID.bundle(holding: index, size: size)
            defer { index += LogLimits.tileWidth }
            if id.isFull, pruned.contains(id.index) { continue }
            for (offset, bytes) in try reader.entries(id).enumerated() {
                guard let entry = try? GovernanceEntry(parsing: bytes) else { continue }
                let before = snapshot.rotations.count
                guard (try? snapshot.apply(entry, at: index + offset)) != nil else { continue }
                governance.insert(index + offset)
                for rotation in snapshot.rotations.dropFirst(before) { rotations.append((index + offset, rotation)) }
            }
        }
        self.snapshot = snapshot
        self.governance = governance
        self.rotations = rotations
    }

    /// The log's keys, the first one and all that it was rotated to.
    var logKeys: [VerifierKey] {
        get throws {
            let first = try VerifierKey(parsing: snapshot.genesis.logKey)
            return [first] + snapshot.rotations.map(\.to).filter { $0.type == first.type }
        }
    }

    /// The keys in force for a checkpoint of `size`.
    func keys(at size: Int, trust: TrustFile) throws -> CheckpointKeys {
        var keys = try CheckpointKeys(trust: trust)
        keys.rotate(rotations.filter { $0.index < size }.map(\.rotation))
        return keys
    }
}
