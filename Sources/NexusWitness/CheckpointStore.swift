import Foundation
import NexusBase
import NexusLog

/// The latest checkpoint of each log, one file each, in a folder that one process holds.
/// A file is `<hexadecimal SHA-256 of the origin>.checkpoint` with the signed note as it was received.
final class CheckpointStore: Sendable {
    private let directory: String
    private let lock: CInt

    /// Makes the folder if it is not there. Throws `witness.locked` or `.input-output`.
    init(directory: String) throws {
        self.directory = directory
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch { throw WitnessError(.inputOutput, "cannot make the witness's folder", at: directory, cause: error) }
        lock = open(directory + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw Self.failure("cannot open the lock", directory) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            _ = Foundation.close(lock)
            throw WitnessError(.locked, "another witness has the folder", at: directory)
        }
    }

    deinit { _ = Foundation.close(lock) }

    private static func failure(_ task: String, _ path: String) -> WitnessError {
        WitnessError(.inputOutput, "\(task): \(String(cString: strerror(errno)))", at: path)
    }

    static func name(of origin: Text) -> String { Digest(of: origin.utf8).hex + ".checkpoint" }

    /// All that is stored. Throws `witness.damaged` for a file that is not what its name says.
    func load() throws -> [SignedCheckpoint] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter {
            $0.hasSuffix(".checkpoint")
        }
        return try names.sorted().map { name in
            let path = directory + "/" + name
            guard let data = FileManager.default.contents(atPath: path),
                let stored = try? SignedCheckpoint(parsing: [UInt8](data)),
                Self.name(of: stored.checkpoint.origin).utf8.elementsEqual(name.utf8)
            else { throw WitnessError(.damaged, "not a checkpoint of the log that its name says", at: path) }
            return stored
        }
    }

    /// Replaces a log's checkpoint; durable on return. Throws `witness.input-output`.
    func save(_ checkpoint: SignedCheckpoint) throws {
        let path = directory + "/" + Self.name(of: checkpoint.checkpoint.origin)
        let descriptor = open(path + ".tmp", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure("cannot open", path) }
        defer { _ = Foundation.close(descriptor) }
        let bytes = checkpoint.bytes
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw Self.failure("cannot write", path)
        }
        guard rename(path + ".tmp", path) == 0 else { throw Self.failure("cannot rename", path) }
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.failure("cannot open", directory) }
        defer { _ = Foundation.close(folder) }
        guard fsync(folder) == 0 else { throw Self.failure("cannot sync", directory) }
    }
}
