import ArgumentParser

/// `nexus clause`: from a draft on disk to a simulated, built agreement. What talks to a rail is added to the last group.
struct ClauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clause",
        abstract: "Write, check, build and simulate clauses.",
        discussion: """
            A clause goes from draft to simulated to reviewed to active. These commands take it to the simulation report \
            that a rail's committee looks at.
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
                    ClausePublishCommand.self, ClauseApproveCommand.self, ClauseListCommand.self, ClauseShowCommand.self,
                ]),
        ])
}
