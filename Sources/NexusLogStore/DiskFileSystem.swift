import Foundation
import NexusBase

/// The operating system's files below one folder.
package struct DiskFileSystem: LogFileSystem {
    private let root: String

    /// Makes the folder if it is not there.
    package init(directory: String, create: Bool) throws {
        root = directory
        guard create else { return }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw LogStoreError(.inputOutput, "cannot make the log's folder", at: directory, cause: error)
        }
    }

    private func full(_ path: String) -> String { path.isEmpty ? root : root + "/" + path }

    private static func failure(_ task: String, _ path: String) -> LogStoreError {
        let number = errno
        let code: LogStoreError.Code = number == ENOSPC || number == EDQUOT ? .diskFull : .inputOutput
        return LogStoreError(code, "\(task): \(String(cString: strerror(number)))", at: path)
    }

    package func contents(of path: String) throws -> [UInt8]? {
        let descriptor = open(full(path), O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT || errno == ENOTDIR { return nil }
        guard descriptor >= 0 else { throw Self.failure("cannot open", path) }
        defer { _ = Foundation.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure("cannot read", path) }
        guard status.st_size <= LogStoreLimits.bundleBytesMax else {
            throw LogStoreError(.damaged, "the file is larger than any of a log", at: path)
        }
        let size = Int(status.st_size)
        var count = 0
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            while count < size {
                let got = Foundation.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { break }
                count += got
            }
            initialized = count
        }
        if failed { throw Self.failure("cannot read", path) }
        return bytes
    }

    package func names(in directory: String) throws -> [String] {
        guard let stream = opendir(full(directory)) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw Self.failure("cannot list", directory)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    package func makeDirectory(_ path: String) throws {
        guard mkdir(full(path), 0o755) == 0 || errno == EEXIST else { throw Self.failure("cannot make", path) }
    }

    package func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(full(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure("cannot open", path) }
        defer { _ = Foundation.close(descriptor) }
        var offset = 0
        while offset < bytes.count {
            let wrote = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            if wrote < 0, errno == EINTR { continue }
            guard wrote > 0 else { throw Self.failure("cannot write", path) }
            offset += wrote
        }
        guard fsync(descriptor) == 0 else { throw Self.failure("cannot sync", path) }
    }

    package func rename(_ path: String, to target: String) throws {
        guard Foundation.rename(full(path), full(target)) == 0 else { throw Self.failure("cannot rename", path) }
    }

    package func synchronizeDirectory(_ path: String) throws {
        let descriptor = open(full(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("cannot open", path) }
        defer { _ = Foundation.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.failure("cannot sync", path) }
    }

    package func remove(_ path: String) throws {
        guard Foundation.remove(full(path)) == 0 || errno == ENOENT else { throw Self.failure("cannot remove", path) }
    }

    private final class Lock: Sendable {
        private let descriptor: CInt
        init(_ descriptor: CInt) { self.descriptor = descriptor }
        deinit {
            // Closing alone leaves the lock to a process that is being started just now and has not let go yet.
            flock(descriptor, LOCK_UN)
            _ = Foundation.close(descriptor)
        }
    }

    package func lock(_ path: String) throws -> any Sendable {
        let descriptor = open(full(path), O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure("cannot open", path) }
        let lock = Lock(descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw LogStoreError(.locked, "another writer has the log open", at: path)
        }
        return lock
    }
}
