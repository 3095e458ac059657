import Foundation
import NexusBase
import NexusTestInputs
import Testing

@testable import NexusLog

/// A 15-entry log made by the reference implementation, and a checkpoint of the Go checksum database.
@Suite(.enabled(if: Vectors.has("tlog"))) struct TlogVectors {
    static let keyText: Text = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

    func tile(_ id: TileID) throws -> Tile { try Tile(id, bytes: Vectors.bytes("tlog/" + id.path)) }

    @Test func `the log is read and verified at every size`() throws {
        let key = try VerifierKey(parsing: Self.keyText)
        var entries: [[UInt8]] = []
        var roots: [Digest] = []
        for size in 0...15 {
            let bytes = try Vectors.bytes("tlog/checkpoint.\(size)")
            let signed = try SignedCheckpoint(parsing: bytes)
            #expect(signed.bytes == bytes)
            let signatures = try signed.verify(origin: "example.com/log/testdata", by: [key])
            #expect(signatures.keys == [key] && signatures.unknown.isEmpty)
            #expect(signed.checkpoint.size == size)
            roots.append(signed.checkpoint.root)
            if size == 0 { continue }

            let bundle = TileID.bundle(holding: size - 1, size: size)
            entries = try EntryBundle.entries(in: Vectors.bytes("tlog/" + bundle.path), width: bundle.width)
            #expect(try EntryBundle.bytes(of: entries) == Vectors.bytes("tlog/" + bundle.path))
            let leaves = entries.map { Merkle.leaf($0) }
            let edge = try TileEdge(size: size, tiles: TileID.edge(size: size).map(tile))
            #expect(edge.root == signed.checkpoint.root)
            #expect(edge.partialTiles[0].hashes == leaves)
            let tiles = TileSet([try tile(TileID(.hashes(level: 0), index: 0, width: size))])
            for index in 0..<size {
                let path = try tiles.hashes(of: TreeProof.inclusion(of: index, in: 0..<size))
                try TreeProof.verifyInclusion(
                    leaf: leaves[index], index: index, size: size, path: path, root: roots[size])
            }
            for old in 1...size {
                let proof = try tiles.hashes(of: TreeProof.consistency(of: 0..<old, in: size))
                try TreeProof.verifyConsistency(
                    oldSize: old, oldRoot: roots[old], newSize: size, newRoot: roots[size], proof: proof)
            }
        }
        #expect(entries.count == 15)
        #expect(entries[2] == Array("three".utf8))
    }

    @Test func `the Go checksum database's checkpoint verifies with its published key`() throws {
        let key = try VerifierKey(parsing: "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
        let bytes = try Vectors.bytes("tlog/gosum-checkpoint.txt")
        let signed = try SignedCheckpoint(parsing: bytes)
        #expect(try signed.verify(origin: "go.sum database tree", by: [key]).keys == [key])
        #expect(signed.checkpoint.size == 35_225_469)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(throws: LogError.self) {
                try SignedCheckpoint(parsing: changed).verify(origin: "go.sum database tree", by: [key])
            }
        }
    }
}
