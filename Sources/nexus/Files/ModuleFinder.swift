import Foundation
import NexusBase
import NexusRuntime

/// Finds the module that a clause names, by digest, never by name.
struct ModuleFinder {
    /// A file that must be the one, or nil.
    let file: String?
    /// Folders whose `*.wasm` and `*.nxn` files are looked at.
    let folders: [String]

    /// Throws `cli.module-not-found` with the places that were searched, or `runtime.wrong-module` for a named file.
    func module(_ digest: Digest) throws -> [UInt8] {
        if let file {
            let bytes = try Files.read(file, bytesMax: RuntimeLimits.moduleBytesMax)
            guard Digest(of: bytes) == digest else {
                throw FileFailure(
                    underlying: RuntimeError(
                        .wrongModule, "the clause names \(digest.short), this is \(Digest(of: bytes).short)"),
                    path: file, source: nil)
            }
            return bytes
        }
        for folder in folders where Files.isFolder(folder) {
            for name in try Files.names(in: folder, ending: ".wasm") + Files.names(in: folder, ending: ".nxn") {
                let path = Files.join(folder, name)
                guard let bytes = try? Files.read(path, bytesMax: RuntimeLimits.moduleBytesMax) else { continue }
                if Digest(of: bytes) == digest { return bytes }
            }
        }
        throw CommandError(
            .moduleNotFound, "no module with digest \(digest) in \(folders.joined(separator: ", "))")
    }
}

/// Finds the guest library that models are built with.
enum GuestLibrary {
    private static let name = "Guests/NexusGuest"

    /// `named`, else `$NEXUS_HOME/share/NexusGuest`, else `Guests/NexusGuest` in the working folder, beside the model
    /// or beside the executable, or in any folder above these. Throws `cli.guest-not-found`.
    static func locate(_ named: String?, model: String) throws -> String {
        if let named { return try checked(named) }
        if let home = ProcessInfo.processInfo.environment["NEXUS_HOME"] {
            let shared = Files.join(home, "share/NexusGuest")
            if Files.isFolder(shared) { return shared }
        }
        let executable = Bundle.main.executablePath.map { URL(filePath: $0).resolvingSymlinksInPath().path } ?? ""
        for start in [FileManager.default.currentDirectoryPath, model, executable] {
            if let found = above(start) { return found }
        }
        throw CommandError(.guestNotFound, "there is no \(name) here or in a folder above")
    }

    private static func checked(_ path: String) throws -> String {
        guard Files.exists(Files.join(path, "Model.swift")) else {
            throw CommandError(.guestNotFound, "this is not the guest library", at: path)
        }
        return path
    }

    private static func above(_ start: String) -> String? {
        var folder = URL(filePath: start).standardizedFileURL
        while true {
            let candidate = folder.appending(path: name).path
            if Files.exists(Files.join(candidate, "Model.swift")) { return candidate }
            if folder.pathComponents.count <= 1 { return nil }
            folder.deleteLastPathComponent()
        }
    }
}

/// The engine of this process.
enum ProcessEngine {
    static func make() throws -> WasmEngine { try WasmEngine(libraryPath: WasmtimeLibrary.locate()) }
}
