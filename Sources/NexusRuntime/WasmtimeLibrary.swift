import Foundation
import NexusBase

/// Where the Wasmtime library lies.
public enum WasmtimeLibrary {
    /// The file's name, as the published package has it.
    public static let fileName = "_libwasmtime.so"

    /// The first of these that exists: `$NEXUS_WASMTIME`, `../lib` beside the executable, `$NEXUS_HOME/lib`, and
    /// `.nexus/lib` in the working directory and the folders above it. Throws `runtime.library-missing`.
    public static func locate() throws -> String {
        try locate(
            environment: ProcessInfo.processInfo.environment, executable: Bundle.main.executablePath,
            workingDirectory: FileManager.default.currentDirectoryPath)
    }

    static func locate(
        environment: [String: String], executable: String?, workingDirectory: String
    ) throws -> String {
        if let path = environment["NEXUS_WASMTIME"], !path.isEmpty {
            // Named outright: another library in its place would be a surprise.
            guard isFile(path) else { throw missing(path, "there is no file at $NEXUS_WASMTIME") }
            return path
        }
        let places = candidates(environment, executable, workingDirectory)
        guard let found = places.first(where: isFile) else {
            throw missing(places.first ?? fileName, "no \(fileName) at \(places.joined(separator: ", "))")
        }
        return found
    }

    static func missing(_ path: String, _ reason: String) -> RuntimeError {
        RuntimeError(.libraryMissing, "\(reason); run Scripts/fetch-wasmtime to fetch it", at: path)
    }

    private static func candidates(
        _ environment: [String: String], _ executable: String?, _ workingDirectory: String
    ) -> [String] {
        var folders: [URL] = []
        if let executable {
            let folder = URL(filePath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
            folders.append(folder.deletingLastPathComponent().appending(path: "lib"))
        }
        if let home = environment["NEXUS_HOME"], !home.isEmpty {
            folders.append(URL(filePath: home).appending(path: "lib"))
        }
        var folder = URL(filePath: workingDirectory).standardizedFileURL
        while true {
            folders.append(folder.appending(path: ".nexus/lib"))
            if folder.pathComponents.count <= 1 { break }
            folder.deleteLastPathComponent()
        }
        return folders.map { $0.appending(path: fileName).path(percentEncoded: false) }
    }

    private static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
}
