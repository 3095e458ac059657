import ArgumentParser
import NexusBase
import NexusClause
import NexusGovernance
import NexusRail
import NexusTrust

/// `nexus clause publish`: the issuer puts its clause on the rail, as a draft.
struct ClausePublishCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish a clause on a rail, signed by its issuer.",
        discussion: "Sends the module first, then the document. A published clause is a draft: it makes no certificate."
    )
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @Argument(help: "The clause, in YAML.") var file: String
    @Option(help: "The module or network it names; the one beside it if not given.") var module: String?
    @Option(help: "The issuer's key file.") var key: String

    func run(on console: Console) async throws {
        let clause = try Files.decode(file, bytesMax: ClauseLimits.documentBytesMax) { try Clause(yaml: $0) }
        let bytes = try ModuleFinder(file: module, folders: [Files.folder(of: file)]).module(clause.computation.module)
        let entry = try await ClausePublisher.publish(
            clause, module: bytes, by: SigningKey(keyFile: key), on: rail.folder)
        console.say("\(good: console.marks.done) \(clause.id.description) published as a draft, entry \(String(entry))")
        console.next([
            "nexus clause approve \(clause.id) --stage simulated --report FILE --key FILE --key FILE --key FILE"
        ])
        console.result(["clause": clause.id.json, "digest": clause.digest.json, "entry": .int(entry)])
    }
}

/// `nexus clause approve`: the committee takes a clause to its next stage.
struct ClauseApproveCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Take a published clause to its next stage, by votes of the committee.",
        discussion: """
            Stages: simulated (names the simulation's report), reviewed, active, deprecated. Nothing becomes active that \
            was not simulated and reviewed.
            """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @OptionGroup var votes: GovernanceCommand.Votes
    @Argument(help: "The clause's id.") var clause: String
    @Option(help: "simulated, reviewed, active or deprecated") var stage: String
    @Option(help: "The simulation report (with --stage simulated).") var report: String?
    @Option(help: "A note for the record.") var note = ""

    func run(on console: Console) async throws {
        guard let stage = LifecycleStage(rawValue: stage) else {
            throw CommandError(.usage, "no such stage", at: "--stage \(stage)")
        }
        // With --write the rail need not be here: its trust file and the clause's digest are enough.
        let given = votes.write == nil ? nil : (try? Digest(parsing: Text(clause)))
        let digest: Digest
        if let given { digest = given } else { digest = try await rail.published(Text(clause)).clause.digest }
        let reportDigest = try report.map { Digest(of: try Files.read($0, bytesMax: 16 << 20)) }
        let decision = Proposal.Decision.advanceClause(
            digest: digest, stage: stage, report: reportDigest, note: Text(note))
        try await GovernanceCommand.decide(decision, votes, rail, "\(clause) is \(stage.rawValue)", console)
    }
}

/// `nexus clause list`
struct ClauseListCommand: NexusCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the clauses of a rail.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption

    func run(on console: Console) async throws {
        let answer = try await rail.client.call(["operation": "clauses"])
        var fields = try Fields(answer, at: "answer")
        var table = Table([.left("clause"), .left("stage"), .left("digest"), .left("title")])
        for json in try fields.array("clauses") {
            var clause = try Fields(json, at: "clause")
            let stage = try clause.text("stage").string
            table.add([
                Styled(try clause.text("id").string), .stage(stage),
                Styled(try clause.digest("digest").short), Styled(try clause.text("title").string),
            ])
        }
        console.show(table)
        console.result(answer)
    }
}

/// `nexus clause show`
struct ClauseShowCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a clause of a rail: its text and what is computed.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @Argument(help: "The clause's id.") var clause: String

    func run(on console: Console) async throws {
        let (clause, stage) = try await rail.published(Text(clause))
        console.say(.bold(clause.title.string))
        console.facts([
            ("id", Styled("\(clause.id)")), ("stage", Styled(stage.string)), ("digest", Styled("\(clause.digest)")),
            ("jurisdiction", Styled(clause.jurisdiction.string)), ("module", Styled("\(clause.computation.module)")),
        ])
        console.say()
        console.say(Styled(clause.text.string))
        for term in clause.terms { console.say("  \(accent: term.name.string)  \(term.expression.string)") }
        console.result(["clause": clause.json, "digest": clause.digest.json, "stage": .string(stage)])
    }
}

extension RailOption {
    /// A published clause by id or digest, with its stage.
    func published(_ name: Text) async throws -> (clause: Clause, stage: Text) {
        var fields = try Fields(await client.call(["operation": "clauses"]), at: "answer")
        for json in try fields.array("clauses") {
            var found = try Fields(json, at: "clause")
            let document = try Clause(canonical: found.required("document").canonicalBytes)
            guard document.id.text == name || document.digest.text == name else { continue }
            return (document, try found.text("stage"))
        }
        throw CommandError(.notFound, "no clause \(name) is published on this rail")
    }
}

enum ClausePublisher {
    /// Sends module and document; the entry's number.
    static func publish(_ clause: Clause, module: [UInt8], by key: SigningKey, on folder: RailFolder) async throws
        -> Int
    {
        let answer = try await ControlClient(folder).call(["bytes": .base64(module), "operation": "module"])
        var fields = try Fields(answer, at: "answer")
        guard try fields.digest("digest") == clause.computation.module else {
            throw CommandError(.badInput, "the module is not the one the clause names", at: "computation.module")
        }
        return try await Governor(folder).decide(
            .publishClause(document: clause.json.canonicalBytes), approving: [key])
    }
}
