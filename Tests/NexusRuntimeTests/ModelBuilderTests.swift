import Foundation
import NexusBase
import Testing

@testable import NexusRuntime

@Suite struct ModelBuilderTests {
    /// A folder of its own with a copy of the sources, so that a path in the bytes would show.
    private func build(_ source: String, in folder: String) async throws -> [UInt8] {
        let base = FileManager.default.temporaryDirectory.appending(path: "\(folder)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: base) }
        try FileManager.default.copyItem(atPath: path("Guests/NexusGuest"), toPath: base.path + "/guest")
        try FileManager.default.copyItem(atPath: path(source), toPath: base.path + "/\(folder).swift")
        let output = base.path + "/out.wasm"
        let digest = try await ModelBuilder.build(
            sources: [base.path + "/\(folder).swift"], guest: base.path + "/guest", to: output)
        let module = Array(try Data(contentsOf: URL(filePath: output)))
        #expect(digest == Digest(of: module))
        return module
    }

    @Test(arguments: [
        ("Examples/el-nino/model.swift", "Examples/el-nino/model.wasm"),
        ("Benchmarks/models/trivial.swift", "Benchmarks/models/trivial.wasm"),
    ])
    func `two builds in unlike folders give the committed bytes`(source: String, module: String) async throws {
        let first = try await build(source, in: "a")
        let second = try await build(source, in: "a-much-longer-name-of-a-folder")
        #expect(first == second)
        // Written anew with NEXUS_WRITE_MODELS=1, after a change of source or toolchain.
        if ProcessInfo.processInfo.environment["NEXUS_WRITE_MODELS"] == "1" {
            try Data(first).write(to: packageRoot.appending(path: module))
        }
        #expect(try bytes(module) == first, "\(module) is not what \(source) gives")
    }

    /// The error of building `sources`, each the text of a file, and whether anything was written.
    private func failure(_ sources: [String], guest: String = path("Guests/NexusGuest")) async throws -> RuntimeError? {
        let base = FileManager.default.temporaryDirectory.appending(path: "failing-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: base) }
        var files: [String] = []
        for (index, source) in sources.enumerated() {
            files.append(base.path + "/\(index).swift")
            try source.write(toFile: files[index], atomically: true, encoding: .utf8)
        }
        do {
            try await ModelBuilder.build(sources: files, guest: guest, to: base.path + "/out.wasm")
            return nil
        } catch let error as RuntimeError {
            #expect(!FileManager.default.fileExists(atPath: base.path + "/out.wasm"))
            return error
        }
    }

    @Test func `a source that does not compile is refused with the compiler's diagnostics`() async throws {
        let error = try #require(try await failure(["func evaluate(_ call: ModelCall) -> Outputs { nonsense }"]))
        #expect(error.code == .buildFailed)
        #expect(error.message.contains("cannot find 'nonsense' in scope"))
    }

    @Test func `a missing guest library and a wrong number of sources are refused`() async throws {
        #expect(try await failure([""], guest: "/nowhere")?.code == .sourceUnreadable)
        #expect(try await failure([])?.code == .tooLarge)
        #expect(try await failure([String](repeating: "", count: RuntimeLimits.sourceFilesMax + 1))?.code == .tooLarge)
        let most = try await failure([String](repeating: "", count: RuntimeLimits.sourceFilesMax))
        #expect(most?.code == .buildFailed)
    }

    @Test func `a toolchain that is none is refused by name`() throws {
        let code = code { _ = try Toolchain.locate(environment: ["NEXUS_TOOLCHAIN": "/nowhere", "PATH": "/usr/bin"]) }
        #expect(code == "runtime.toolchain-missing")
        #expect(NexusRuntimeTests.code { _ = try Toolchain.locate(environment: [:]) } == "runtime.toolchain-missing")
    }
}
