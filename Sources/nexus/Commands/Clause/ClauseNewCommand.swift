import ArgumentParser
import Foundation
import NexusBase
import NexusClause

struct ClauseNewCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Begin a clause: a commented clause.yaml and a model.swift.",
        discussion: """
            EXAMPLES
              nexus clause new RiverLevel --issuer Delta
              nexus clause new RiverLevel --issuer Delta --directory clauses/river

            The two files are valid as they are; `nexus clause build` compiles the model and writes its digest into \
            the clause. Nothing that is there is replaced.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The clause's name: a letter, then letters, digits, - and _.")
    var name: String

    @Option(help: "Who issues it, as the rail's committee knows the issuer.")
    var issuer = "EXAMPLE"

    @Option(help: "The folder to make. Default: the clause's name.", completion: .directory)
    var directory: String?

    func run(on console: Console) async throws {
        let id = try ClauseID(parsing: Text("\(issuer)::\(name)@0.1.0"))
        let folder = directory ?? name
        let clausePath = Files.join(folder, "clause.yaml")
        let modelPath = Files.join(folder, "model.swift")
        for path in [clausePath, modelPath] where Files.exists(path) {
            throw CommandError(.exists, "the file is there already; nothing was written", at: path)
        }
        let today = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400_000
        let yaml = Array(ClauseSkeleton.yaml(id, from: Instant(milliseconds: today)).utf8)
        // What we hand out must pass our own check.
        _ = try Clause(yaml: yaml)
        try Files.makeFolder(folder)
        try Files.write(yaml, to: clausePath, replacing: false)
        do { try Files.write(Array(ClauseSkeleton.model.utf8), to: modelPath, replacing: false) } catch {
            // Both files or none.
            try? FileManager.default.removeItem(atPath: clausePath)
            throw error
        }

        console.say(
            "\(good: console.marks.done) \(bold: clausePath)  \(dim: "the agreement: text, inputs, terms, execution")"
        )
        console.say("\(good: console.marks.done) \(bold: modelPath)  \(dim: "the computation, in Embedded Swift")")
        console.next(["nexus clause build \(folder)", "nexus clause check \(clausePath)"])
        console.result([
            "clause": .text(clausePath), "id": id.json, "model": .text(modelPath),
        ])
    }
}
