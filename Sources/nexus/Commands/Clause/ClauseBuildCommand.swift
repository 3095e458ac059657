import ArgumentParser
import Foundation
import NexusBase
import NexusClause
import NexusRuntime

struct ClauseBuildCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Compile a clause's model to WebAssembly.",
        discussion: """
            EXAMPLES
              nexus clause build Examples/el-nino                    every .swift of the folder, its clause.yaml updated
              nexus clause build model.swift --clause clause.yaml    one file, and the clause whose `module:` line it is
              nexus clause build Examples/el-nino --check            writes nothing; status 1 if anything would change

            The module depends on the sources and the toolchain only: the same source gives the same digest in any \
            folder. Needs a Swift toolchain with Embedded Swift for WebAssembly (NEXUS_TOOLCHAIN, or swiftc in PATH).
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(
        help: "A folder with the model's .swift files, or one such file.", completion: .file(extensions: ["swift"]))
    var model: String

    @Option(
        help: "The clause to write the digest into. Default: clause.yaml in the model's folder, if there is one.",
        completion: .file(extensions: ["yaml", "yml"]))
    var clause: String?

    @Option(
        help: "Where to put the module. Default: model.wasm beside the sources.",
        completion: .file(extensions: ["wasm"]))
    var output: String?

    @Option(
        help: "The guest library. Default: Guests/NexusGuest here, beside the model, or in a folder above.",
        completion: .directory)
    var guest: String?

    @Flag(help: "Compare instead of writing: status 1 if the module or the clause would change.")
    var check = false

    func run(on console: Console) async throws {
        let folder = Files.isFolder(model) ? model : Files.folder(of: model)
        let sources = try sources()
        let target = output ?? Files.join(folder, "model.wasm")
        let clausePath = clause ?? [Files.join(folder, "clause.yaml")].first { Files.exists($0) }
        // Read before anything is written, so that a clause with an error leaves everything as it was.
        let clauseFile = try clausePath.map { try ClauseFile($0) }
        let library = try GuestLibrary.locate(guest, model: folder)

        let built = try await console.step("built \(Files.name(of: target))", detail: { Self.detail($0) }) {
            try await Self.build(sources, guest: library)
        }
        let digest = Digest(of: built)
        let present = Files.exists(target) ? try Files.read(target, bytesMax: RuntimeLimits.moduleBytesMax) : nil
        let changes = Changes(
            module: present != built, clause: clauseFile.map { $0.clause.computation.module != digest } ?? false)
        if !check { try write(built, digest, to: target, clauseFile, changes) }

        show(digest, target, clauseFile, changes, on: console)
        console.result([
            "bytes": .int(built.count), "clause": clauseFile.map { .text($0.path) },
            "clauseChanged": .bool(changes.clause),
            "digest": digest.json, "module": .text(target), "moduleChanged": .bool(changes.module),
            "written": .bool(!check),
        ])
        if check, changes.module || changes.clause { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private struct Changes {
        let module: Bool
        let clause: Bool
    }

    private func sources() throws -> [String] {
        guard Files.isFolder(model) else {
            guard Files.exists(model) else { throw CommandError(.notFound, "there is no such file", at: model) }
            return [model]
        }
        let names = try Files.names(in: model, ending: ".swift")
        guard !names.isEmpty else { throw CommandError(.notFound, "the folder has no .swift file", at: model) }
        return names.map { Files.join(model, $0) }
    }

    private static func build(_ sources: [String], guest: String) async throws -> [UInt8] {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "nexus-build-\(UUID().uuidString).wasm")
            .path
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try await ModelBuilder.build(sources: sources, guest: guest, to: scratch)
        return try Files.read(scratch, bytesMax: RuntimeLimits.moduleBytesMax)
    }

    private static func detail(_ module: [UInt8]) -> Styled {
        "\(dim: "(\(ExactDecimal(module.count).grouped) bytes)")"
    }

    private func write(_ module: [UInt8], _ digest: Digest, to target: String, _ file: ClauseFile?, _ changes: Changes)
        throws
    {
        // The new text is made before anything is written, so that a clause that cannot be changed changes nothing.
        let text = changes.clause ? try file.map { try ClauseFile.replacingModule(in: $0.source, by: digest) } : nil
        if changes.module { try Files.write(module, to: target, replacing: true) }
        if let file, let text { try Files.write(text, to: file.path, replacing: true) }
    }

    private func show(_ digest: Digest, _ target: String, _ file: ClauseFile?, _ changes: Changes, on console: Console)
    {
        var facts: [(String, Styled)] = [("digest", .bold(digest.description))]
        facts.append(("module", "\(target) \(state(changes.module))"))
        if let file { facts.append(("clause", "\(file.path) \(state(changes.clause))")) }
        console.facts(facts)
        guard !check, let file else { return }
        console.next([
            "nexus clause check \(file.path)", "nexus clause simulate \(file.path) --module \(target) --data …",
        ])
    }

    private func state(_ changed: Bool) -> Styled {
        if !changed { return .dim("(unchanged)") }
        return check ? .bad("(would change)") : .good("(written)")
    }
}
