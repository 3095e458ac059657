import Foundation
import NexusBase

/// Files as commands use them: bounded reads, whole writes, coded errors that name the file.
enum Files {
    /// Throws `cli.not-found`, `cli.too-large` or `cli.io`.
    static func read(_ path: String, bytesMax: Int) throws -> [UInt8] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandError(.notFound, "there is no such file", at: path)
        }
        guard !isFolder.boolValue else { throw CommandError(.badInput, "a file is needed, this is a folder", at: path) }
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: bytesMax + 1) ?? Data()
            guard data.count <= bytesMax else {
                throw CommandError(.tooLarge, "a file of this kind has at most \(bytesMax) bytes", at: path)
            }
            return Array(data)
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(.inputOutput, "the file cannot be read: \(reason(error))", at: path)
        }
    }

    /// Reads and then decodes; what the decoder refuses is reported with the file and its line.
    static func decode<Value>(_ path: String, bytesMax: Int, _ body: ([UInt8]) throws -> Value) throws -> Value {
        let bytes = try read(path, bytesMax: bytesMax)
        do { return try body(bytes) } catch let error as any CodedFailure {
            throw FileFailure(underlying: error, path: path, source: bytes)
        }
    }

    /// Writes the whole file or nothing. Throws `cli.exists` unless `replacing`, and `cli.io`.
    static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws {
        guard replacing || !FileManager.default.fileExists(atPath: path) else {
            throw CommandError(.exists, "the file is there already", at: path)
        }
        do { try Data(bytes).write(to: URL(filePath: path), options: .atomic) } catch {
            throw CommandError(.inputOutput, "the file cannot be written: \(reason(error))", at: path)
        }
    }

    /// Only the owner may read and write it.
    static func makePrivate(_ path: String) throws {
        guard chmod(path, 0o600) == 0 else {
            throw CommandError(.inputOutput, "the file's mode cannot be set", at: path)
        }
    }

    static func makeFolder(_ path: String) throws {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw CommandError(.inputOutput, "the folder cannot be made: \(reason(error))", at: path)
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The names in a folder with an ending, sorted by their bytes. Throws `cli.not-found`.
    static func names(in folder: String, ending: String) throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw CommandError(.notFound, "there is no such folder", at: folder)
        }
        return names.filter { $0.hasSuffix(ending) }.sorted { Text($0) < Text($1) }
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty || folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    static func name(of path: String) -> String { (path as NSString).lastPathComponent }

    private static func reason(_ error: any Error) -> String {
        let foundation = error as NSError
        if let cause = foundation.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(cause.code)))
        }
        return foundation.localizedDescription
    }
}
