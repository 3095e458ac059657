import Foundation
import NexusTestInputs

extension Vectors {
    static func files(under name: String) -> [URL] {
        let found = FileManager.default.enumerator(
            at: root.appendingPathComponent(name), includingPropertiesForKeys: nil)
        return (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    }
}
