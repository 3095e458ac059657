import ArgumentParser

/// `nexus policy`: rules as people write and try them, and as a rail keeps them.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, try, explain, test and publish policies.",
        discussion: """
            A policy groups named rules in the Common Expression Language, with tests beside them \
            (Documentation/Formats/policy-v1.md; Examples/policies). The local commands check and try it; the others \
            publish it on a rail, and approve it step by step until every job is asked about it.
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Local",
                subcommands: [
                    PolicyCheckCommand.self, PolicyEvalCommand.self, PolicyExplainCommand.self, PolicyTestCommand.self,
                ]),
            CommandGroup(
                name: "On a rail",
                subcommands: [
                    PolicyPublishCommand.self, PolicyApproveCommand.self, PolicyListCommand.self,
                    PolicyShowCommand.self,
                ]),
        ])
}
