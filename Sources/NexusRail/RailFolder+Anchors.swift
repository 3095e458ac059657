import Foundation
package import NexusAnchor
package import NexusBase
package import NexusLog

/// Anchored checkpoints beside the log: made by `nexus log anchor`, taken into packs.
extension RailFolder {
    /// Sizes of the anchored checkpoints, ascending. Blocks.
    package func anchoredSizes() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: anchors)) ?? []
        return names.compactMap { $0.hasSuffix(".json") ? Int($0.dropLast(5)) : nil }.sorted()
    }

    /// Blocks. Throws as `AnchoredCheckpoint` does.
    package func anchored(_ size: Int) throws -> AnchoredCheckpoint {
        try AnchoredCheckpoint(parsing: read("anchors/\(size).json"))
    }

    /// Adds an anchor of `note`, a checkpoint of `size`; durable on return. Blocks.
    package func add(_ anchor: Anchor, of note: Text, size: Int) throws {
        var anchors: [Anchor] = []
        if anchoredSizes().contains(size) {
            let known = try anchored(size)
            guard known.note == note else {
                throw RailError(.exists, "another note of this size is anchored", at: "anchors/\(size).json")
            }
            anchors = known.anchors
        }
        try write(AnchoredCheckpoint(note: note, anchors: anchors + [anchor]).bytes, "anchors/\(size).json")
    }
}
