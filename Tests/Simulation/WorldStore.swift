import NexusBase
import NexusLog
package import NexusLogStore
import NexusOrchestration
import NexusTestSupport
import NexusTrust

/// A world's disk: the journal's file, and the log's folder under the real log store. A world without one writes
/// through at once.
package struct WorldStore {
    package var journal = SimulatedJournal()
    package let files: FaultyFileSystem
    package var log: LogState
    /// Records that are written, and not all of them synced: their effects wait.
    var held: [(record: Int, bytes: [UInt8], effects: [Effect])] = []
    /// How many of them were handed to the disk.
    var writing = 0
    var isSyncing = false
    /// The state where the story began, and how many records led there: all of them durable long since.
    let base: Orchestrator
    let baseCount: Int
    /// Nothing more fits on the disk.
    var isFull = false
    /// Somebody changed what was durable: a refusal to start is right.
    var isDamaged = false
    /// The next sync is done and says that it failed.
    var failsAfterEffect = false
    var syncMilliseconds = 1...8

    init(_ world: World) throws {
        files = FaultyFileSystem()
        log = try Self.open(files)
        base = world.core
        baseCount = world.journal.count
        guard let checkpoint = world.log.checkpoint else { return }
        _ = try log.append(world.log.entries)
        try log.commit(SignedCheckpoint(parsing: checkpoint.bytes))
    }

    static func open(_ files: FaultyFileSystem) throws -> LogState {
        try LogState(files: files, origin: Party.log.key.name, keys: [Party.log.key])
    }

    /// A disk of its own with the same content.
    func copy() throws -> WorldStore {
        try WorldStore(copying: self)
    }

    private init(copying other: WorldStore) throws {
        files = other.files.copy()
        log = try Self.open(files)
        base = other.base
        baseCount = other.baseCount
        journal = other.journal
    }

    /// The size of the checkpoint that would be there after a loss of power.
    var durableLogSize: Int {
        guard let bytes = files.durableContents(of: "checkpoint") else { return 0 }
        return (try? SignedCheckpoint(parsing: bytes).checkpoint.size) ?? 0
    }
}
