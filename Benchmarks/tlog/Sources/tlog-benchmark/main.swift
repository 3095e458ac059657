import Foundation
import NexusBase
import NexusLog
import NexusLogStore
import NexusWitness

let clock = ContinuousClock()
let payload = [UInt8](repeating: 0x2A, count: 1_000)
let origin: Text = "bench.example/log"
let signer = try Ed25519NoteSigner(name: origin, seed: [UInt8](repeating: 1, count: 32))
let base = CommandLine.arguments.dropFirst().first ?? NSTemporaryDirectory()

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

func time(_ body: () async throws -> Void) async rethrows -> Double {
    let start = clock.now
    try await body()
    return seconds(start.duration(to: clock.now))
}

func row(_ name: String, _ value: String) { print("| \(name) | \(value) |") }
func shown(_ value: Double) -> String { value >= 100 ? "\(Int(value))" : String(format: "%.2f", value) }

func folder() throws -> String {
    let path = base + "/nexus-log-bench-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}

func entry(_ number: Int) -> [UInt8] { Array("\(number) ".utf8) + payload }

/// Entries a second from many callers of one entry each, durable on return; with `publish` for each group of commits.
func appends(callers: Int, each: Int) async throws -> Double {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let log = try LogWriter(directory: path, origin: origin, keys: [signer.key])
    let taken = try await time {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask { for number in 0..<each { _ = try await log.append([entry(caller * each + number)]) } }
            }
            try await group.waitForAll()
        }
    }
    await log.close()
    return Double(callers * each) / taken
}

/// Entries a second in batches, each with a published checkpoint that `witnesses` cosigned one after the other.
func batches(_ batch: Int, _ count: Int, cosigners: [any NoteSigner]) async throws -> Double {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let log = try LogWriter(directory: path + "/log", origin: origin, keys: [signer.key])
    var client: WitnessClient?
    if !cosigners.isEmpty {
        let witness = try Witness(
            directory: path + "/witness", logs: [WitnessedLog(origin: origin, keys: [signer.key])], signers: cosigners)
        client = WitnessClient(keys: witness.keys) { body in
            let response = await witness.addCheckpoint(body, now: Instant(milliseconds: 1_700_000_000_000))
            return (response.status, response.body)
        }
    }
    var known = 0
    let taken = try await time {
        for number in 0..<count {
            _ = try await log.append((0..<batch).map { entry(number * batch + $0) })
            var signed = try SignedCheckpoint(await log.checkpointToSign(), signedBy: signer)
            if let client {
                signed.add(
                    try await client.cosign(signed, from: known) { try await log.consistencyProof(from: $0, to: $1) })
                known = signed.checkpoint.size
            }
            try await log.commit(signed)
        }
    }
    await log.close()
    return Double(batch * count) / taken
}

/// Tiles a second, read and parsed from files that are warm, at random.
func tileReads() async throws -> (tiles: Double, entries: Double, check: Double) {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let size = 65_536
    let log = try LogWriter(directory: path, origin: origin, keys: [signer.key])
    for start in stride(from: 0, to: size, by: 4_096) { _ = try await log.append((start..<start + 4_096).map(entry)) }
    try await log.commit(SignedCheckpoint(await log.checkpointToSign(), signedBy: signer))
    let reader = log.reader
    var state: UInt64 = 1
    func next() -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % (size / 256)
    }
    let tiles = try await time { for _ in 0..<20_000 { _ = try reader.tile(TileID(.hashes(level: 0), index: next())) } }
    let bundles = try await time { for _ in 0..<500 { _ = try reader.entries(TileID(.entries, index: next())) } }
    let check = try await time { _ = try LogCheck.run(reader, origin: origin, keys: [signer.key]) }
    await log.close()
    return (20_000 / tiles, 500 * 256 / bundles, Double(size) / check)
}

/// A tree of any size whose leaves are all the same: then every perfect subtree of a height has the same hash, and a
/// tile is 256 times one hash. Proofs and their checking cost what they cost in a tree of different leaves, and no leaf
/// is made.
struct EvenTree {
    let heights: [Digest]
    let size: Int

    init(size: Int) {
        self.size = size
        heights = (0..<62).reduce(into: [Merkle.leaf([])]) { hashes, _ in
            hashes.append(Merkle.node(hashes.last!, hashes.last!))
        }
    }

    var root: Digest {
        get throws { try TreeProof.hash(of: 0..<size) { heights[$0.level] } }
    }

    func tiles(for ranges: [Range<Int>]) throws -> TileSet {
        TileSet(
            try TileSet.needed(for: ranges, size: size).map { id in
                guard case .hashes(let level) = id.content else { preconditionFailure("a tile of hashes") }
                return try Tile(id, hashes: [Digest](repeating: heights[8 * level], count: id.width))
            })
    }
}

func proofs(_ size: Int) async throws {
    let tree = EvenTree(size: size)
    let root = try tree.root
    let index = size / 3
    let ranges = try TreeProof.inclusion(of: index, in: 0..<size)
    let tiles = try tree.tiles(for: ranges)
    let proof = try tiles.hashes(of: ranges)
    let rounds = 2_000
    let made = try await time {
        for _ in 0..<rounds { _ = try tiles.hashes(of: TreeProof.inclusion(of: index, in: 0..<size)) }
    }
    let checked = try await time {
        for _ in 0..<rounds {
            try TreeProof.verifyInclusion(leaf: tree.heights[0], index: index, size: size, path: proof, root: root)
        }
    }
    let old = size / 2 + 1
    let wanted = try TreeProof.consistency(of: 0..<old, in: size)
    let consistency = try tree.tiles(for: wanted).hashes(of: wanted)
    let oldRoot = try EvenTree(size: old).root
    let grown = try await time {
        for _ in 0..<rounds {
            try TreeProof.verifyConsistency(
                oldSize: old, oldRoot: oldRoot, newSize: size, newRoot: root, proof: consistency)
        }
    }
    let needed = TileSet.needed(for: ranges, size: size).count
    print(
        "| \(size) | \(proof.count) hashes, \(32 * proof.count) B | \(needed) tiles | \(shown(made / Double(rounds) * 1e6)) µs "
            + "| \(shown(checked / Double(rounds) * 1e6)) µs | \(consistency.count) hashes | \(shown(grown / Double(rounds) * 1e6)) µs |"
    )
}

/// What hashing alone allows, entries of 1,000 bytes: the leaf and its share of the nodes and tiles.
func hashing() async -> Double {
    let entries = (0..<4_096).map(entry)
    var edge = TileEdge()
    let taken = await time { for _ in 0..<16 { for entry in entries { _ = edge.append(Merkle.leaf(entry)) } } }
    return Double(16 * entries.count) / taken
}

print("| what | a second |\n|---|---|")
let durable = try await appends(callers: 256, each: 80)
row("durable appends, 256 callers of one entry each", shown(durable))
row("durable appends, 1,024 callers of one entry each", shown(try await appends(callers: 1_024, each: 20)))
row("durable appends in batches of 256, a checkpoint each", shown(try await batches(256, 80, cosigners: [])))
let witness = try Ed25519NoteSigner(name: "w", seed: [UInt8](repeating: 2, count: 32), type: .cosignatureEd25519)
let quantum = try MLDSA44NoteSigner(name: "w", seed: [UInt8](repeating: 3, count: 32))
row(
    "the same, each checkpoint cosigned (Ed25519) by a durable witness",
    shown(try await batches(256, 80, cosigners: [witness])))
row(
    "the same, cosigned with Ed25519 and ML-DSA-44",
    shown(try await batches(256, 80, cosigners: [witness, quantum])))
row("single entries, each with a checkpoint, cosigned", shown(try await batches(1, 200, cosigners: [witness])))
let reads = try await tileReads()
row("tiles read and parsed, warm, one thread", shown(reads.tiles))
row("entries read from bundles, warm, one thread", shown(reads.entries))
row("entries checked by fsck, every byte", shown(reads.check))
let hashes = await hashing()
row("entries that hashing alone allows, one thread", shown(hashes))
row("hashing's share of a durable append", String(format: "%.1f %%", durable / hashes * 100))
print(
    "\n| entries | inclusion proof | from | made in | checked in | consistency proof | checked in |\n|---|---|---|---|---|---|---|"
)
for size in [1_000, 1_000_000, 100_000_000] { try await proofs(size) }
