import Foundation

/// The vectors' folder: `NEXUS_VECTORS`, or `../shared/vectors` beside the package.
enum Vectors {
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["NEXUS_VECTORS"] { return URL(fileURLWithPath: path) }
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/vectors")
    }()

    /// Whether a folder of vectors is there; says so if not, since a skipped suite should be seen.
    static func has(_ name: String) -> Bool {
        let path = root.appendingPathComponent(name).path
        let isThere = FileManager.default.fileExists(atPath: path)
        if !isThere { print("skipped: no vectors at \(path)") }
        return isThere
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: root.appendingPathComponent(path)))
    }

    static func files(under name: String) -> [URL] {
        let found = FileManager.default.enumerator(
            at: root.appendingPathComponent(name), includingPropertiesForKeys: nil)
        return (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    }
}
