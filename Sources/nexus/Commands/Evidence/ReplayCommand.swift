import ArgumentParser
import NexusBase
import NexusClause
import NexusEvidence
import NexusKeys
import NexusTrust

struct ReplayCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run a certified computation again and compare.",
        discussion: """
            EXAMPLES
              nexus replay 1997.aep.json --rail rail.json --module model.wasm
              nexus replay 1997.aep.json --rail rail.json --with parameters.attach=23.5
              nexus replay 1997.aep.json --rail rail.json --with inputs.november=25.1 --output difference.json

            The pack is verified first. A model's input is in no pack: its proof is verified instead of running it, and \
            --with is refused. Without --with: status 0 if the result is the certified one byte for byte, 1 \
            and the first differing field if not. With it: what would have come out. That difference certifies \
            nothing; it is unsigned unless --key signs it, and every verifier refuses it as a certificate.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The evidence pack. It must show its inputs.", completion: .file(extensions: ["json"]))
    var pack: String

    @Option(help: "The rail's trust file.", completion: .file(extensions: ["json"]))
    var rail: String

    @Option(help: "The module.", completion: .file(extensions: ["wasm"]))
    var module: String?

    @Option(
        help:
            "A folder to look for the module in, by digest. Default: those of pack and trust file, and modules/ there.",
        completion: .directory)
    var modules: String?

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp("Change a parameter or an input; may be repeated.", valueName: "path=value"))
    var changes: [String] = []

    @Option(help: ArgumentHelp("Write the difference here; without --with, nothing is written.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Sign the difference with this Ed25519 key.", valueName: "file"), completion: .file())
    var key: String?

    func validate() throws {
        if changes.isEmpty, output != nil || key != nil {
            throw ValidationError("--output and --key are about a difference: they need --with.")
        }
        if module != nil, modules != nil { throw ValidationError("Name --module or --modules, not both.") }
    }

    func run(on console: Console) async throws {
        let changes = try changes.map { try ReplayChange(parsing: $0) }
        let paths = Set(changes.map { Text($0.path) })
        guard paths.count == changes.count else { throw CommandError(.usage, "--with names one value twice") }
        let file = try PackFile(pack, verifier: PackVerifier(trust: TrustFile(file: rail)))
        guard file.isAccepted else {
            VerifyCommand.show(file, on: console)
            console.result(["pack": file.json])
            throw ExitCode(ExitStatus.no.rawValue)
        }
        if file.clause?.computation.kind == .model, changes.isEmpty { return try concludeProof(file, on: console) }
        let replay = try Replay(file)
        for change in changes { _ = try change.original(in: replay) }
        console.say("\(good: console.marks.done) \(file.path) is accepted: \(replay.clause.id), \(replay.occurrence)")

        let module = try finder.module(replay.clause.computation.module)
        let engine = try ProcessEngine.make()
        let again = try await replay.run(module, on: engine)
        let difference = ExecutionResult.firstDifference(replay.certified, again.bytes)
        guard difference == nil, !changes.isEmpty else {
            return try conclude(replay, again, difference, file, on: console)
        }
        let changed = try await replay.run(module, on: engine, with: changes)
        let document = try ReplayDifference(replay, changes: changes, original: again, changed: changed)
        try publish(document, on: console)
    }

    private var finder: ModuleFinder {
        if let modules { return ModuleFinder(file: nil, folders: [modules]) }
        var folders: [String] = []
        for folder in [Files.folder(of: pack), Files.folder(of: rail)] where !folders.contains(folder) {
            folders += [folder, Files.join(folder, "modules")]
        }
        return ModuleFinder(file: module, folders: folders)
    }

    /// A model's input is in no pack, so nobody can run it again; acceptance of the pack verified the proof of the
    /// result, from the network in the pack.
    private func concludeProof(_ file: PackFile, on console: Console) throws {
        guard let result = file.certificate?.result, file.certificate?.isProved == true else {
            throw CommandError(
                .nothingToReplay, "people decided this occurrence; nothing was computed that could be compared",
                at: file.path)
        }
        let digest = Digest(of: result.bytes)
        console.say("\(good: console.marks.done) the proof holds: the committed input gives the certified result")
        console.facts([("result", Styled(digest.description)), ("signal", result.signal.styled)])
        console.say(.dim("  the input stays hidden, so the proof was verified instead of running the model again"))
        console.result(["certified": result.json, "certifiedDigest": digest.json, "proved": true])
    }

    private func conclude(
        _ replay: Replay, _ again: ExecutionResult, _ difference: String?, _ file: PackFile, on console: Console
    ) throws {
        let digest = Digest(of: again.bytes)
        if let difference {
            console.notes.writeLine("\(bad: console.marks.failed) the results differ at \(bold: difference)")
            console.facts([
                ("certified", Styled(Digest(of: replay.certified).description)),
                ("replayed", Styled(digest.description)),
            ])
            if difference.hasPrefix("result.engine") {
                console.say(
                    "  \(dim: "another engine computed it; results of unlike engines are not compared further")")
            }
        } else {
            console.say("\(good: console.marks.done) replayed: the result is the certified one, byte for byte")
            console.facts([("result", Styled(digest.description)), ("signal", again.signal.styled)])
            if let certificate = file.certificate { console.say("  \(Certified(certificate, replay.clause).sentence)") }
            if let parameter = replay.clause.parameters.first {
                console.next([
                    "nexus replay \(pack) --rail \(rail)\(module.map { " --module \($0)" } ?? "")"
                        + " --with parameters.\(parameter.name)=…"
                ])
            }
        }
        console.result([
            "certifiedDigest": Digest(of: replay.certified).json, "firstDifference": difference.map { .text($0) },
            "identical": .bool(difference == nil), "replayed": again.json, "replayedDigest": digest.json,
        ])
        if difference != nil { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private func publish(_ difference: ReplayDifference, on console: Console) throws {
        let statement = difference.statement
        var bytes = statement.bytes
        var signer: DID?
        if let key {
            let secret = try KeyFile.read(key, as: .ed25519)
            let signing = try SigningKey(suite: .ed25519, secret: secret.privateKey.bytes)
            bytes = try Envelope.sign(statement.bytes, by: signing).bytes
            signer = signing.did
        }
        if let output { try Files.write(bytes, to: output, replacing: true) }
        show(difference, signer, on: console)
        let document = try JSON(parsing: bytes)
        console.result(document)
    }

    private func show(_ difference: ReplayDifference, _ signer: DID?, on console: Console) {
        console.heading("Changed")
        for change in difference.changes { console.say("  \(change.path): \(change.from) → \(bold: change.to)") }
        console.say()
        var table = Table([.left(""), .right("certified"), .right("changed"), .right("difference")])
        func add(_ name: String, _ from: ExactDecimal?, _ to: ExactDecimal?, _ change: ExactDecimal?) {
            let sign = change.map { $0 > .zero ? "+\($0)" : "\($0)" } ?? ""
            table.add([
                Styled(name), Styled(from?.description ?? "none"), Styled(to?.description ?? "none"),
                .accent(change == .zero ? "" : sign),
            ])
        }
        for output in difference.outputs { add(output.name.string, output.from, output.to, output.difference) }
        for term in difference.terms {
            add("Δ \(term.margin.name)", term.margin.from, term.margin.to, term.margin.difference)
        }
        table.add(["signal", difference.original.signal.styled, difference.changed.signal.styled])
        console.show(table)
        console.say()
        console.warn("this is a what-if: it certifies nothing, and every verifier refuses it as a certificate")
        if let signer {
            console.say("  signed by \(signer)")
        } else {
            console.say(.dim("  unsigned; --key FILE signs it"))
        }
        if let output { console.say("\(good: console.marks.done) wrote \(output)") }
    }
}
