import NexusBase
import NexusLog
import NexusLogStore
import NexusSimulation
import NexusTestInputs
import NexusTestSupport

/// Folders of a log with one file cut or one bit flipped: the check finds it, or everything that was acknowledged is
/// there; and a writer that opens the folder all the same signs nothing else for a size that was signed.
struct Images {
    private let files = FaultyFileSystem()
    private var entries: [[UInt8]] = []
    private var roots: [Int: Digest] = [:]
    private var refused = 0
    private var whole = 0

    /// A log of three bundles, with a checkpoint after each batch.
    init() throws {
        var log = try Self.open(files)
        for count in [3, 250, 3, 256, 90] {
            let batch = (entries.count..<entries.count + count).map { Array("entry \($0)".utf8) }
            _ = try log.append(batch)
            entries += batch
            let checkpoint = try log.checkpointToSign()
            roots[checkpoint.size] = checkpoint.root
            try log.commit(SignedCheckpoint(checkpoint, signedBy: Party.log))
        }
    }

    private static func open(_ files: FaultyFileSystem) throws -> LogState {
        try LogState(files: files, origin: Party.log.key.name, keys: [Party.log.key])
    }

    mutating func run(_ count: Int) -> Bool {
        var dice = SplitMix64(seed: 3)
        let paths = files.paths
        var broken: [String] = []
        for image in 0..<count {
            let copy = files.copy()
            let path = paths[image % paths.count]
            let isCut = image / paths.count % 2 == 0
            let (place, bit) = (dice.draw(0...1_000_000), dice.draw(0...7))
            copy.tamper(path) { bytes in
                guard !bytes.isEmpty else { return }
                if isCut {
                    bytes = Array(bytes.prefix(place % bytes.count))
                } else {
                    bytes[place % bytes.count] ^= 1 << UInt8(bit)
                }
            }
            if let what = fault(of: copy) {
                broken.append("\(path), \(isCut ? "cut" : "flipped") at \(place): \(what)")
            }
        }
        for one in broken.prefix(10) { print("BROKEN \(one)") }
        print(
            "images: \(count) folders, \(refused) found damaged, \(whole) with all their entries,",
            "\(broken.count) violations")
        return broken.isEmpty
    }

    private mutating func fault(of copy: FaultyFileSystem) -> String? {
        do {
            let report = try LogCheck.run(
                LogReader(files: copy), origin: Party.log.key.name, keys: [Party.log.key])
            guard report.size == entries.count, report.root == roots[entries.count] else {
                return "the check passes a log of \(report.size)"
            }
            whole += 1
        } catch {
            refused += 1
        }
        // The writer looks at the edge alone; whatever it finds, it must not sign two trees of one size.
        guard var log = try? Self.open(copy) else { return nil }
        guard let again = try? log.checkpointToSign() else { return nil }
        guard let root = roots[again.size] else { return "a log of \(again.size) would be signed" }
        return root == again.root ? nil : "another tree of \(again.size) would be signed"
    }
}
