import Foundation
import NexusBase
import NexusMesh
import Testing

@testable import NexusRail

@Suite struct EvidenceShelfTests {
    @Test func `documents that nothing needs go after a week, those that admissions name stay`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "nexus-shelf-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let shelf = EvidenceShelf(folder: RailFolder(path))
        #expect(shelf.sweep(needed: [], now: .now) == 0, "a rail without evidence")
        let documents: [[UInt8]] = [[1], [2], [3]]
        let digests = documents.map { Digest(of: $0) }
        for (document, digest) in zip(documents, digests) { try shelf.keep(document, digest) }
        let week = Date().addingTimeInterval(-8 * 86_400)
        for digest in digests.prefix(2) {
            try FileManager.default.setAttributes(
                [.modificationDate: week], ofItemAtPath: "\(path)/evidence/\(digest.hex).json")
        }
        #expect(shelf.sweep(needed: [digests[0]], now: .now) == 1)
        #expect(shelf.has(digests[0]), "named, however old")
        #expect(!shelf.has(digests[1]))
        #expect(try shelf.read(digests[2]) == [3], "young: a committee may be voting on it")
        // Shown again, it counts as young.
        try shelf.keep(documents[1], digests[1])
        #expect(shelf.sweep(needed: [], now: .now) == 1 && shelf.has(digests[1]) && !shelf.has(digests[0]))
    }
}
