import Foundation
public import NexusBase
import Subprocess
import SystemPackage

/// Builds a clause model from Swift: the sources and the guest library become one module that imports nothing.
///
/// The bytes depend on the sources and the toolchain only, not on folders, names of files or time.
public enum ModelBuilder {
    /// Writes the module of `sources` and the guest library in folder `guest` (Guests/NexusGuest) to `output`, whole
    /// or not at all, and returns its digest.
    ///
    /// Throws `runtime.toolchain-missing`, `runtime.source-unreadable`, or `runtime.build-failed` with the
    /// diagnostics.
    @discardableResult
    public static func build(sources: [String], guest: String, to output: String) async throws -> Digest {
        let toolchain = try Toolchain.locate()
        let scratch = FileManager.default.temporaryDirectory.appending(path: "nexus-model-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        } catch {
            throw RuntimeError(.sourceUnreadable, "cannot make a scratch folder", at: scratch.path, cause: error)
        }
        defer { try? FileManager.default.removeItem(at: scratch) }

        let files = try stage(sources, guest, in: scratch)
        try await run(toolchain.swiftc, swiftArguments(files), in: scratch)
        try await run(toolchain.clang, clangArguments, in: scratch)
        try await run(toolchain.linker, linkerArguments(toolchain), in: scratch)
        do {
            let module = try Data(contentsOf: scratch.appending(path: "model.wasm"))
            try module.write(to: URL(filePath: output), options: .atomic)
            return Digest(of: Array(module))
        } catch { throw RuntimeError(.sourceUnreadable, "cannot write the module", at: output, cause: error) }
    }

    /// Copies everything under fixed names into one folder, so that no path of the caller's reaches a compiler.
    private static func stage(_ sources: [String], _ guest: String, in scratch: URL) throws -> [String] {
        guard (1...RuntimeLimits.sourceFilesMax).contains(sources.count) else {
            throw RuntimeError(.tooLarge, "a model has between 1 and \(RuntimeLimits.sourceFilesMax) source files")
        }
        let library = (try? FileManager.default.contentsOfDirectory(atPath: guest)) ?? []
        let guestFiles = library.filter { $0.hasSuffix(".swift") }.sorted()
        guard !guestFiles.isEmpty else {
            throw RuntimeError(.sourceUnreadable, "there is no guest library", at: guest)
        }
        var staged = sources.enumerated().map { (path: $1, name: "model\($0).swift") }
        staged += guestFiles.map { (path: "\(guest)/\($0)", name: "guest-\($0)") }
        for file in staged + [(path: "\(guest)/runtime.c", name: "runtime.c")] {
            do {
                let text = try Data(contentsOf: URL(filePath: file.path))
                try text.write(to: scratch.appending(path: file.name))
            } catch { throw RuntimeError(.sourceUnreadable, "cannot read the source", at: file.path, cause: error) }
        }
        return staged.map(\.name)
    }

    private static func swiftArguments(_ files: [String]) -> [String] {
        [
            "-target", Toolchain.target, "-enable-experimental-feature", "Embedded", "-wmo", "-Osize",
            "-parse-as-library", "-swift-version", "6", "-module-name", "Model", "-file-compilation-dir", ".",
            "-c", "-o", "model.o",
        ] + files
    }

    private static let clangArguments = [
        "--target=wasm32", "-std=gnu11", "-Os", "-ffreestanding", "-fno-builtin", "-c", "runtime.c", "-o", "runtime.o",
    ]

    /// `--stack-first` puts the guest's own stack below its data: overrunning it leaves memory and traps, instead of
    /// writing over data in silence.
    private static func linkerArguments(_ toolchain: Toolchain) -> [String] {
        [
            "--no-entry", "--gc-sections", "--strip-all", "--stack-first", "-z", "stack-size=262144",
            "model.o", "runtime.o", toolchain.unicodeTables, "-o", "model.wasm",
        ]
    }

    private static func run(_ tool: String, _ arguments: [String], in folder: URL) async throws {
        let name = URL(filePath: tool).lastPathComponent
        do {
            let result = try await Subprocess.run(
                .path(FilePath(tool)), arguments: Arguments(arguments),
                workingDirectory: FilePath(folder.path(percentEncoded: false)),
                output: .string(limit: RuntimeLimits.diagnosticBytesMax),
                error: .string(limit: RuntimeLimits.diagnosticBytesMax))
            guard result.terminationStatus.isSuccess else {
                throw RuntimeError(.buildFailed, "\(name) refuses: \(result.standardOutput)\(result.standardError)")
            }
        } catch let error as RuntimeError { throw error } catch {
            throw RuntimeError(.buildFailed, "\(name) did not run, or said more than an error holds", cause: error)
        }
    }
}
