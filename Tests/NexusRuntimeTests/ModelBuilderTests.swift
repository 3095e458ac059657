import Foundation
import NexusBase
import NexusRuntime
import Testing

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
}
