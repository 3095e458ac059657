import NexusBase

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files that only their owner may use: mode 0600 in a folder of mode 0700.
enum PrivateFile {
    static func read(_ path: String, bytesMax: Int) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        try checkFolder(of: path)
        let status = try checkPrivate(file, path, S_IFREG)
        guard status.st_size <= bytesMax else { throw KeyError(.malformed, "\(path) has more than \(bytesMax) bytes") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: bytesMax + 1)
        while true {
            let count = system { Self.read(file, into: &buffer) }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= bytesMax else { throw KeyError(.malformed, "\(path) has more than \(bytesMax) bytes") }
        }
    }

    static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws {
        let folder = folder(of: path)
        try makeFolder(folder)
        try checkFolder(of: path)
        var template = Array("\(folder)/.key-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw failure("create a file in", folder) }
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            close(file)
            unlink(temporary)
        }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        guard fchmod(file, 0o600) == 0 else { throw failure("chmod", temporary) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = system { Self.write(file, rest) }
            guard count > 0 else { throw failure("write", temporary) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw failure("fsync", temporary) }
        // link refuses an existing name where rename would replace it.
        guard (replacing ? rename(temporary, path) : link(temporary, path)) == 0 else { throw failure("name", path) }
        try syncFolder(folder)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func makeFolder(_ folder: String) throws {
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw failure("make the folder", folder) }
        try makeFolder(self.folder(of: folder))
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure("make the folder", folder) }
    }

    private static func checkFolder(of path: String) throws {
        let folder = folder(of: path)
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open the folder", folder) }
        defer { close(file) }
        _ = try checkPrivate(file, folder, S_IFDIR)
    }

    private static func checkPrivate(_ file: Int32, _ path: String, _ kind: mode_t) throws -> stat {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("stat", path) }
        guard status.st_mode & S_IFMT == kind else {
            throw KeyError(.openMode, "\(path) is not a \(kind == S_IFREG ? "regular file" : "folder")")
        }
        guard status.st_uid == geteuid() else { throw KeyError(.openMode, "\(path) belongs to another user") }
        guard status.st_mode & 0o077 == 0 else {
            let mode = kind == S_IFREG ? "600" : "700"
            throw KeyError(.openMode, "group or others may use \(path): chmod \(mode) it")
        }
        return status
    }

    private static func syncFolder(_ folder: String) throws {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open the folder", folder) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("fsync", folder) }
    }

    private static func failure(_ what: String, _ path: String) -> KeyError {
        let number = errno
        switch number {
        case ENOENT: return KeyError(.notFound, "no such file: \(path)")
        case EEXIST: return KeyError(.exists, "\(path) is there already")
        case ELOOP: return KeyError(.openMode, "\(path) is a symbolic link")
        default: return KeyError(.io, "could not \(what) \(path): error \(number)")
        }
    }

    private static func system(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    private static func read(_ file: Int32, into buffer: inout [UInt8]) -> Int {
        let count = buffer.count
        #if canImport(Glibc)
            return Glibc.read(file, &buffer, count)
        #elseif canImport(Musl)
            return Musl.read(file, &buffer, count)
        #else
            return Darwin.read(file, &buffer, count)
        #endif
    }

    private static func write(_ file: Int32, _ bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes { buffer in
            #if canImport(Glibc)
                Glibc.write(file, buffer.baseAddress, buffer.count)
            #elseif canImport(Musl)
                Musl.write(file, buffer.baseAddress, buffer.count)
            #else
                Darwin.write(file, buffer.baseAddress, buffer.count)
            #endif
        }
    }
}
