import ArgumentParser

/// `nexus clause`: from a draft on disk to an agreement that a rail runs.
struct ClauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clause",
        abstract: "Write, check, build, simulate and publish clauses.",
        discussion: """
            A clause goes from draft to simulated to reviewed to active. The local commands take it to the simulation \
            report that a rail's committee looks at; the others publish it, and approve it step by step.
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Local",
                subcommands: [
                    ClauseNewCommand.self, ClauseCheckCommand.self, ClauseBuildCommand.self, ClauseSimulateCommand.self,
                    ClauseSchemaCommand.self,
                ]),
            CommandGroup(
                name: "On a rail",
                subcommands: [
                    ClausePublishCommand.self, ClauseApproveCommand.self, ClauseListCommand.self,
                    ClauseShowCommand.self,
                ]),
        ])
}
