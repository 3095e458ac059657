import Foundation
import NexusBase

/// The evidence documents in a rail's folder, `evidence/<hex>.json`. Those that admissions name stay for ever: packs
/// show them, and any job may be asked for its pack. Nodes are asked for evidence on a schedule, so the others go.
struct EvidenceShelf: Sendable {
    /// How long a document stays that nothing needs: what a committee votes on may have been shown days before.
    static let keptMin = Duration.seconds(7 * 86_400)
    static let sweepEvery = Duration.seconds(3600)

    let folder: RailFolder

    private func name(_ digest: Digest) -> String { "evidence/\(digest.hex).json" }

    /// Durable on return. Throws `rail.input-output`.
    func keep(_ document: [UInt8], _ digest: Digest) throws { try folder.write(document, name(digest)) }

    /// Throws `rail.not-found`.
    func read(_ digest: Digest) throws -> [UInt8] { try folder.read(name(digest)) }

    func has(_ digest: Digest) -> Bool { folder.has(name(digest)) }

    /// Removes the documents that are older than `keptMin` and not among those needed; says how many. Blocks.
    func sweep(needed: Set<Digest>, now: Instant) -> Int {
        let files = FileManager.default
        let place = "\(folder.path)/evidence"
        let names = Set(needed.map { "\($0.hex).json" })
        var removed = 0
        for name in (try? files.contentsOfDirectory(atPath: place)) ?? [] where !names.contains(name) {
            let path = "\(place)/\(name)"
            guard name.hasSuffix(".json"),
                let written = try? files.attributesOfItem(atPath: path)[.modificationDate] as? Date,
                Instant(milliseconds: Int64(written.timeIntervalSince1970 * 1000)) + Self.keptMin < now,
                (try? files.removeItem(atPath: path)) != nil
            else { continue }
            removed += 1
        }
        return removed
    }
}
