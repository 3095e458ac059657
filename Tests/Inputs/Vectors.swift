package import Foundation

/// Conformance data of other projects: `NEXUS_VECTORS`, or `../shared/vectors` beside the package.
package enum Vectors {
    package static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["NEXUS_VECTORS"] { return URL(fileURLWithPath: path) }
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/vectors")
    }()

    /// Whether a folder of vectors is there; says so if not, since a skipped suite should be seen.
    package static func has(_ name: String) -> Bool {
        let path = root.appendingPathComponent(name).path
        let isThere = FileManager.default.fileExists(atPath: path)
        if !isThere { print("skipped: no vectors at \(path)") }
        return isThere
    }

    package static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: root.appendingPathComponent(path)))
    }
}
