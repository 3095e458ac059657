import Foundation
import NexusBase
import NexusClause

/// A clause in a file: YAML as people write it, or canonical JSON (`*.json`).
struct ClauseFile {
    let path: String
    let source: [UInt8]
    let clause: Clause

    /// `path` may be a folder that holds `clause.yaml`. Errors name file, line and column.
    init(_ path: String) throws {
        let file = Files.isFolder(path) ? Files.join(path, "clause.yaml") : path
        self.path = file
        source = try Files.read(file, bytesMax: ClauseLimits.documentBytesMax)
        do {
            clause = file.hasSuffix(".json") ? try Clause(canonical: source) : try Clause(yaml: source)
        } catch let error as any CodedFailure {
            throw FileFailure(underlying: error, path: file, source: source)
        }
    }

    /// The digest that stands for a module that was not built yet.
    static let placeholder = "sha256:" + String(repeating: "0", count: 64)

    /// The YAML text with another digest in its `module:` line and every other byte kept.
    /// Throws `cli.bad-input` if there is no such line, or more than one.
    static func replacingModule(in source: [UInt8], by digest: Digest) throws -> [UInt8] {
        let old = try Clause(yaml: source).computation.module
        var lines = source.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        let matches = lines.indices.filter { index in
            let line = lines[index].drop { $0 == " " }
            return line.hasPrefix("module:") && line.contains(old.description)
        }
        guard matches.count == 1 else {
            throw CommandError(
                .badInput, "the line `module: \(old)` is not there exactly once; write it so, on a line of its own")
        }
        guard let range = lines[matches[0]].range(of: old.description) else { return source }
        lines[matches[0]].replaceSubrange(range, with: digest.description)
        let changed = Array(lines.joined(separator: "\n").utf8)
        // Nothing but the digest may have changed, whatever the text around it looked like.
        guard try Clause(yaml: changed).computation.module == digest else {
            throw CommandError(.badInput, "the `module:` line could not be changed")
        }
        return changed
    }
}
