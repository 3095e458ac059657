import ArgumentParser

/// `nexus policy`: rules as people write and try them, before anyone approves them.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, try, explain and test policies and expressions.",
        discussion: """
            A policy groups named rules in the Common Expression Language, with tests beside them \
            (Documentation/Formats/policy-v1.md; Examples/policies). Everything here is local: nothing is published.
            """,
        subcommands: [
            PolicyCheckCommand.self, PolicyEvalCommand.self, PolicyExplainCommand.self, PolicyTestCommand.self,
        ])
}
