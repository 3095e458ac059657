import Foundation
import NexusBase
import NexusTestInputs
import Testing

@testable import NexusLog

/// The published proof vectors of the transparency-dev Merkle library. Each file says whether it must be refused.
/// A number or hash that our types cannot hold counts as refused: nothing outside them is ever accepted.
@Suite(.enabled(if: Vectors.has("merkle"))) struct MerkleVectors {
    struct Case: Decodable {
        let desc: String
        let wantErr: Bool
        let proof: [Data]?
        let leafIdx: UInt64?
        let treeSize: UInt64?
        let start: UInt64?
        let end: UInt64?
        let size: UInt64?
        let size1: UInt64?
        let size2: UInt64?
        let leafHash: Data?
        let root: Data?
        let root1: Data?
        let root2: Data?
    }

    static func cases(_ folder: String) throws -> [(name: String, value: Case)] {
        try Vectors.files(under: "merkle/" + folder).map {
            ($0.path, try JSONDecoder().decode(Case.self, from: Data(contentsOf: $0)))
        }
    }

    func check(_ folder: String, atLeast: Int, _ body: (Case) throws -> Void) throws {
        var counts = (accepted: 0, refused: 0)
        for (name, value) in try Self.cases(folder) {
            var refusal: (any Error)?
            do { try body(value) } catch { refusal = error }
            #expect((refusal != nil) == value.wantErr, "\(name): \(value.desc): \(String(describing: refusal))")
            if value.wantErr { counts.refused += 1 } else { counts.accepted += 1 }
        }
        print("merkle/\(folder): \(counts.accepted) to accept, \(counts.refused) to refuse")
        #expect(counts.accepted > 0 && counts.refused > 0 && counts.accepted + counts.refused >= atLeast)
    }

    func digests(_ value: [Data]?) throws -> [Digest] { try (value ?? []).map { try Digest(bytes: $0) } }
    func bytes(_ value: Data?) throws -> [UInt8] { [UInt8](try #require(value)) }
    func range(_ value: Case) throws -> Range<Int> {
        let (start, end) = try (unsigned(value.start), unsigned(value.end))
        guard start <= end, let end = Int(exactly: end) else { throw LogError(.outOfRange, "not a range") }
        return Int(start)..<end
    }
    func unsigned(_ value: UInt64?) throws -> UInt64 { try #require(value) }
    func size(_ value: UInt64?) throws -> Int {
        guard let size = try Int(exactly: unsigned(value)) else { throw LogError(.outOfRange, "too large a tree") }
        return size
    }

    @Test func `inclusion proofs verify or are refused as the vectors say`() throws {
        try check("inclusion", atLeast: 81) { value in
            try TreeProof.verifyInclusion(
                leaf: Digest(bytes: bytes(value.leafHash)), index: size(value.leafIdx), size: size(value.treeSize),
                path: digests(value.proof), root: Digest(bytes: bytes(value.root)))
        }
    }

    @Test func `consistency proofs verify or are refused as the vectors say`() throws {
        try check("consistency", atLeast: 82) { value in
            try TreeProof.verifyConsistency(
                oldSize: size(value.size1), oldRoot: bytes(value.root1), newSize: size(value.size2),
                newRoot: bytes(value.root2), proof: digests(value.proof))
        }
    }

    @Test func `subtree inclusion proofs verify or are refused as the vectors say`() throws {
        try check("subtreeinclusion", atLeast: 169) { value in
            try TreeProof.verifyInclusion(
                leaf: Digest(bytes: bytes(value.leafHash)), index: size(value.leafIdx), in: range(value),
                path: digests(value.proof), hash: Digest(bytes: bytes(value.root)))
        }
    }

    @Test func `subtree consistency proofs verify or are refused as the vectors say`() throws {
        try check("subtreeconsistency", atLeast: 95) { value in
            try TreeProof.verifyConsistency(
                of: range(value), hash: bytes(value.root1), in: size(value.size), root: bytes(value.root2),
                proof: digests(value.proof))
        }
    }
}
