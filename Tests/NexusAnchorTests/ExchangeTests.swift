import NexusBase
import NexusLog
import Testing

@testable import NexusAnchor

@Suite struct ExchangeTests {
    @Test func `an anchored checkpoint is the file that it was read from`() throws {
        let anchor = try Anchor(kind: "rfc3161", proof: [1, 2])
        let file = AnchoredCheckpoint(note: "a\n1\n\n", anchors: [anchor])
        #expect(try AnchoredCheckpoint(parsing: file.bytes) == file)
        #expect(throws: AnchorError(.badFile, "")) {
            try AnchoredCheckpoint(parsing: AnchoredCheckpoint(note: "a", anchors: []).bytes)
        }
        #expect(throws: LogError(.badAnchor, "")) { try Anchor(kind: "", proof: [1]) }
        #expect(throws: LogError(.badAnchor, "")) { try Anchor(kind: "k", proof: []) }
        let most = [UInt8](repeating: 1, count: LogLimits.anchorBytesMax)
        _ = try Anchor(kind: "k", proof: most)
        #expect(throws: LogError(.badAnchor, "")) { try Anchor(kind: "k", proof: most + [1]) }
    }
}
