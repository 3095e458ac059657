import Foundation
import NexusBase
import NexusRuntime
import Subprocess
import SystemPackage
import Testing

/// The built `nexus`, run as a user runs it.
enum Binary {
    struct Run {
        let status: Int32
        let output: String
        let errors: String

        /// The one document on standard output.
        var json: JSON { get throws { try JSON(parsing: Array(output.utf8)) } }
    }

    /// Beside the test bundle.
    private static let path = URL(filePath: Bundle.main.executablePath ?? CommandLine.arguments[0])
        .resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "nexus").path

    static func run(_ arguments: String..., in folder: String = packageRoot.path) async throws -> Run {
        try await run(arguments, in: folder)
    }

    static func run(
        _ arguments: [String], in folder: String = packageRoot.path, environment: [String: String] = [:]
    ) async throws -> Run {
        var settings: [Environment.Key: String?] = ["NO_COLOR": nil, "NEXUS_WASMTIME": library]
        for (name, value) in environment { settings[Environment.Key(rawValue: name) ?? "UNUSED"] = value }
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments), environment: .inherit.updating(settings),
            workingDirectory: FilePath(folder), output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
        return Run(status: status, output: result.standardOutput, errors: result.standardError)
    }

    private static let library: String? = {
        let fetched = packageRoot.appending(path: ".nexus/lib/\(WasmtimeLibrary.fileName)").path
        return FileManager.default.fileExists(atPath: fetched)
            ? fetched : ProcessInfo.processInfo.environment["NEXUS_WASMTIME"]
    }()

    /// The engine's library, for tests that compute in this process.
    static func engine() throws -> WasmEngine {
        try WasmEngine(libraryPath: library ?? WasmtimeLibrary.locate())
    }
}

/// The package's root folder.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

func path(_ relative: String) -> String { packageRoot.appending(path: relative).path }

/// A folder of the test's own, gone when the test is over.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "nexus-tests-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let file = file(name)
        try FileManager.default.createDirectory(
            at: URL(filePath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    func write(_ text: String, _ name: String) throws -> String { try write(Array(text.utf8), name) }

    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: file(name)))) }
}

/// Runs a suite where the engine's library is there; says what is skipped where it is not, and lets CI fail.
enum NeedsEngine {
    static let isThere: Bool = {
        do {
            _ = try Binary.engine()
            return true
        } catch {
            print("SKIPPED for want of Wasmtime (run Scripts/fetch-wasmtime): \(error)")
            return ProcessInfo.processInfo.environment["CI"] == "true"
        }
    }()
}

extension Trait where Self == ConditionTrait {
    static var needsEngine: Self { .enabled(if: NeedsEngine.isThere, "run Scripts/fetch-wasmtime") }
}
