import Foundation
import NIOPosix
import NexusLog
package import NexusLogStore

/// A log's folder as static files (c2sp.org/tlog-tiles): the checkpoint, tiles of hashes and bundles of entries.
///
/// A path is served only if it is the one path of the checkpoint or of a tile; every other spelling (dots, percent
/// signs, needless slashes, the lock, drafts) is not found, before any file is looked for.
package struct StaticLog: Sendable {
    private let reader: LogReader

    package init(_ reader: LogReader) { self.reader = reader }

    /// How long a copy of a file may be used.
    enum Caching: String {
        /// A full tile or bundle never changes.
        case immutable = "public, max-age=31536000, immutable"
        /// A partial one is deleted when the full one is there.
        case partial = "public, max-age=60"
        case checkpoint = "public, max-age=5"
        case none = "no-store"
    }

    /// Answers `GET` or `HEAD` of a path that begins with a slash. The file is read off the cooperative threads.
    package func answer(method: String, path: String) async -> HTTPAnswer {
        guard method == "GET" || method == "HEAD" else { return .notAllowed("GET, HEAD") }
        guard let file = Self.file(path) else { return .notFound }
        let bytes: [UInt8]?
        do {
            bytes = try await NIOThreadPool.singleton.runIfActive { [reader] in try reader.file(file.name) }
        } catch {
            return HTTPAnswer(500, text: "the log cannot be read\n")
        }
        guard let bytes else { return .notFound }
        return HTTPAnswer(
            status: 200,
            headers: [
                .init(name: "cache-control", value: file.caching.rawValue),
                .init(name: "content-type", value: file.type),
                // Any page may verify a public log.
                .init(name: "access-control-allow-origin", value: "*"),
                .init(name: "x-content-type-options", value: "nosniff"),
            ], body: bytes)
    }

    private static func file(_ path: String) -> (name: String, caching: Caching, type: String)? {
        guard path.utf8.first == 0x2F else { return nil }
        let name = String(path.dropFirst())
        if name.utf8.elementsEqual("checkpoint".utf8) {
            return (name, .checkpoint, "text/plain; charset=utf-8")
        }
        guard let id = try? TileID(path: name) else { return nil }
        return (name, id.isFull ? .immutable : .partial, "application/octet-stream")
    }
}
