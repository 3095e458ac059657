package import Foundation
package import NexusBase

/// Our own golden vectors, `Vectors/<format>/v1/{accept,reject}/NNN-name.json` of the package. Append only: with
/// `NEXUS_WRITE_VECTORS=1` the suites write the files that are missing and never change one that is there.
package enum VectorFolder {
    package static let root: URL = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Vectors")

    package static let package: URL = root.deletingLastPathComponent()

    package static var isWriting: Bool { ProcessInfo.processInfo.environment["NEXUS_WRITE_VECTORS"] == "1" }

    package struct Case: Sendable, CustomStringConvertible {
        package let name: String
        package let isAccept: Bool
        package let json: JSON
        package var description: String { (isAccept ? "accept/" : "reject/") + name }
    }

    /// All cases of a format. An empty folder is a failure of whoever asks, so the list is never silently empty.
    package static func cases(_ format: String, version: Int = 1) throws -> [Case] {
        try ["accept", "reject"].flatMap { kind in
            let folder = root.appendingPathComponent("\(format)/v\(version)/\(kind)")
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return try names.filter { $0.hasSuffix(".json") }.sorted().map { name in
                let bytes = try [UInt8](Data(contentsOf: folder.appendingPathComponent(name)))
                return Case(name: name, isAccept: kind == "accept", json: try JSON(parsing: bytes))
            }
        }
    }

    /// Writes `accept/NNN-name.json` or `reject/…` unless it is there.
    package static func write(
        _ format: String, version: Int = 1, _ kind: String, _ number: Int, _ name: String, _ json: JSON
    ) throws {
        let folder = root.appendingPathComponent("\(format)/v\(version)/\(kind)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        let file = folder.appendingPathComponent("\(padded)-\(name).json")
        guard !FileManager.default.fileExists(atPath: file.path) else { return }
        try Data(json.canonicalBytes + [0x0A]).write(to: file)
    }
}
