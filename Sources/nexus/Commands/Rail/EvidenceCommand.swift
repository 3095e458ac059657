import ArgumentParser
import NexusBase
import NexusClause
import NexusEvidence
import NexusRail

/// `nexus evidence`: fetch a certified job's pack from a rail, or look at one on disk.
struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence", abstract: "Fetch and show evidence packs.", subcommands: [Get.self, Show.self])

    struct Get: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "Fetch the evidence pack of a certified job.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @Argument(help: "The job's digest, or its first six digits.") var job: String
        @Option(name: .shortAndLong, help: "Where to write it; <job>.aep.json if not given.") var output: String?
        @Flag(help: "Replace the file if it is there.") var force = false

        func run(on console: Console) async throws {
            let bytes = try await rail.client.evidence(Text(job))
            let path = output ?? "\(job.replacing("sha256:", with: "").prefix(12)).aep.json"
            try Files.write(bytes, to: path, replacing: force)
            console.say("\(good: console.marks.done) \(path), \(bytes.count) bytes")
            console.next(["nexus verify \(path) --rail \(rail.folder.trustFile)"])
            console.result(["bytes": .int(bytes.count), "path": .text(path)])
        }
    }

    struct Show: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a pack holds, without judging it.",
            discussion: "To find out whether it is true, use `nexus verify`.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "The pack.") var pack: String

        func run(on console: Console) async throws {
            let pack = try Files.decode(pack, bytesMax: EvidenceLimits.packBytesMax) { try EvidencePack(parsing: $0) }
            let quorum = try QuorumStatement(parsing: pack.quorum)
            console.facts([
                ("clause", Styled("\(quorum.clauseID)")), ("occurrence", Styled(quorum.occurrence.string)),
                ("signal", .bold(quorum.signal.rawValue)), ("job", Styled("\(quorum.job)")),
                ("acknowledged", Styled("\(quorum.acknowledgedAt)")), ("decided", Styled("\(quorum.decidedAt)")),
                ("statements", Styled("\(pack.statements.count)")),
                ("governance", Styled("\(pack.governance.count) entries")),
                ("log index", Styled("\(pack.rollup.index)")),
            ])
            console.say()
            console.say(.dim("Not verified. `nexus verify` says whether to believe it."))
            console.result([
                "clause": quorum.clauseID.json, "job": quorum.job.json, "occurrence": .string(quorum.occurrence),
                "signal": .text(quorum.signal.rawValue), "statements": .int(pack.statements.count),
                "governance": .int(pack.governance.count), "logIndex": .int(pack.rollup.index),
            ])
        }
    }
}

extension ControlClient {
    func evidence(_ job: Text) async throws -> [UInt8] {
        let answer = try await call(["job": .string(job), "operation": "evidence"])
        var fields = try Fields(answer, at: "answer")
        return try fields.bytes("pack", countMax: EvidenceLimits.packBytesMax)
    }
}
