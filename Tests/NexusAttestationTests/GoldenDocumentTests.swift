import Foundation
import NexusBase
import Testing

@testable import NexusAttestation

/// `Vectors/attestation/v1/{accept,reject}`: documents, and what becomes of them.
@Suite("Golden vectors of attestation-v1")
struct GoldenDocumentTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Vectors/attestation/v1")

    static func files(_ kind: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appendingPathComponent(kind), includingPropertiesForKeys: nil
        )
        .sorted { $0.path < $1.path }
    }

    private static func outcome(_ file: URL) throws -> (expected: Text, found: Text) {
        var fields = try Fields(JSON(parsing: [UInt8](Data(contentsOf: file))), at: file.lastPathComponent)
        let document = try fields.bytes("document")
        let date = try fields.instant("date")
        let type = try fields.text("type")
        let expected = try fields.object("expect") { expect in
            try expect.optionalText("code") ?? expect.optionalText("kind") ?? expect.text("digest")
        }
        do {
            guard type == "evidence" else { return (expected, try ReferenceValues(parsing: document).digest.text) }
            let evidence = try AttestationEvidence(parsing: document)
            #expect(evidence.json.canonicalBytes == document)
            return (expected, Text(try evidence.verify(in: .init(roots: [:], date: date)).kind.rawValue))
        } catch let error as any CodedFailure {
            return (expected, Text(error.qualifiedCode))
        }
    }

    @Test("Each is accepted or refused as it says", arguments: ["accept", "reject"])
    func documents(_ kind: String) throws {
        let files = try Self.files(kind)
        #expect(files.count >= (kind == "accept" ? 3 : 16))
        for file in files {
            let outcome = try Self.outcome(file)
            #expect(outcome.expected == outcome.found, "\(file.lastPathComponent)")
            #expect(outcome.expected.string.hasPrefix("attestation.") == (kind == "reject"))
        }
        print("GoldenVectors: attestation \(kind), \(files.count) documents")
    }
}
