import Foundation
import NexusBase
import NexusLog
import Synchronization

@testable import NexusWitness

let origin: Text = "rail.example/log"

func logSigner(_ seed: UInt8 = 1) throws -> Ed25519NoteSigner {
    try Ed25519NoteSigner(name: origin, seed: [UInt8](repeating: seed, count: 32))
}

func witnessSigner(_ seed: UInt8 = 2) throws -> Ed25519NoteSigner {
    try Ed25519NoteSigner(
        name: Text("witness\(seed).example"), seed: [UInt8](repeating: seed, count: 32), type: .cosignatureEd25519)
}

/// A log in memory, whose history can be rewritten.
struct TestLog: Sendable {
    var entries: [[UInt8]] = []
    var leaves: [Digest] { entries.map { Merkle.leaf($0) } }

    init(_ count: Int, _ name: String = "entry") { entries = (0..<count).map { Array("\(name) \($0)".utf8) } }

    func checkpoint(_ size: Int? = nil, seed: UInt8 = 1) throws -> SignedCheckpoint {
        let size = size ?? entries.count
        return try SignedCheckpoint(
            Checkpoint(origin: origin, size: size, root: Merkle.root(leaves[..<size])), signedBy: logSigner(seed))
    }

    func proof(_ old: Int, _ new: Int) throws -> [Digest] {
        try TreeProof.consistency(of: 0..<old, in: new).map { Merkle.root(leaves[$0]) }
    }

    func request(_ old: Int, _ new: Int) throws -> AddCheckpointRequest {
        AddCheckpointRequest(oldSize: old, proof: old == 0 ? [] : try proof(old, new), checkpoint: try checkpoint(new))
    }

    /// The files that a server of this log has.
    func files(checkpoint size: Int? = nil) throws -> [String: [UInt8]] {
        var files = ["checkpoint": try checkpoint(size).bytes]
        var edge = TileEdge()
        for leaf in leaves { for tile in edge.append(leaf) { files[tile.id.path] = tile.bytes } }
        for tile in edge.partialTiles { files[tile.id.path] = tile.bytes }
        for start in stride(from: 0, to: entries.count, by: 256) {
            let id = TileID.bundle(holding: start, size: entries.count)
            files[id.path] = try EntryBundle.bytes(of: entries[start..<min(entries.count, start + 256)])
        }
        return files
    }

    func fetch() throws -> LogMonitor.Fetch {
        let files = try files()
        return { files[$0] }
    }
}

final class Folder: Sendable {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "nexus-witness-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

func code(_ body: () async throws -> Void) async -> WitnessError.Code? {
    do {
        try await body()
        return nil
    } catch { return (error as? WitnessError)?.code }
}

let now = Instant(milliseconds: 1_700_000_000_500)
