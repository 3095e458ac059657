import ArgumentParser
import Foundation
import NexusBase
import NexusClause

struct ClauseSchemaCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of clause documents.",
        discussion: """
            Draft 2020-12. Editors that know it complete and check clause files as you type:
              nexus clause schema > clause.schema.json
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    // The answer is a JSON document with and without --json, and it is what was asked for, so --quiet changes nothing.
    func run(on console: Console) async throws {
        FileHandle.standardOutput.writeWhole(Clause.schema.indented + "\n")
    }
}
