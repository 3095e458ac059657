import ArgumentParser
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusLogStore
import NexusTrust

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Look into, check, serve and watch transparency logs.",
        subcommands: [
            LogShowCommand.self, LogFsckCommand.self, LogServeCommand.self, LogWatchCommand.self, LogJudgeCommand.self,
            LogAnchorCommand.self, LogPruneCommand.self,
        ])
}

struct LogShowCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a log's checkpoint and its last entries.",
        discussion: """
            EXAMPLES
              nexus log show .nexus/demo/log
              nexus log show .nexus/demo/log --rail .nexus/demo/rail.json --last 20

            The root is computed again from the tiles. Signatures are verified under the keys of --rail; without it, \
            under those of the log's own genesis, which shows that they fit together, not whose they are.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The log's folder.", completion: .directory)
    var folder: String

    @Option(help: "The rail's trust file.", completion: .file(extensions: ["json"]))
    var rail: String?

    @Option(help: "How many entries to show, 0 to 10000.")
    var last = 10

    func validate() throws {
        guard (0...10_000).contains(last) else { throw ValidationError("--last takes 0 to 10000.") }
    }

    func run(on console: Console) async throws {
        guard Files.isFolder(folder) else { throw CommandError(.notFound, "there is no such folder", at: folder) }
        let reader = try LogReader(directory: folder)
        guard let signed = try reader.checkpoint() else {
            throw CommandError(
                .notFound, "the folder has no checkpoint: no log, or one that was never signed", at: folder)
        }
        let checkpoint = signed.checkpoint
        let root = checkpoint.size > 0 ? try reader.root(size: checkpoint.size) : Merkle.root([])
        let signatures = LogSignatures(signed, keys: try keys(reader, size: checkpoint.size))
        let entries = try (max(0, checkpoint.size - last)..<checkpoint.size).map { index in
            LogEntryView(index: index, bytes: try reader.entry(at: index, size: checkpoint.size))
        }

        console.say(.bold(checkpoint.origin.string))
        console.facts([
            ("size", Styled(checkpoint.size.description)),
            (
                "root",
                "\(checkpoint.root) \(Self.comparison(root, checkpoint.root))"
            ),
        ])
        for line in signatures.lines(console.marks) { console.say("  \(line)") }
        if rail == nil {
            console.say(.dim("  keys taken from the log itself; --rail FILE takes them from your trust file"))
        }
        Self.show(entries, on: console)
        console.result([
            "entries": .array(entries.map(\.json)), "origin": .string(checkpoint.origin), "root": checkpoint.root.json,
            "rootMatchesTiles": .bool(root == checkpoint.root), "signatures": signatures.json,
            "size": .int(checkpoint.size),
        ])
        if root != checkpoint.root || signatures.hasFailure { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// The keys in force, of the trust file or of the log's own genesis; nil for a log without one.
    private func keys(_ reader: LogReader, size: Int) throws -> CheckpointKeys? {
        var trust = try rail.map { try TrustFile(file: $0) }
        if trust == nil, size > 0, let json = try? JSON(parsing: reader.entry(at: 0, size: size)),
            let genesis = try? Genesis(json: json, at: "genesis")
        {
            trust = TrustFile(genesis: genesis, attestation: genesis.attestation)
        }
        return try trust.map { try RailLog(reader, size: size, genesis: $0.genesis).keys(at: size, trust: $0) }
    }

    private static func comparison(_ root: Digest, _ signed: Digest) -> Styled {
        root == signed ? .good("as the tiles say") : .bad("the tiles say \(root.short)…")
    }

    private static func show(_ entries: [LogEntryView], on console: Console) {
        guard !entries.isEmpty else { return }
        console.say()
        var table = Table([.right("entry"), .left("kind"), .left("what"), .left("time")])
        for entry in entries {
            table.add([
                Styled(entry.index.description), .accent(entry.kind), Styled(entry.what),
                .dim(entry.time?.description ?? ""),
            ])
        }
        console.show(table)
    }
}

/// The lines under a checkpoint, each verified or not.
struct LogSignatures {
    private struct Line {
        let name: Text
        let role: String
        let state: State
    }
    private enum State: String { case verified, failed, unknownKey = "unknown-key" }

    private let found: [Line]

    init(_ signed: SignedCheckpoint, keys: CheckpointKeys?) {
        found = signed.note.signatures.map { line in
            guard let keys, let key = keys.all.first(where: { $0.signed(line) }) else {
                return Line(name: line.name, role: "", state: .unknownKey)
            }
            let verified =
                (try? signed.verify(origin: signed.checkpoint.origin, by: [key]))?.keys.contains(key) ?? false
            let role = key == keys.log ? "log" : keys.validators.contains(key) ? "validator" : "witness"
            return Line(name: line.name, role: role, state: verified ? .verified : .failed)
        }
    }

    var hasFailure: Bool { found.contains { $0.state == .failed } }

    func lines(_ marks: Marks) -> [Styled] {
        found.map { line in
            switch line.state {
            case .verified: "\(good: marks.done) \(line.name) \(dim: line.role)"
            case .failed: "\(bad: marks.failed) \(line.name) \(line.role): the signature does not verify"
            case .unknownKey: "\(warn: marks.warning) \(line.name) \(dim: "by a key that is not known here")"
            }
        }
    }

    var json: JSON {
        .array(found.map { ["name": .string($0.name), "role": .text($0.role), "state": .text($0.state.rawValue)] })
    }
}
